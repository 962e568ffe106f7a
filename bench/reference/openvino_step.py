"""A training graph of Relata in OpenVINO, beside ONNX Runtime's own CPU kernels:

    npx relata model graph MODEL --training --output step.onnx
    python bench/reference/openvino_step.py step.onnx [--texts 32] [--words 35] [--threads 2] [--steps 5]

(openvino 2026.4.1 and onnx; with onnxruntime 1.30.0 and onnxruntime-ep-openvino 1.8.1, or in another environment with
onnxruntime-openvino 1.24.1 in their place). Inputs are random and the same for all. Each way runs in a process of its
own and prints its loss, the largest difference of a gradient from ONNX Runtime's by their largest value, and the median seconds
of a step after the first; or the error with which it ended.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
import onnx

WAYS = (
    "onnxruntime",
    "onnxruntime with the plug-in onnxruntime-ep-openvino",
    "onnxruntime with the provider of onnxruntime-openvino",
    "openvino fp32",
    "openvino bf16",
)


def feeds_of(graph, texts, words):
    random = numpy.random.default_rng(1)
    sizes = {"batch": texts, "words": words, "entities": 2, "mention": 3, "pairs": texts, "heads": 1, "headSize": 1}
    feeds = {}
    for one in graph.graph.input:
        dims = one.type.tensor_type.shape.dim
        shape = [eval(d.dim_param, {}, sizes) if d.dim_param else d.dim_value for d in dims]
        feeds[one.name] = value_of(one.name, one.type.tensor_type.elem_type, shape, random, sizes)
    return feeds


def value_of(name, kind, shape, random, sizes):
    if kind != onnx.TensorProto.FLOAT:
        below = {"pairs": 2, "entity_ids": 4, "entity_position_ids": sizes["words"], "position_ids": 100}.get(name, 1000)
        value = random.integers(0, below, shape).astype(numpy.int32)
        if name == "pairs":  # the head and the tail of each text
            value = numpy.arange(2 * sizes["pairs"], dtype=numpy.int32).reshape(-1, 2)
        return value
    if name == "targets":
        return numpy.eye(shape[1], dtype=numpy.float32)[random.integers(0, shape[1], shape[0])]
    if name == "attention_bias":
        return numpy.zeros(shape, numpy.float32)
    if name.startswith("dropout.") or name.endswith("LayerNorm.weight"):
        return numpy.ones(shape, numpy.float32)
    if name.endswith("position_weights"):
        return numpy.full(shape, 1 / shape[-1], numpy.float32)
    return (0.02 * random.standard_normal(shape)).astype(numpy.float32)


def runner_of(way, path, threads):
    if way.startswith("onnxruntime"):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        if way == WAYS[1]:
            import onnxruntime_ep_openvino as plugin

            onnxruntime.register_execution_provider_library("openvino", plugin.get_library_path())
            devices = onnxruntime.get_ep_devices()
            offered = [one for one in devices if one.ep_name == "OpenVINOExecutionProvider" and "CPU" in str(one.device.type)]
            if not offered:
                raise RuntimeError(f"the plug-in offers no CPU; all devices: {[(one.ep_name, one.device.vendor) for one in devices]}")
            options.add_provider_for_devices(offered, {})
            session = onnxruntime.InferenceSession(path, options)
        elif way == WAYS[2]:
            session = onnxruntime.InferenceSession(path, options, ["OpenVINOExecutionProvider", "CPUExecutionProvider"])
            if "OpenVINOExecutionProvider" not in session.get_providers():
                raise RuntimeError(f"this ONNX Runtime has no such provider, but {onnxruntime.get_available_providers()}")
        else:
            session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
        names = [output.name for output in session.get_outputs()]
        return lambda feeds: dict(zip(names, session.run(None, feeds)))
    import openvino

    core = openvino.Core()
    settings = {"INFERENCE_PRECISION_HINT": "bf16" if way.endswith("bf16") else "f32", "INFERENCE_NUM_THREADS": threads}
    compiled = core.compile_model(core.read_model(path), "CPU", settings)
    request = compiled.create_infer_request()

    def run(feeds):
        results = request.infer(feeds, share_inputs=True, share_outputs=True)
        return {next(iter(port.names)): value for port, value in results.items()}

    return run


def measure(way, path, texts, words, threads, steps, kept):
    feeds = feeds_of(onnx.load(path), texts, words)
    run = runner_of(way, path, threads)
    seconds = []
    for _ in range(steps + 1):
        began = time.perf_counter()
        outputs = run(feeds)
        seconds.append(time.perf_counter() - began)
    result = {"loss": float(outputs["loss"]), "seconds": sorted(seconds[1:])[steps // 2]}
    if way == WAYS[0]:
        numpy.savez(kept, **outputs)
        return result
    with numpy.load(kept) as expected:
        result["largest difference"] = max(
            float(abs(outputs[name] - expected[name]).max() / max(1e-12, abs(expected[name]).max()))
            for name in expected.files
        )
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("graph")
    for name, default in (("texts", 32), ("words", 35), ("threads", 2), ("steps", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--way")
    parser.add_argument("--kept")
    args = parser.parse_args()
    if args.way:
        figures = measure(args.way, args.graph, args.texts, args.words, args.threads, args.steps, args.kept)
        return print(f"RESULT {json.dumps(figures)}")
    with tempfile.TemporaryDirectory() as folder:
        for way in WAYS:
            own = [sys.executable, __file__, *sys.argv[1:], "--way", way, "--kept", str(Path(folder) / "outputs.npz")]
            ended = subprocess.run(own, capture_output=True, text=True)
            found = re.search(r"^RESULT (.*)$", ended.stdout, re.MULTILINE)
            said = found[1] if found else f"exit code {ended.returncode}: {' '.join(ended.stderr.strip().splitlines()[-2:])}"
            print(f"{way}: {said}", flush=True)


main()
