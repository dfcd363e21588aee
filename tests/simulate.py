"""``python -m tests.simulate``: made-up days, on a database made for them."""

import argparse
import os
import signal
import subprocess
import sys

import tests.environment  # noqa: F401  # before the settings are read
from config.localdb.roles import make_database
from tests.benchmark.database import NAME, environment_of
from tests.throwaway import throwaway_cluster

MANAGE = [sys.executable, "manage.py"]


def main(arguments: list[str]) -> int:
    """Share the days out among the cores; 1 if one of them failed."""
    options = _options(arguments)
    with throwaway_cluster() as cluster:
        make_database(cluster, NAME)
        environment = os.environ | environment_of(cluster)
        subprocess.run(
            [*MANAGE, "migrate", "--verbosity=0"], env=environment, check=True
        )
        started = [
            subprocess.Popen(
                [
                    *(*MANAGE, "simulate_day", f"--steps={options.steps}"),
                    *(f"--seed={seed}", f"--seeds={seeds}"),
                ],
                env=environment,
            )
            for seed, seeds in _shared_out(options.seed, options.seeds)
        ]
        try:
            return max(process.wait() for process in started)
        finally:
            for process in started:
                process.kill()


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/dev simulate",
        description="Let made-up days pass, and compare them with a plain model.",
    )
    parser.add_argument("--seed", type=int, default=1, help="the first day")
    parser.add_argument("--seeds", type=int, default=1, help="how many days")
    parser.add_argument("--steps", type=int, default=200, help="steps of a day")
    return parser.parse_args(arguments)


def _shared_out(first: int, seeds: int) -> list[tuple[int, int]]:
    """Where each process begins, and how many seeds are its own."""
    processes = min(os.cpu_count() or 1, seeds)
    begins = [first + seeds * n // processes for n in range(processes + 1)]
    return [
        (begin, end - begin) for begin, end in zip(begins, begins[1:], strict=False)
    ]


if __name__ == "__main__":
    # Ended from outside, it still leaves nothing behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(main(sys.argv[1:]))
