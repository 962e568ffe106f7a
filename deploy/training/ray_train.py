"""Trains a model by several processes on a Ray cluster: one `relata train --rendezvous … --rank …` in each of its places.

    python deploy/training/ray_train.py DATA… --output FOLDER --address auto --ranks 4 --cpus 8 -- --epochs 8 …

The words after `--` are flags of relata train. All nodes see the data and the output folder under the same paths, and have
Relata and Node. The driver finds a place for every rank, has them meet at the node of rank 0, passes on what rank 0 prints and
watches them. If a rank or its node is lost, rank 0 writes a checkpoint and the run ends with its place; the same call with
`--resume` goes on, with any number of ranks. Made with ray==2.58.0, for Linux.

Exit codes are those of relata train: 75 if another call with --resume may go on.
"""

import argparse
import ctypes
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import ray
from ray.exceptions import GetTimeoutError, RayActorError
from ray.util.placement_group import placement_group, remove_placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

TRY_AGAIN, USAGE = 75, 64
LOST = "lost"
# Seconds between two looks at a rank.
LOOK = 1


def die_with_parent():
    """Called in the new process: it ends if its actor does, since nobody would watch it any more."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL("libc.so.6").prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@ray.remote(max_restarts=0)
class Rank:
    """The process of one rank."""

    def place(self, port):
        """The address of this node and a port that is free there."""
        with socket.socket() as listening:
            listening.bind(("", port))
            return ray.util.get_node_ip_address(), listening.getsockname()[1]

    def start(self, command, folder, token):
        # Files, since a pipe that nobody reads fills up and stops the process.
        self.outputs = [tempfile.TemporaryFile("w+") for _ in range(2)]
        self.read = [0, 0]
        environment = {**os.environ, "RELATA_RANKS_TOKEN": token}
        out, err = self.outputs
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, preexec_fn=die_with_parent
        )

    def look(self, seconds):
        """Waits so long for the end of the process; its exit code, None while it goes on, and what it has printed since."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        return code, [self.printed(i) for i in range(2)]

    def printed(self, i):
        # The process writes at the same place in the file: this one reads through a file of its own.
        with open(f"/proc/self/fd/{self.outputs[i].fileno()}", encoding="utf8", errors="replace") as file:
            file.seek(self.read[i])
            text = file.read()
            self.read[i] = file.tell()
            return text

    def stop(self):
        self.process.terminate()


def parse():
    words = sys.argv[1:]
    at = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog="After --: flags of relata train.")
    parser.add_argument("data", nargs="+", help="annotation files, as for relata train")
    parser.add_argument("--output", required=True, help="folder of the model and its checkpoints, which rank 0 writes")
    parser.add_argument("--resume", action="store_true", help="go on from the newest checkpoint of the output folder")
    parser.add_argument("--restarts", type=int, default=0, help="go on so many times by itself if a rank is lost (default: 0)")
    parser.add_argument("--address", default="auto", help="address of the cluster (default: auto)")
    parser.add_argument("--ranks", type=int, default=2, help="processes that share each batch (default: 2)")
    parser.add_argument("--cpus", type=float, default=1, help="cores of a rank, and threads of its kernels (default: 1)")
    parser.add_argument("--strategy", default="SPREAD", choices=["SPREAD", "PACK", "STRICT_SPREAD"], help="how ranks are placed on nodes")
    parser.add_argument("--port", type=int, default=0, help="port of rank 0 (default: one that is free)")
    parser.add_argument("--relata", default="relata", help="the command on the nodes, as: node /opt/relata/bin/relata.js")
    parser.add_argument("--patience", type=float, default=300, help="give up if the ranks find no place for so many seconds")
    parser.add_argument("--rank-timeout", type=float, default=600, help="as of relata train: seconds of silence between ranks")
    parser.add_argument("--silence", type=float, default=1800, help="give up if rank 0 prints nothing for so many seconds")
    parser.add_argument("--insecure", action="store_true", help="use a cluster that other machines reach without a token")
    return parser.parse_args(words[:at]), words[at + 1 :]


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
    given, flags = parse()
    require_token(given.address, given.insecure)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    ray.init(address=given.address, log_to_driver=False, logging_level="ERROR")
    for left in range(given.restarts, -1, -1):
        run = Run(given, flags)
        try:
            code, reason = run.follow()
        finally:
            run.close()
        if code == 0:
            return
        print(reason, file=sys.stderr)
        if code != TRY_AGAIN or left == 0:
            fail(code, how_to_resume(given) if code == TRY_AGAIN or code > 128 else "No other attempt is made.")
        print(f"Going on from the newest checkpoint; {left - 1} more restarts are left.", file=sys.stderr)
        given.resume = True


def how_to_resume(given):
    found = sorted(Path(given.output).glob("**/checkpoint-*"), key=lambda path: int(path.name.rsplit("-", 1)[1]))
    if not found:
        return f"There is no checkpoint in {given.output} yet: the same call with --resume starts the run again."
    return f"Newest checkpoint: {found[-1]}. To go on, with any number of ranks: the same call with --resume."


class Run:
    """The ranks of one attempt."""

    def __init__(self, given, flags):
        self.given, self.flags = given, flags
        self.group = placement_group([{"CPU": given.cpus}] * given.ranks, strategy=given.strategy)
        self.ranks = []

    def follow(self):
        """The exit code, and the reason if it is not 0."""
        try:
            ray.get(self.group.ready(), timeout=self.given.patience)
        except GetTimeoutError:
            return TRY_AGAIN, self.no_place()
        try:
            self.begin()
            return self.watch()
        except RayActorError as error:
            return TRY_AGAIN, f"A rank was lost before the run began: {error}"
        except KeyboardInterrupt:
            return self.interrupt()

    def begin(self):
        for i in range(self.given.ranks):
            strategy = PlacementGroupSchedulingStrategy(self.group, placement_group_bundle_index=i)
            self.ranks.append(Rank.options(num_cpus=self.given.cpus, scheduling_strategy=strategy).remote())
        host, port = ray.get(self.ranks[0].place.remote(self.given.port))
        token = os.environ.get("RELATA_RANKS_TOKEN") or secrets.token_hex(32)
        print(f"{self.given.ranks} ranks meet at {host}:{port}.", file=sys.stderr)
        starting = [rank.start.remote(self.command(i, host, port), os.getcwd(), token) for i, rank in enumerate(self.ranks)]
        ray.get(starting)

    def command(self, rank, host, port):
        given = self.given
        command = [*shlex.split(given.relata), "train", *given.data, "--rendezvous", f"tcp://{host}:{port}"]
        command += ["--rank", str(rank), "--world-size", str(given.ranks), "--rank-timeout", f"{given.rank_timeout:g}"]
        if "--threads" not in self.flags:
            command += ["--threads", str(max(1, int(given.cpus)))]
        if rank > 0:
            return command
        return [*command, "--output", given.output, *self.flags, *(["--resume"] if given.resume else [])]

    def watch(self):
        """Follows the ranks to the end of all. The first that is lost says why, rank 0 writes its checkpoint."""
        codes, said, reason = {}, {}, None
        last, ending = time.monotonic(), None
        while len(codes) < self.given.ranks:
            for i, (code, text) in self.look(codes).items():
                said[i] = (said.get(i, "") + "".join(text))[-2000:]
                if i == 0 and "".join(text):
                    last = time.monotonic()
                if code is None:
                    continue
                codes[i] = code
                if code != 0:
                    ending = ending or time.monotonic()
                    if reason is None or code == LOST:
                        reason = self.reason(i, code, said[i])
            now = time.monotonic()
            if ending is not None and now - ending > self.given.rank_timeout + 60:
                return TRY_AGAIN, f"{reason} The other ranks did not end by themselves."
            if ending is None and now - last > self.given.silence:
                return TRY_AGAIN, (
                    f"Rank 0 has printed nothing for {self.given.silence:g} seconds, so all {self.given.ranks} ranks are ended. "
                    "If it only was slow, raise --silence."
                )
        if all(code == 0 for code in codes.values()):
            return 0, None
        is_lost = any(code == LOST or code < 0 for code in codes.values())
        return TRY_AGAIN if is_lost else (codes[0] or max(codes.values())), reason

    def look(self, codes):
        """What each rank that goes on has printed, and the exit code of those that have ended."""
        calls = {i: rank.look.remote(LOOK) for i, rank in enumerate(self.ranks) if i not in codes}
        seen = {}
        for i, call in calls.items():
            try:
                seen[i] = ray.get(call)
            except RayActorError:
                seen[i] = (LOST, [""])
                continue
            if i == 0:
                for text, stream in zip(seen[i][1], (sys.stdout, sys.stderr)):
                    stream.write(text)
                    stream.flush()
        return seen

    def reason(self, rank, code, said):
        if code == LOST:
            return f"Rank {rank} was lost: its actor or its node has ended."
        if code < 0:
            return f"Rank {rank} was killed by {signal.Signals(-code).name}."
        tail = "" if rank == 0 else f": {said.strip()[-500:]}"
        return f"Rank {rank} has ended with exit code {code}{tail}"

    def interrupt(self):
        """Ctrl-C: rank 0 ends the run at every rank after the step, with a checkpoint."""
        print("Stopping after this step; Ctrl-C again ends all at once.", file=sys.stderr)
        self.ranks[0].stop.remote()
        self.watch()
        return 128 + signal.SIGINT, "The run was stopped."

    def no_place(self):
        alive = [node for node in ray.nodes() if node["Alive"]]
        cores = ray.available_resources().get("CPU", 0)
        return (
            f"The ranks have found no place for {self.given.patience:g} seconds: {len(alive)} nodes are alive, with {cores:g} free "
            f"cores, and {self.given.ranks} ranks need {self.given.cpus:g} each. Ask for fewer --ranks or --cpus, or raise --patience."
        )

    def close(self):
        """Ends what is left: a rank ends with its actor."""
        for rank in self.ranks:
            ray.kill(rank)
        remove_placement_group(self.group)


if __name__ == "__main__":
    main()
