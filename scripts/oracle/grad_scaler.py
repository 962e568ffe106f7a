"""Asks torch.amp.GradScaler for its scale after each step of sequences of finite and overflowing gradients.

Writes test/oracle/grad-scaler.json: for each sequence the runs [count, overflows], and after each run the scale, the growth
tracker and how many steps the optimizer made.

    python scripts/oracle/grad_scaler.py        (torch 2.13.0 on the CPU)
"""

import json
from pathlib import Path

import torch

OUTPUT = Path(__file__).resolve().parents[2] / "test" / "oracle" / "grad-scaler.json"
SEQUENCES = {
    "growth": [[1999, False], [1, False], [1, False], [1998, False], [1, False]],
    "backoff": [[1, True], [1, True], [3, False], [1, True], [1, False]],
    "an overflow restarts the count": [[1500, False], [1, True], [1999, False], [1, False], [1, True]],
    "below one": [[20, True], [2000, False]],
}


def answers(runs):
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=1.0)
    scaler = torch.amp.GradScaler("cpu")
    after = []
    for count, overflows in runs:
        for _ in range(count):
            # A step lowers the weight by one, whatever the scale, if it is made.
            loss = weight.sum() * (float("inf") if overflows else 1.0)
            optimizer.zero_grad()
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
        state = scaler.state_dict()
        after.append({"scale": state["scale"], "growthTracker": state["_growth_tracker"], "steps": -round(weight.item())})
    return after


cases = [{"name": name, "runs": runs, "after": answers(runs)} for name, runs in SEQUENCES.items()]
OUTPUT.write_text(json.dumps({"torch": torch.__version__.split("+")[0], "cases": cases}, indent=1) + "\n")
