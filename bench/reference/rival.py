"""transformers at work, asked by a bench over standard input: one JSON object a line, one line of JSON for each.

    python bench/reference/rival.py        (transformers 4.57.6, torch 2.13.0 on the CPU)

{"do": "open", "folder": …, "threads": 2, "entities": N}   opens a pair classifier, for training unless "training" is
                                                           false; with N, its entity table is cut to the first N rows
{"do": "step", "batch": {…}, "autocast": false}            one optimizer step as the Trainer takes it by default
{"do": "score", "batch": {…}, "autocast": false}           logits of a batch
{"do": "peak"}                                             highest memory of this process so far, bytes

A batch holds the arguments of `forward` as nested lists. Answers have the `seconds` of the work alone, tensors made; what
went wrong is answered as {"error": …}.
"""

import contextlib
import json
import sys
import time

import torch
from peak_memory import peak_memory
from transformers import LukeForEntityPairClassification

LEARNING_RATE = 2e-5
MAX_GRAD_NORM = 1.0


class Rival:
    def open(self, folder, threads=2, entities=None, training=True, fused=True):
        torch.set_num_threads(threads)
        self.model = LukeForEntityPairClassification.from_pretrained(folder).train(training)
        if entities:
            table = self.model.luke.entity_embeddings.entity_embeddings
            with torch.no_grad():
                table.weight = torch.nn.Parameter(table.weight[:entities].clone())
        if training:
            self.optimizer = make_optimizer(self.model, fused)
        return {}

    def step(self, batch, autocast=False):
        arguments = tensors(batch)
        started = time.perf_counter()
        with precision(autocast):
            loss = self.model(**arguments).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), MAX_GRAD_NORM)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return {"loss": loss.item(), "seconds": time.perf_counter() - started}

    def score(self, batch, autocast=False):
        batch.pop("labels", None)
        arguments = tensors(batch)
        started = time.perf_counter()
        with torch.inference_mode(), precision(autocast):
            logits = self.model(**arguments).logits
        return {"seconds": time.perf_counter() - started, "logits": logits.float().tolist()}

    def peak(self):
        return {"peakMemory": peak_memory()}


def make_optimizer(model, fused):
    """With the Trainer's groups; fused, as `adamw_torch_fused`, the Trainer's default for torch >= 2.8."""
    plain = [(name.endswith(".bias") or "LayerNorm" in name, p) for name, p in model.named_parameters()]
    groups = [
        {"params": [p for is_plain, p in plain if not is_plain], "weight_decay": 0.01},
        {"params": [p for is_plain, p in plain if is_plain], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=LEARNING_RATE, fused=fused or None)


def precision(autocast):
    return torch.autocast("cpu", torch.bfloat16) if autocast else contextlib.nullcontext()


def tensors(batch):
    return {name: torch.tensor(values) for name, values in batch.items()}


def main():
    rival = Rival()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(rival, request.pop("do"))(**request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
