"""A Ray cluster of two nodes on this machine, one of which is killed in the middle of a run, for test/scoring-ray.long.test.ts.

    python ray_cluster.py CPUS KILL_AFTER COMMAND…

runs COMMAND with `--address` of the cluster and a token, and kills a node once KILL_AFTER parts of the run are done (0: none
is killed). The folder of the run is the third word of COMMAND. Prints a line of JSON: the exit code, and the parts that were
done when the node was killed.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

os.environ["RAY_AUTH_MODE"] = "token"
os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
# Workers have a niceness of 15, by which they get nothing on a machine that does other work.
os.environ["RAY_worker_niceness"] = "0"

from ray.cluster_utils import Cluster  # noqa: E402  reads the token when it is imported


def main():
    cpus, kill_after, *command = sys.argv[1:]
    small = {"object_store_memory": 80 * 2**20}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False, **small})
    nodes = [cluster.add_node(num_cpus=float(cpus), **small) for _ in range(2)]
    parts = Path(command[2], "parts")
    done_at_kill = None
    driver = subprocess.Popen([*command, "--address", cluster.address])
    try:
        while driver.poll() is None:
            done = len(list(parts.glob("*.done.json")))
            if int(kill_after) and done_at_kill is None and done >= int(kill_after):
                cluster.remove_node(nodes[1], allow_graceful=False)
                done_at_kill = done
            time.sleep(0.05)
    finally:
        driver.kill()
        cluster.shutdown()
    print(json.dumps({"code": driver.returncode, "doneAtKill": done_at_kill}))


main()
