"""Small files written by Python's safetensors, and what is in them, for src/model/weights/safetensors/*.test.ts.

python scripts/oracle/safetensors_files.py                 writes test/oracle/safetensors/
python scripts/oracle/safetensors_files.py --verify FILE   reads a file of ours and prints what safetensors finds in it
"""

import argparse
import json
from pathlib import Path

import safetensors
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

FOLDER = Path(__file__).parents[2] / "test" / "oracle" / "safetensors"

# Largest, smallest normal, smallest subnormal, a third, both infinities, both zeros.
HALVES = [65504.0, 2.0**-14, 2.0**-24, 1 / 3, float("inf"), float("-inf"), 0.0, -0.0, -1.5]
BRAINS = [3.3895313892515355e38, 2.0**-126, 2.0**-133, 1 / 3, float("inf"), float("-inf"), 0.0, -0.0, -1.5]


def tensors():
    ramp = torch.arange(12, dtype=torch.float32).reshape(4, 3) / 8
    return {
        "mixed.safetensors": {
            "float32": ramp,
            "float16": torch.tensor(HALVES, dtype=torch.float16),
            "float16.rows": ramp.to(torch.float16),
            "bfloat16": torch.tensor(BRAINS, dtype=torch.bfloat16),
            "float64": torch.tensor([[0.1, -1e-300], [1e300, 3.0]], dtype=torch.float64),
            "int64": torch.tensor([0, -1, 2**53 + 1, -(2**63)], dtype=torch.int64),
            "int32": torch.tensor([2**31 - 1, -(2**31)], dtype=torch.int32),
            "uint8": torch.tensor([0, 255], dtype=torch.uint8),
            "bool": torch.tensor([True, False, True]),
            "scalar": torch.tensor(0.5),
            "empty": torch.zeros(3, 0, 2),
            "__proto__": torch.tensor([7.0]),
            "größe \u2028 \U0001f600 \"quoted\" \\ \t": torch.tensor([1.0, 2.0]),
        },
        "float32.safetensors": {
            "b": ramp,
            "a": torch.tensor(0.5),
            "empty": torch.zeros(3, 0, 2),
            "\uffee": torch.tensor([1.0]),
            "\U0001f600": torch.tensor([2.0]),
            "control \b\f\n\r\t\x01\x7f \" \\ /": torch.tensor([3.0, -0.0]),
        },
        "sharded/model-00001-of-00002.safetensors": {"first": ramp, "half": ramp.to(torch.float16)},
        "sharded/model-00002-of-00002.safetensors": {"second": ramp * 2},
    }


def show(tensor):
    """Values in the order of memory; 64-bit integers as text, and what JSON has no number for as text."""
    flat = tensor.flatten()
    if tensor.dtype in (torch.float16, torch.bfloat16):
        flat = flat.to(torch.float32)
    text = tensor.dtype == torch.int64
    values = [str(v) if text or v in (float("inf"), float("-inf")) else v for v in flat.tolist()]
    return {"dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape), "values": values}


def write():
    answers = {"versions": {"safetensors": safetensors.__version__, "torch": torch.__version__}, "files": {}}
    weight_map, total = {}, 0
    for name, content in tensors().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        metadata = {"format": "pt"} | ({"größe": "drei\n"} if name == "mixed.safetensors" else {})
        save_file(content, path, metadata)
        answers["files"][name] = {"metadata": metadata, "tensors": [[key, show(value)] for key, value in content.items()]}
        if path.parent.name == "sharded":
            weight_map |= dict.fromkeys(content, path.name)
            total += sum(value.numel() * value.element_size() for value in content.values())
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    (FOLDER / "sharded" / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    (FOLDER / "answers.json").write_text(json.dumps(answers, indent=1, allow_nan=False) + "\n")


def verify(path):
    with safe_open(path, "pt") as file:
        print("metadata", file.metadata())
    for name, tensor in sorted(load_file(path).items()):
        values = tensor.flatten()[:6].tolist()
        print(json.dumps(name), tensor.dtype, list(tensor.shape), values)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verify", metavar="FILE")
    arguments = parser.parse_args()
    verify(arguments.verify) if arguments.verify else write()
