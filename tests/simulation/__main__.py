"""Simulation: ``python -m tests.simulation`` runs it on a database of its own."""

import os
import signal
import subprocess
import sys
from argparse import Namespace

import tests.support.environment  # noqa: F401  # before the settings are read
from config.localdb.roles import make_database
from tests.benchmark.database import NAME, environment_of
from tests.simulation.options import read_options
from tests.support.throwaway import throwaway_cluster


def main(arguments: list[str]) -> int:
    """Share the days out among the cores; 1 if one of them failed."""
    options = read_options(arguments)
    with throwaway_cluster() as cluster:
        make_database(cluster, NAME)
        environment = os.environ | environment_of(cluster)
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"],
            env=environment,
            check=True,
        )
        started = [
            subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.simulation.worker"),
                    *(f"--seed={seed}", f"--seeds={seeds}", f"--steps={options.steps}"),
                ],
                env=environment,
            )
            for seed, seeds in _share_out(options)
        ]
        try:
            return max(process.wait() for process in started)
        finally:
            for process in started:
                process.kill()


def _share_out(options: Namespace) -> list[tuple[int, int]]:
    """Return the first seed of each process, and how many seeds it has."""
    processes = min(os.cpu_count() or 1, options.seeds)
    starts = [
        options.seed + options.seeds * n // processes for n in range(processes + 1)
    ]
    return [
        (start, end - start) for start, end in zip(starts, starts[1:], strict=False)
    ]


if __name__ == "__main__":
    # Ended from outside, it still leaves nothing behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(main(sys.argv[1:]))
