"""TensorBoard's own event files, for src/experiment/tracking/tensorboard.test.ts, and a reader of ours.

python scripts/oracle/tensorboard_events.py           writes test/oracle/tensorboard.json: events, and the bytes of their file
python scripts/oracle/tensorboard_events.py FOLDER    reads the event file of a run (relata train --tensorboard) with TensorBoard, and
                                                      compares it with the run's metrics.jsonl

Needs tensorboard (2.21.0 made the stored file).
"""

import base64
import json
import math
import sys
import tempfile
from pathlib import Path

import tensorboard
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


def store():
    events = [
        {"wallTime": 1700000000.25, "fileVersion": "brain.Event:2"},
        {"wallTime": 1700000000.25, "step": 0, "isStart": True},
        {"wallTime": 1700000001.5, "step": 1, "scalars": {"train/loss": 0.6931471805599453, "train/learning_rate": 2e-5}},
        {"wallTime": 1700000002.75, "step": 300, "scalars": {"eval/macro_f1": 0.5, "eval/größe": -1e30, "eval/loss": 0.0}},
        {"wallTime": 1700000003.0, "step": 2**40, "scalars": {}},
        {"wallTime": 1700000004.0, "step": 301, "isStart": True},
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events"
        with path.open("wb") as file:
            writer = RecordWriter(file)
            for one in events:
                event = Event(wall_time=one["wallTime"], step=one.get("step", 0))
                if "fileVersion" in one:
                    event.file_version = one["fileVersion"]
                if "isStart" in one:
                    event.session_log.status = SessionLog.START
                if "scalars" in one:
                    event.summary.CopyFrom(Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in one["scalars"].items()]))
                writer.write(event.SerializeToString(deterministic=True))
            writer.flush()
        written = path.read_bytes()
    target = Path(__file__).parents[2] / "test" / "oracle" / "tensorboard.json"
    stored = {"tensorboard": tensorboard.__version__, "events": events, "file": base64.b64encode(written).decode()}
    target.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n")


def compare(folder):
    read = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    read.Reload()
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    steps = [line for line in lines if line["type"] == "step"]
    evaluations = [line for line in lines if line["type"] == "evaluation"]
    wanted = {
        "train/loss": [(line["step"], line["loss"]) for line in steps],
        "train/learning_rate": [(line["step"], line["learningRate"]) for line in steps],
        "eval/loss": [(line["step"], line["result"]["loss"]) for line in evaluations],
    }
    for tag, points in wanted.items():
        found = [(scalar.step, scalar.value) for scalar in read.Scalars(tag)]
        assert [step for step, _ in found] == [step for step, _ in points], (tag, found, points)
        for (_, value), (_, right) in zip(found, points):
            assert math.isclose(value, right, rel_tol=1e-6, abs_tol=1e-30), (tag, value, right)
    print(f"{len(steps)} steps and {len(evaluations)} evaluations are the same; tags: {', '.join(read.Tags()['scalars'])}")


if len(sys.argv) > 1:
    compare(Path(sys.argv[1]))
else:
    store()
