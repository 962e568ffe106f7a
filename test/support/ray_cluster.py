"""A Ray cluster of two nodes on this machine, one of which is killed in the middle of a run, for the tests of deploy/*/ray_*.py.

    python ray_cluster.py CPUS KILL_AFTER PATTERN COMMAND…

runs COMMAND, in which the word ADDRESS stands for the address of the cluster, with a token, and kills a node once KILL_AFTER
files or folders match PATTERN (0: none is killed). Prints a line of JSON: the exit code, and how many matched when the node was killed.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from glob import glob

os.environ["RAY_AUTH_MODE"] = "token"
os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
# Workers have a niceness of 15, by which they get nothing on a machine that does other work.
os.environ["RAY_worker_niceness"] = "0"

from ray.cluster_utils import Cluster  # noqa: E402  reads the token when it is imported


def main():
    cpus, kill_after, pattern, *command = sys.argv[1:]
    small = {"object_store_memory": 80 * 2**20}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False, **small})
    nodes = [cluster.add_node(num_cpus=float(cpus), **small) for _ in range(2)]
    done_at_kill = None
    driver = subprocess.Popen([cluster.address if word == "ADDRESS" else word for word in command])
    try:
        while driver.poll() is None:
            done = len(glob(pattern))
            if int(kill_after) and done_at_kill is None and done >= int(kill_after):
                cluster.remove_node(nodes[1], allow_graceful=False)
                done_at_kill = done
            time.sleep(0.05)
    finally:
        driver.kill()
        cluster.shutdown()
    print(json.dumps({"code": driver.returncode, "doneAtKill": done_at_kill}))


main()
