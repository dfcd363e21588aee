"""Machine: what it is, and which processes use its processors.

Processor time is read from /proc; where there is none, it is not measured.
"""

import os
import platform
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
# Beyond so many cores taken by others, a figure is marked as disturbed.
FOREIGN_CORES_MAX = 0.25
# In a line of /proc/stat: user, nice, system, irq, softirq and steal.
BUSY = (0, 1, 2, 5, 6, 7)


@dataclass(frozen=True)
class Usage:
    """Processor seconds since boot, of all and of each part of the benchmark."""

    at: float
    machine: float
    parts: dict[str, float]


@dataclass(frozen=True)
class UsageDelta:
    """What each part used between two moments, and what others took meanwhile."""

    seconds: float
    parts: dict[str, float]
    foreign_cores: float

    @property
    def is_disturbed(self) -> bool:
        return self.foreign_cores > FOREIGN_CORES_MAX


def is_measurable() -> bool:
    return (PROC / "stat").exists()


def usage(**parts: Iterable[int]) -> Usage:
    """What the processes of each part have used until now, their children not."""
    return Usage(
        at=time.monotonic(),
        machine=busy_seconds((PROC / "stat").read_text()) if is_measurable() else 0,
        parts={name: sum(map(_used, pids)) for name, pids in parts.items()},
    )


def usage_between(before: Usage, after: Usage) -> UsageDelta:
    """What was used in between, to some 10 ms: the length of a clock tick."""
    seconds = after.at - before.at
    parts = {name: used - before.parts[name] for name, used in after.parts.items()}
    foreign = after.machine - before.machine - sum(parts.values())
    return UsageDelta(seconds, parts, max(0.0, foreign / seconds))


def busy_seconds(stat: str) -> float:
    """The time all processors were at work, from the text of /proc/stat."""
    ticks = [int(field) for field in stat.partition("\n")[0].split()[1:]]
    return sum(ticks[i] for i in BUSY if i < len(ticks)) / TICKS


def process_seconds(stat: str) -> float:
    """User and system time, from the text of /proc/<pid>/stat."""
    # The name in parentheses may hold anything; the fields after it do not.
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def process_tree(pid: int) -> list[int]:
    """The process and all its living descendants."""
    parents: dict[int, list[int]] = {}
    for path in PROC.glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended meanwhile
        parents.setdefault(parent, []).append(int(path.parent.name))
    found = [pid]
    for member in found:
        found += parents.get(member, [])
    return found


def flush_microseconds(directory: Path, *, times: int = 200) -> float:
    """The median time the disk takes to write one page durably."""
    taken = []
    with tempfile.TemporaryFile(dir=directory) as file:
        for _ in range(times):
            os.pwrite(file.fileno(), os.urandom(8192), 0)
            started = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - started)
    return sorted(taken)[times // 2] * 1e6


def description() -> str:
    """The kind of machine, in a few words."""
    name = platform.processor() or platform.machine()
    cpuinfo = PROC / "cpuinfo"
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    return f"{os.cpu_count()} cores, {name}, {platform.system()}"


def _used(pid: int) -> float:
    try:
        return process_seconds((PROC / str(pid) / "stat").read_text())
    except OSError:
        return 0.0
