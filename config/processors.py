"""Processors: how many there are, and how many processes therefore answer requests."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.environment import Env

# What a container may use of them, as time in each period of time.
LIMIT = Path("/sys/fs/cgroup/cpu.max")
# Each has a connection for each thread, and the private database has a hundred: enough
# for the shop and the demo shop at once.
DEFAULT_MAX = 8
# Of each process; every thread keeps a connection.
THREADS = 4


def usable_processors(limit: Path = LIMIT) -> int:
    """Return how many there are: the machine's, or those of its container.

    A part of a processor counts as one.
    """
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        count = os.cpu_count() or 1
    try:
        time, period = map(int, limit.read_text().split())
        return max(1, min(count, -(-time // period)))
    except (OSError, ValueError):
        return count  # the file is not there, or says "max"


def read_web_workers(env: Env) -> int:
    """Return how many processes the web server has.

    Raises ImproperlyConfigured where it would have none.
    """
    workers: int = env.int("WEB_WORKERS", default=min(usable_processors(), DEFAULT_MAX))
    if workers < 1:
        raise ImproperlyConfigured(f"WEB_WORKERS is {workers}, and must be 1 or more.")
    return workers
