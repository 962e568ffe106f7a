"""Scores the shards of a run on a Ray cluster, by Relata's own process as an actor on each of its places.

    python deploy/scoring/ray_score.py FOLDER --address auto --actors 8

All nodes see the folder of the run and its inputs under the same paths, and have Relata and Node. Each actor holds one
`relata score run FOLDER --shards-from-stdin`, which keeps its model open, and is told one shard after the other. A shard
whose actor or node is lost goes to another; whoever scores a shard twice writes the same bytes. The folder says what is
done, so the same call goes on after any interruption. Made with ray==2.58.0.

Exit codes are those of relata score run: 75 if another call may go on, 65 if no further attempt would help.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

import ray
from ray.exceptions import NodeDiedError, RayActorError, RayTaskError, WorkerCrashedError

TRY_AGAIN, USAGE, BAD_DATA = 75, 64, 65


@ray.remote
class ShardWorker:
    """Relata's process, which answers each number of a shard by one line of JSON."""

    def __init__(self, command):
        self.command = command
        self.process = None

    def score(self, shard):
        """The event that ended the shard: `shard` (scored), `known` (it was done) or `failed`."""
        if self.process is None or self.process.poll() is not None:
            # A file, since a pipe that nobody reads fills up and stops the process.
            self.said = tempfile.TemporaryFile("w+")
            pipe = subprocess.PIPE
            self.process = subprocess.Popen(self.command, stdin=pipe, stdout=pipe, stderr=self.said, text=True)
        try:
            self.process.stdin.write(f"{shard}\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if line:
            return json.loads(line)
        code = self.process.wait()
        self.said.seek(0)
        return {"type": "ended", "shard": shard, "code": code, "error": self.said.read()[-2000:].strip()}


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", help="folder of the run, which relata score plan has made")
    parser.add_argument("--address", default="auto", help="address of the cluster (default: auto)")
    parser.add_argument("--actors", type=int, default=2, help="processes that score at once, each with a model")
    parser.add_argument("--cpus", type=float, default=1, help="cores of an actor, and threads of its model")
    parser.add_argument("--relata", default="relata", help="the command on the nodes, as: node /opt/relata/bin/relata.js")
    parser.add_argument("--silence", type=float, default=1800, help="give up if no shard ends for so many seconds")
    parser.add_argument("--attempts", type=int, default=3, help="attempts of a shard, those that a lost node ends not counted")
    parser.add_argument("--insecure", action="store_true", help="use a cluster that other machines reach without a token")
    return parser.parse_args()


def require_token(address, insecure):
    """Whoever reaches a cluster without a token can run any program on its nodes (CVE-2023-48022)."""
    host = address.removeprefix("ray://").rsplit(":", 1)[0]
    is_local = host in ("", "local", "localhost", "127.0.0.1", "::1", "[::1]")
    if is_local or insecure or os.environ.get("RAY_AUTH_MODE") == "token":
        return
    fail(
        USAGE,
        f"The cluster at {address} may be reached by other machines, and RAY_AUTH_MODE=token is not set: anybody who "
        "reaches it could run programs on its nodes. Start it with a token (RAY_AUTH_MODE, RAY_AUTH_TOKEN), or add --insecure.",
    )


def fail(code, message):
    print(message, file=sys.stderr)
    sys.exit(code)


def main():
    given = parse()
    folder = str(Path(given.folder).resolve())
    plan = json.loads(Path(folder, "manifest.json").read_text())
    require_token(given.address, given.insecure)
    ray.init(address=given.address, log_to_driver=False, logging_level="ERROR")
    command = [*shlex.split(given.relata), "score", "run", folder, "--shards-from-stdin", "--json"]
    command += ["--threads", str(max(1, int(given.cpus)))]
    actor = ShardWorker.options(num_cpus=given.cpus, scheduling_strategy="SPREAD")
    run = Run(given, len(plan["shards"]), lambda: actor.remote(command))
    run.follow()
    commit = subprocess.run([*shlex.split(given.relata), "score", "commit", folder], check=False)
    sys.exit(commit.returncode)


class Run:
    """The shards of a run, beside the actors that score them."""

    def __init__(self, given, count, start):
        self.given, self.count, self.start = given, count, start
        self.open = deque(range(count))
        self.attempts = {}
        self.done = 0
        # By the call under way: its shard and actor.
        self.calls = {}
        self.failed = []

    def follow(self):
        for _ in range(min(self.given.actors, self.count)):
            self.give(self.start())
        last = time.monotonic()
        while self.calls:
            ended, _ = ray.wait(list(self.calls), num_returns=1, timeout=1)
            for call in ended:
                before = self.done
                self.take(call)
                if self.done > before:
                    last = time.monotonic()
            if time.monotonic() - last > self.given.silence:
                self.give_up()
        if self.failed:
            fail(BAD_DATA, f"{len(self.failed)} of {self.count} shards could not be scored. {self.failed[0]}")

    def give(self, actor):
        if self.open:
            shard = self.open.popleft()
            self.calls[actor.score.remote(shard)] = (shard, actor)

    def take(self, call):
        shard, actor = self.calls.pop(call)
        try:
            event = ray.get(call)
        except RayTaskError as error:
            fail(TRY_AGAIN, f"An actor cannot start {self.given.relata}: {error.cause}")
        except (RayActorError, WorkerCrashedError, NodeDiedError) as error:
            print(f"shard {shard} is given to another actor: {type(error).__name__}", file=sys.stderr)
            ray.kill(actor)
            self.open.appendleft(shard)
            self.give(self.start())
            return
        if event["type"] in ("shard", "known"):
            self.done += 1
            print(f"{self.done}/{self.count} shards: {shard} {event['type']}", file=sys.stderr)
        elif event["type"] == "failed":
            self.failed.append(f"Shard {shard}: {event['error']}")
        else:
            self.end(shard, event)
        self.give(actor)

    def end(self, shard, event):
        """The process ended in the middle of the shard, by a signal or by an error of the whole run."""
        if event["code"] in (USAGE, BAD_DATA):
            fail(event["code"], event["error"])
        self.attempts[shard] = self.attempts.get(shard, 0) + 1
        if self.attempts[shard] < self.given.attempts:
            self.open.append(shard)
        else:
            self.failed.append(f"Shard {shard} ended its process {self.attempts[shard]} times: {event['error']}")

    def give_up(self):
        alive = [node for node in ray.nodes() if node["Alive"]]
        cores = ray.available_resources().get("CPU", 0)
        under_way = sorted(shard for shard, _ in self.calls.values())
        fail(
            TRY_AGAIN,
            f"No shard has ended for {self.given.silence:g} seconds: {self.done} of {self.count} are done, under way "
            f"are {under_way[:10]}; {len(alive)} nodes are alive, with {cores:g} free cores, and an actor needs {self.given.cpus:g}. "
            "Leave a core and a GiB of each node free, or raise --silence; the same call goes on with what is left.",
        )


if __name__ == "__main__":
    main()
