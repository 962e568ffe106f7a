"""Small files written by torch.save and save_pretrained, and what is in them, for src/model/weights/torch/*.test.ts.

    python scripts/oracle/torch_files.py          writes test/oracle/torch/ (torch 2.13.0, transformers 4.57.6)

answers.json holds the versions; for each file its tensors with dtype, shape, SHA-256 of their elements in row-major
order and, of the smaller ones, the elements; and the names in the state dicts of several classes of LUKE.
"""

import hashlib
import json
import shutil
from collections import OrderedDict
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
import transformers
from transformers import LukeConfig, LukeForEntityPairClassification, LukeForMaskedLM, LukeModel

FOLDER = Path(__file__).resolve().parents[2] / "test" / "oracle" / "torch"


def config(aware=True):
    return LukeConfig(
        vocab_size=20,
        entity_vocab_size=6,
        hidden_size=8,
        entity_emb_size=4,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=12,
        max_position_embeddings=14,
        type_vocab_size=1,
        num_labels=3,
        use_entity_aware_attention=aware,
    )


def variants():
    """One tensor of each kind that a state dict may hold."""
    ramp = torch.arange(12.0).reshape(4, 3) / 8
    cube = torch.arange(24.0).reshape(2, 3, 4)
    tied = torch.tensor([1.5, -2.5])
    state = OrderedDict(
        {
            "ramp": ramp.clone(),
            "parameter": torch.nn.Parameter(ramp * 3),
            "frozen": torch.nn.Parameter(ramp * 5, requires_grad=False),
            "scalar": torch.tensor(0.25),
            "num_batches_tracked": torch.tensor(-7),
            "empty": torch.zeros(0, 3),
            "position_ids": torch.arange(10).expand((1, -1)),
            "tied.first": tied,
            "tied.second": tied,
            "view.row": ramp[2],
            "view.rows": ramp[1:3],
            "view.columns": ramp[:, 1:],
            "view.stepped": ramp[::2],
            "view.transposed": ramp.t(),
            "view.permuted": cube.permute(2, 0, 1),
            "view.column": torch.arange(3.0).reshape(1, 3).t(),
            "int64.transposed": torch.arange(6).reshape(2, 3).t(),
            "bfloat16.transposed": ramp.to(torch.bfloat16).t(),
            "float16": torch.tensor([65504.0, 2.0**-24, 1 / 3, float("inf"), -0.0]).to(torch.float16),
            "bfloat16": torch.tensor([3e38, 1 / 3, float("-inf"), -1.5]).to(torch.bfloat16),
            "float64": torch.tensor([1 / 3, 1e-300]).to(torch.float64),
            "int32": torch.tensor([2**31 - 1, -(2**31)], dtype=torch.int32),
            "int16": torch.tensor([2**15 - 1, -(2**15)], dtype=torch.int16),
            "int8": torch.tensor([127, -128], dtype=torch.int8),
            "uint8": torch.tensor([0, 255], dtype=torch.uint8),
            "bool": torch.tensor([True, False]),
            "größe": torch.tensor([1.0]),
        }
    )
    state._metadata = OrderedDict({"": {"version": 1}, "encoder.layer": {"version": 2}})
    return state


def saved(model, folder, **options):
    model.save_pretrained(FOLDER / folder, safe_serialization=False, **options)


def write_files():
    for name in ["float32", "legacy"]:
        torch.save(variants(), FOLDER / f"{name}.bin", _use_new_zipfile_serialization=name != "legacy")
    pair = LukeForEntityPairClassification(config())
    saved(pair, "pair")
    saved(pair, "sharded", max_shard_size="4KB")
    torch.save(dict(pair.named_parameters()), FOLDER / "parameters.bin")
    saved(pair.half(), "half")
    saved(pair.to(torch.bfloat16), "bfloat16")
    saved(LukeForMaskedLM(config()), "masked-lm")
    with TemporaryDirectory() as folder:
        # Within a file of such a name, the archive is called otherwise.
        path = Path(folder) / "größe.bin"
        torch.save({"a": torch.arange(3.0)}, path)
        shutil.copy(path, FOLDER / "other-name.bin")


def show(tensor):
    tensor = tensor.detach().contiguous()
    data = tensor.reshape(-1).view(torch.uint8).numpy().tobytes()
    answer = {
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "shape": list(tensor.shape),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    if tensor.numel() <= 24:
        answer["values"] = [str(value) for value in tensor.reshape(-1).tolist()]
    return answer


def names(model):
    return list(model.state_dict())


def main():
    torch.manual_seed(1)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    write_files()
    files = {}
    for path in sorted(FOLDER.rglob("*.bin")):
        state = torch.load(path, weights_only=True)
        files[str(path.relative_to(FOLDER))] = {name: show(tensor) for name, tensor in state.items()}
        assert path.stat().st_size < 100_000, path
    keys = {
        "LukeModel": names(LukeModel(config())),
        "LukeModel, no entity-aware attention": names(LukeModel(config(aware=False))),
        "LukeForMaskedLM": names(LukeForMaskedLM(config())),
        "LukeForEntityPairClassification": names(LukeForEntityPairClassification(config())),
    }
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    answers = {"versions": versions, "files": files, "keys": keys}
    (FOLDER / "answers.json").write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
