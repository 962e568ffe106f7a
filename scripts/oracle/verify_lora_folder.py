"""Opens folders of `relata train --lora` with PEFT, beside their base, and compares what it answers.

    relata train DATA --model BASE --lora --output ADAPTER ...
    relata model export ADAPTER MERGED --format safetensors
    python scripts/oracle/verify_lora_folder.py BASE ADAPTER MERGED        (peft 0.21.2, transformers 4.57.6, a built checkout)

An encoder of words: its logits of texts that have every token of the adapter's own against those of the merged export; the base's
table of words has a row for each token of the adapter's tokenizer first. transformers has no class of pairs for it: the encoder
and a classifier, named as in the adapter's files. LUKE, in pair and in document encoding (`--pair-features states`): its
probabilities against those of `relata predict`, as verify_folder.py and verify_document_folder.py compare them. Prints the
greatest difference, and ends with 1 above 1e-5.
"""

import json
import sys
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModel, AutoTokenizer, LukeForEntityPairClassification

import verify_document_folder
import verify_folder


class Pairs(torch.nn.Module):
    def __init__(self, folder, prefix, classifier, rows=0):
        super().__init__()
        encoder = AutoModel.from_pretrained(folder)
        if rows > encoder.get_input_embeddings().num_embeddings:
            encoder.resize_token_embeddings(rows, mean_resizing=False)
        setattr(self, prefix, encoder)
        self.prefix = prefix
        width = encoder.config.hidden_size
        self.classifier = torch.nn.Linear(classifier.shape[1], classifier.shape[0], bias=False)
        # Levitated markers make a mention of two states.
        self.states = classifier.shape[1] // width
        with torch.no_grad():
            self.classifier.weight.copy_(classifier)

    def forward(self, input_ids):
        states = getattr(self, self.prefix)(input_ids=input_ids).last_hidden_state
        return self.classifier(torch.cat([states[:, 1 + 3 * i] for i in range(self.states)], dim=1))


def words(base, adapter, merged):
    weights = load_file(f"{merged}/model.safetensors")
    prefix = next(key for key in weights if ".embeddings." in key).split(".")[0]
    classifier = weights["classifier.weight"]
    tokens = json.loads((Path(adapter) / "adapter_config.json").read_text()).get("trainable_token_indices") or {}
    own = [token for ids in tokens.values() for token in ids]
    torch.manual_seed(0)
    rows = len(AutoTokenizer.from_pretrained(adapter))
    ids = torch.randint(5, rows, (max(8, len(own)), 16))
    for row, token in enumerate(own):
        ids[row, 4] = token
    opened = PeftModel.from_pretrained(Pairs(base, prefix, torch.zeros_like(classifier), rows).eval(), adapter).eval()
    expected = Pairs(merged, prefix, classifier).eval()
    with torch.no_grad():
        theirs, ours = opened(ids), expected(ids)
    difference = (theirs - ours).abs().max().item()
    print(f"{difference:.1e} between PEFT and the merged folder; logits up to {theirs.abs().max().item():.2f}; {len(own)} tokens of its own")
    return difference <= 1e-5


def luke(base, adapter, merged):
    # The entities of types and the classifier are the adapter's: config.json beside it has their numbers.
    config = AutoConfig.from_pretrained(adapter)
    started = LukeForEntityPairClassification.from_pretrained(base, config=config, ignore_mismatched_sizes=True)
    model = PeftModel.from_pretrained(started, adapter).eval().get_base_model()
    task = json.loads((Path(merged) / "relata.json").read_text())["task"]
    checks = {"document": verify_document_folder.check, "pair": verify_folder.check}
    return checks[task["encoding"]](Path(merged), model)


def main():
    base, adapter, merged = sys.argv[1:]
    check = luke if AutoConfig.from_pretrained(merged).model_type == "luke" else words
    sys.exit(0 if check(base, adapter, merged) else 1)


if __name__ == "__main__":
    main()
