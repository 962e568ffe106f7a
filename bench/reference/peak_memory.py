"""The highest memory of a Python process, as bench/peak-memory.js reports it for one of Node."""

import re
import resource
import sys
from pathlib import Path


def peak_memory():
    """Bytes. Not ru_maxrss where Linux tells better: a process starts with that of the one that started it."""
    try:
        kilobytes = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]
        return int(kilobytes) * 1024
    except OSError:
        # In KiB, but in bytes on macOS.
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
