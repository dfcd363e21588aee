"""Memory: how much of this machine's the private server plans with."""

import os
from collections.abc import Iterable
from pathlib import Path

MEBIBYTE = 1024 * 1024
# What a container may use; version 2 of control groups, and version 1.
LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
# PostgreSQL's own default, and what the rows of a shop have room in. Web server and
# browser share the machine.
SHARED_MIN = 128 * MEBIBYTE
SHARED_MAX = 1024 * MEBIBYTE


def machine_memory(limits: Iterable[Path] = LIMITS) -> int:
    """Return the bytes of memory there are: the machine's, or its container's limit."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for path in limits:
        try:
            memory = min(memory, int(path.read_text()))
        except (OSError, ValueError):
            continue  # not there, or "max"
    return memory


def memory_settings(memory: int) -> dict[str, str]:
    """Return the server's settings for a machine with so many bytes of memory.

    A quarter is the server's own, up to 1 GB
    (https://www.postgresql.org/docs/current/runtime-config-resource.html); half is
    what it may expect of the disk's pages to be in memory.
    """
    shared = min(max(memory // 4, SHARED_MIN), SHARED_MAX)
    cached = max(memory // 2, shared)
    return {
        "shared_buffers": f"{shared // MEBIBYTE}MB",
        "effective_cache_size": f"{cached // MEBIBYTE}MB",
        # Of each sort: reports sort a year of days without the disk.
        "work_mem": "16MB",
    }
