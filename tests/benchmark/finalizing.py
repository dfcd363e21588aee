"""Finalizing: timed in-process, against the same writes as bare SQL."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from config.localdb import Cluster
from tests.benchmark.database import postmaster
from tests.benchmark.figures import Measure, Timed, summarize
from tests.benchmark.machine import process_tree, usage, usage_between
from tests.benchmark.workers import Worker, run_in_parallel

NAMES = ("service", "round trips", "one statement")
WARM_UP_SECONDS = 0.4
# Another round that would end later than this is not started.
LONGEST_SECONDS = 160
# More sales a second and process than were ever measured: a guess for the first run.
FASTEST = {"service": 500, "round trips": 900, "one statement": 2_500}

Measures = dict[str, dict[int, list[Measure]]]


class Finalizing:
    """Runs every implementation at every number of processes, round after round."""

    def __init__(
        self,
        workers: Sequence[Worker],
        *,
        cluster: Cluster,
        seconds: float,
        say: Callable[[str], None],
    ) -> None:
        self.workers = workers
        self.cluster = cluster
        self.server = postmaster(cluster)
        self.seconds = seconds
        self.say = say
        self._fastest: dict[tuple[str, int], float] = {}

    def statements(self) -> dict[str, int]:
        """How many statements each takes for one sale."""
        first = self.workers[:1]
        run_in_parallel(first, "top up", 3 * len(NAMES))
        # Twice: what a process prepares once is not part of a sale.
        for name in NAMES:
            run_in_parallel(first, "count", name)
        return {name: run_in_parallel(first, "count", name)[0] for name in NAMES}

    def run(self, levels: Sequence[int], *, rounds: int) -> Measures:
        """Every measure, by implementation and number of processes."""
        measures: Measures = defaultdict(lambda: defaultdict(list))
        first_started = time.monotonic()
        for turn in range(rounds):
            started = time.monotonic()
            for level in levels:
                # None is always the first, or always after the same one.
                for name in rotate(NAMES, turn):
                    measures[name][level].append(self._measure(name, level))
            self.say(f"Round {turn + 1} of {rounds} is done.")
            ended = time.monotonic()
            if (
                turn + 1 < rounds
                and 2 * ended - started - first_started > LONGEST_SECONDS
            ):
                self.say("This machine is too busy for another round.")
                break
        return measures

    def _measure(self, name: str, level: int) -> Measure:
        workers = self.workers[:level]
        run_in_parallel(workers, "top up", self._supply(name, level))
        begin = time.monotonic() + WARM_UP_SECONDS
        end = begin + self.seconds
        for worker in workers:
            worker.send("sell", name, begin, end)
        parts = {
            "client": [worker.pid for worker in workers],
            "database": process_tree(self.server),
        }
        time.sleep(max(0.0, begin - time.monotonic()))
        before = usage(**parts)
        time.sleep(max(0.0, end - time.monotonic()))
        used = usage_between(before, usage(**parts))
        timed: list[Timed] = [worker.answer() for worker in workers]
        if any(one.ran_out for one in timed):
            self.say(f"{name}, {level} processes: baskets ran out before the end.")
        self._fastest[name, level] = max(
            *(len(one.latencies) / one.seconds for one in timed),
            self._fastest.get((name, level), 0),
        )
        return summarize(timed, used)

    def _supply(self, name: str, level: int) -> int:
        """How many baskets each till needs, also if the machine gets faster."""
        fastest = self._fastest.get((name, level), 0) * 1.5
        guess = FASTEST[name] if level < 2 else FASTEST[name] * 1.6 / level
        return int((self.seconds + WARM_UP_SECONDS) * (fastest or guess * 1.5))


def rotate(names: Sequence[str], turn: int) -> Iterable[str]:
    """The names, starting with another one each turn.

    >>> rotate("abc", 1)
    'bca'
    """
    first = turn % len(names)
    return names[first:] + names[:first]
