"""Asks transformers and torch for logits and gradients of tiny classifiers of tokens: LUKE, BERT and RoBERTa.

Writes test/oracle/token-classification/: for each a model folder as `save_pretrained` writes it, with its tokenizer, beside it
NAME.safetensors (`gradients/PARAMETER` of some parameters), and answers.json (versions; texts, logits, tags, loss).

    python scripts/oracle/token_classification.py        (transformers 4.57.6, torch 2.13.0 on the CPU)

Everything is float32 without dropout; weights are far larger than a fresh model's, so that mistakes show. The loss is that of
the class, with tags on all tokens but the special ones. With folders that `relata train --task entities` wrote as arguments,
nothing is written: the Python lines of their model cards are run as they stand there, with the card's text and the ones below,
and the probabilities of each token's tags are compared with those of Relata, a built checkout; it exits 1 beyond 1e-5.
"""

import gzip
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoTokenizer

ROOT = Path(__file__).resolve().parents[2]
ORACLE = ROOT / "test" / "oracle"
OUTPUT = ORACLE / "token-classification"
TAGS = ["O", "B-DATE", "I-DATE", "B-PER", "I-PER"]
TEXTS = [
    "Je voudrais une attestation de paiement pour 2022.",
    "Anna read the contract of 2002 today",
    "🎉 Zoé a reçu le colis à Évry",
]
SIZES = dict(
    hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, max_position_embeddings=66,
    hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, hidden_act="gelu", initializer_range=0.3,
    id2label=dict(enumerate(TAGS)), label2id={tag: i for i, tag in enumerate(TAGS)},
)


def tokenizers(folder):
    stored = json.loads(gzip.open(ORACLE / "word-encoders" / "tokenizers.json.gz").read())["tokenizers"]
    found = {"luke": AutoTokenizer.from_pretrained(ORACLE / "luke-folders" / "tokenizer", task=None)}
    for name in ["bert", "roberta"]:
        place = folder / name
        place.mkdir()
        for file, text in next(one for one in stored if one["name"] == name)["files"].items():
            (place / file).write_text(text)
        found[name] = AutoTokenizer.from_pretrained(place)
    return found


def models(tokenizer):
    words = lambda name: dict(vocab_size=len(tokenizer[name]), **SIZES)
    luke = transformers.LukeConfig(
        vocab_size=len(tokenizer["luke"]), entity_vocab_size=8, entity_emb_size=8, type_vocab_size=1, layer_norm_eps=1e-5,
        use_entity_aware_attention=True, **SIZES,
    )
    roberta = transformers.RobertaConfig(type_vocab_size=1, layer_norm_eps=1e-5, **words("roberta"))
    return {
        "luke": transformers.LukeForTokenClassification(luke),
        "bert": transformers.BertForTokenClassification(transformers.BertConfig(**words("bert"))),
        "roberta": transformers.RobertaForTokenClassification(roberta),
    }


def kept(name):
    return name.startswith("classifier.") or ".layer.0.attention.self" in name or name.endswith("position_embeddings.weight")


def main():
    torch.manual_seed(7)
    answers = {"versions": {"transformers": transformers.__version__, "torch": torch.__version__}, "tags": TAGS, "models": []}
    with tempfile.TemporaryDirectory() as place:
        tokenizer = tokenizers(Path(place))
        for name, model in models(tokenizer).items():
            model.eval()
            for parameter in model.parameters():
                parameter.data.normal_(0, 0.3)
            model.save_pretrained(OUTPUT / name)
            tokenizer[name].save_pretrained(OUTPUT / name)
            inputs = tokenizer[name](TEXTS, return_tensors="pt", padding=True)
            special = torch.zeros_like(inputs.input_ids) == 1
            for row, text in enumerate(TEXTS):
                special[row, 0] = True
                special[row, int(inputs.attention_mask[row].sum()) - 1 :] = True
            tags = torch.randint(len(TAGS), inputs.input_ids.shape).masked_fill(special, -100)
            output = model(**inputs, labels=tags)
            output.loss.backward()
            gradients = {
                f"gradients/{key}": parameter.grad.clone().contiguous()
                for key, parameter in model.named_parameters()
                if parameter.grad is not None and kept(key)
            }
            save_file(gradients, OUTPUT / f"{name}.safetensors")
            rows = [
                {"text": text, "logits": logits[: int(mask.sum())].tolist(), "tags": tag[: int(mask.sum())].tolist()}
                for text, logits, mask, tag in zip(TEXTS, output.logits, inputs.attention_mask, tags)
            ]
            answers["models"].append({"name": name, "texts": rows, "loss": output.loss.item()})
    (OUTPUT / "answers.json").write_text(json.dumps(answers) + "\n")


RELATA = """
import { openModel } from "./dist/model/predictor.js";
import { encodeTokens } from "./dist/tokenization/inputs/token-encoding.js";
import { textTokens } from "./dist/tokenization/inputs/text-tokens.js";
const [folder, ...texts] = process.argv.slice(1);
const model = await openModel(folder, { intraOpNumThreads: 1 });
const encodings = texts.flatMap((text) => encodeTokens(model.tokenizer, textTokens(model.tokenizer.words, text)));
const logits = await model.session.logits(encodings, { batchSize: 8 });
console.log(JSON.stringify(logits.map((rows) => Array.from(rows))));
await model.dispose();
"""


def verify(folder):
    """The greatest difference of a probability between Relata and the Python lines of the folder's model card."""
    code = re.search(r"```python\n(.*?)```", (folder / "README.md").read_text(), re.S)[1]
    code = re.sub(r"^folder = .*$", lambda _: f"folder = {json.dumps(str(folder.resolve()))}", code, flags=re.M)
    (given,) = re.findall(r"tokenizer\((\".*?\"), return_tensors", code)
    texts = [json.loads(given), *TEXTS]
    command = ["node", "--input-type=module", "--eval", RELATA, "--", str(folder.resolve()), *texts]
    ours = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    worst = 0
    for text, rows in zip(texts, ours, strict=True):
        place = {}
        exec(code.replace(given, repr(text)), place)
        theirs = place["logits"].softmax(-1)
        mine = torch.tensor(rows).reshape(theirs.shape).softmax(-1)
        worst = max(worst, (mine - theirs).abs().max().item())
    print(f"{folder}: largest difference of a probability {worst:.1e}")
    return worst <= 1e-5


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(0 if all([verify(Path(folder)) for folder in sys.argv[1:]]) else 1)
    main()
