"""Opens a folder of `relata train --lora` with PEFT, beside its base, and compares logits with those of the merged export.

    relata train DATA --model BASE --lora --output ADAPTER --encoding pair ...
    relata model export ADAPTER MERGED --format safetensors
    python scripts/oracle/verify_lora_folder.py BASE ADAPTER MERGED        (peft 0.21.2, transformers 4.57.6)

For encoders that transformers has no class of pairs for: the encoder and a classifier, named as in the adapter's files. Prints
the greatest difference, and ends with 1 above 1e-5.
"""

import sys

import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModel


class Pairs(torch.nn.Module):
    def __init__(self, folder, prefix, classifier):
        super().__init__()
        setattr(self, prefix, AutoModel.from_pretrained(folder))
        self.prefix = prefix
        self.classifier = torch.nn.Linear(classifier.shape[1], classifier.shape[0], bias=False)
        with torch.no_grad():
            self.classifier.weight.copy_(classifier)

    def forward(self, input_ids):
        states = getattr(self, self.prefix)(input_ids=input_ids).last_hidden_state
        return self.classifier(torch.cat([states[:, 1], states[:, 4]], dim=1))


def main():
    base, adapter, merged = sys.argv[1:]
    weights = load_file(f"{merged}/model.safetensors")
    prefix = next(key for key in weights if ".encoder." in key or ".transformer." in key).split(".")[0]
    classifier = weights["classifier.weight"]
    torch.manual_seed(0)
    size = AutoConfig.from_pretrained(merged).vocab_size
    ids = torch.randint(5, size, (8, 16))
    started = Pairs(base, prefix, torch.zeros_like(classifier)).eval()
    opened = PeftModel.from_pretrained(started, adapter).eval()
    expected = Pairs(merged, prefix, classifier).eval()
    with torch.no_grad():
        theirs, ours = opened(ids), expected(ids)
    difference = (theirs - ours).abs().max().item()
    print(f"{difference:.1e} between PEFT and the merged folder; logits up to {theirs.abs().max().item():.2f}")
    sys.exit(0 if difference <= 1e-5 else 1)


if __name__ == "__main__":
    main()
