"""An encoder of words of transformers with a pair classifier, asked as rival.py is.

    python bench/reference/encoder_rival.py        (transformers 4.57.6, torch 2.13.0 on the CPU)

{"do": "open", "config": {…}, "threads": 2, "training": true}   a model of random weights of this config.json
{"do": "step", "batch": {…}}, {"do": "score", "batch": {…}}, {"do": "peak"}

A batch has `input_ids`, `attention_mask`, `places` [texts, 2] of the tokens whose states stand side by side, and `labels`.
"""

import json
import sys
import time

import torch
from peak_memory import peak_memory
from rival import MAX_GRAD_NORM, make_optimizer, tensors
from transformers import AutoConfig, AutoModel

LABELS = 3


class PairClassifier(torch.nn.Module):
    def __init__(self, config):
        super().__init__()
        self.encoder = AutoModel.from_config(config)
        self.classifier = torch.nn.Linear(2 * config.hidden_size, LABELS, bias=False)

    def forward(self, input_ids, attention_mask, places, labels=None):
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        logits = self.classifier(states[torch.arange(len(states))[:, None], places].flatten(1))
        return logits if labels is None else torch.nn.functional.cross_entropy(logits, labels)


class Rival:
    def open(self, config, threads=2, training=True):
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        self.model = PairClassifier(AutoConfig.for_model(**config)).train(training)
        if training:
            self.optimizer = make_optimizer(self.model, True)
        return {"parameters": sum(p.numel() for p in self.model.parameters())}

    def step(self, batch):
        arguments = tensors(batch)
        started = time.perf_counter()
        loss = self.model(**arguments)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), MAX_GRAD_NORM)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return {"loss": loss.item(), "seconds": time.perf_counter() - started}

    def score(self, batch):
        batch.pop("labels", None)
        arguments = tensors(batch)
        started = time.perf_counter()
        with torch.inference_mode():
            logits = self.model(**arguments)
        return {"seconds": time.perf_counter() - started, "logits": logits.tolist()}

    def peak(self):
        return {"peakMemory": peak_memory()}


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
