"""What a real MLflow server holds of runs, read back by MLflow's own client, beside the runs' own files.

python scripts/oracle/mlflow_runs.py [FOLDER]    trains in FOLDER (runs/mlflow) with MLFLOW_TRACKING_URI set: one run to its end, one
                                                 that SIGTERM stops and that goes on with --resume, as a run of its own

Starts a server on a free port of 127.0.0.1 and ends it. Needs mlflow, in a virtual environment of its own, since it brings pandas and
much else, and a build of Relata (npm run build).
"""

import json
import math
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import mlflow
from mlflow.tracking import MlflowClient

root = Path(__file__).parents[2]
target = Path(sys.argv[1] if len(sys.argv) > 1 else root / "runs" / "mlflow")
experiment = "größe / people"
settings = ["--model", "luke-mini", "--encoding", "document", "--max-steps", "60", "--eval-steps", "20", "--threads", "1"]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(uri, server):
    for _ in range(240):
        assert server.poll() is None, "the server of MLflow ended before it answered"
        try:
            urllib.request.urlopen(f"{uri}/health", timeout=2)
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the server of MLflow did not answer within two minutes")


def train(output, environment, *flags, stop_at=None):
    command = ["node", "bin/relata.js", "train", "examples/annotations.jsonlines", *settings, "--output", str(output), *flags]
    process = subprocess.Popen(command, cwd=root, env=environment, stderr=subprocess.PIPE, text=True)
    said = []
    for line in process.stderr:
        said.append(line)
        if stop_at is not None and line.lstrip().startswith(stop_at):
            process.send_signal(signal.SIGTERM)
            stop_at = None
    code = process.wait()
    text = "".join(said)
    assert "MLflow" not in text, text
    return code, text


def same(found, right):
    return (math.isnan(found) and math.isnan(right)) or math.isclose(found, right, rel_tol=1e-9)


def compare(client, run, lines):
    """The run's points beside lines of metrics.jsonl: steps, values and order."""
    steps = [line for line in lines if line["type"] == "step"]
    evaluations = [line for line in lines if line["type"] == "evaluation"]
    wanted = {
        "train/loss": [(line["step"], line["loss"]) for line in steps],
        "train/learning_rate": [(line["step"], line["learningRate"]) for line in steps],
        "eval/loss": [(line["step"], line["result"]["loss"]) for line in evaluations],
    }
    for key, points in wanted.items():
        found = sorted((metric.step, metric.value) for metric in client.get_metric_history(run.info.run_id, key))
        assert [step for step, _ in found] == [step for step, _ in points], (key, found, points)
        for (_, value), (_, right) in zip(found, points):
            assert same(value, right), (key, value, right)
    stored = run.data.params
    assert stored["model"] == "luke-mini" and stored["maxSteps"] == "60", stored
    print(f"{run.info.run_name}: {run.info.status}, {len(stored)} settings, {len(run.data.metrics)} metrics, "
          f"{len(steps)} steps and {len(evaluations)} evaluations are the same")


def lines_of(folder):
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def main():
    uri = f"http://127.0.0.1:{free_port()}"
    store = tempfile.TemporaryDirectory()
    server = subprocess.Popen(
        [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", uri.rsplit(":", 1)[1], "--workers", "1",
         "--backend-store-uri", f"sqlite:///{store.name}/mlflow.db", "--artifacts-destination", f"{store.name}/artifacts"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )
    try:
        wait_for(uri, server)
        client = MlflowClient(uri)
        environment = {**os.environ, "MLFLOW_TRACKING_URI": uri, "MLFLOW_EXPERIMENT_NAME": experiment}
        whole, parted = target / "whole", target / "parted"
        code, text = train(whole, environment, "--overwrite")
        assert code == 0, text
        code, text = train(parted, environment, "--overwrite", stop_at="20 ")
        assert code == 143, (code, text)
        stopped = lines_of(parted)
        code, text = train(parted, environment, "--resume")
        assert code == 0, text
        found = client.get_experiment_by_name(experiment)
        assert found is not None, [one.name for one in client.search_experiments()]
        runs = client.search_runs([found.experiment_id], order_by=["attributes.start_time ASC"])
        assert [run.info.status for run in runs] == ["FINISHED", "KILLED", "FINISHED"], runs
        last = max(line["step"] for line in stopped if line["type"] == "step")
        rest = [line for line in lines_of(parted) if line["type"] in ("step", "evaluation") and line["step"] > last]
        print(f"MLflow {mlflow.__version__}")
        for run, lines in zip(runs, [lines_of(whole), stopped, rest]):
            compare(client, run, lines)
            assert run.info.end_time >= run.info.start_time > 1e12, run.info
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)
        store.cleanup()


main()
