"""Against: pages of this commit beside those of an earlier one, in alternating rounds.

The speed of a machine drifts, so the two take turns, each round on a cluster of its
own. The earlier commit is measured by this commit's benchmark: its own may be another.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmark.figures import table
from tests.benchmark.report import TITLES

ROOT = Path(__file__).resolve().parents[2]
BENCHMARK = Path("tests", "benchmark")

Figures = dict[str, Any]


def compare_pages(
    commit: str, *, rounds: int, arguments: Sequence[str], say: Callable[[str], None]
) -> int:
    """Measure both in turns and print the ratios; 1 if books did not tie afterwards."""
    before: list[Figures] = []
    after: list[Figures] = []
    with _worktree(commit) as earlier:
        for number in range(1, rounds + 1):
            for name, place, runs in (
                ("before", earlier, before),
                ("after", ROOT, after),
            ):
                runs.append(_measure(place, arguments))
                say(f"Round {number}, {name}: done.")
    say("\n" + text_of(before, after))
    problems = [problem for run in before + after for problem in run["problems"]]
    for problem in problems:
        say(f"THE BOOKS DO NOT TIE: {problem}")
    return 1 if problems else 0


@contextmanager
def _worktree(commit: str) -> Iterator[Path]:
    """The earlier commit in a folder of its own, with this benchmark in it."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory, "earlier")
        _git("worktree", "add", "--quiet", "--detach", str(place), commit)
        try:
            shutil.rmtree(place / BENCHMARK)
            shutil.copytree(ROOT / BENCHMARK, place / BENCHMARK)
            yield place
        finally:
            _git("worktree", "remove", "--force", str(place))


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=ROOT, check=True)


def _measure(place: Path, arguments: Sequence[str]) -> Figures:
    """Run the pages' part in that folder once; return what it wrote."""
    with tempfile.TemporaryDirectory() as directory:
        figures = Path(directory, "figures.json")
        command = [sys.executable, "-m", "tests.benchmark", "pages", "--json"]
        run = subprocess.run(
            [*command, str(figures), *arguments],
            cwd=place,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if not figures.exists():
            raise SystemExit(f"The benchmark failed in {place}:\n{run.stdout}")
        result: Figures = json.loads(figures.read_text())
    return result


def text_of(before: Sequence[Figures], after: Sequence[Figures]) -> str:
    """A row for each kind of request: processor time of both, and what it came to."""
    rows = []
    for name in before[0]["pages"]:
        cells = [TITLES[name]]
        for parts in (["web"], ["web", "database"]):
            old, new = _cpu(before, name, parts), _cpu(after, name, parts)
            ratio = median(b / a for a, b in zip(old, new, strict=True))
            cells += [f"{median(old):.2f}", f"{median(new):.2f}", f"{ratio:.2f}"]
        rows.append(cells)
    foreign = max(
        measure["foreign_cores"]
        for run in [*before, *after]
        for measure in run["pages"].values()
    )
    title = f"{len(after)} rounds, {foreign:.2f} foreign cores at most"
    columns = ["web ms before", "after", "ratio", "with database before", "after"]
    return table([title, *columns, "ratio"], rows)


def _cpu(runs: Sequence[Figures], name: str, parts: Sequence[str]) -> list[float]:
    """The processor time of one request in each run, in milliseconds."""
    cpu_ms = [run["pages"][name]["cpu_ms"] for run in runs]
    return [sum(one[part] for part in parts) for one in cpu_ms]
