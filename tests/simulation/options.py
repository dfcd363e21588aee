"""Options: which days are simulated."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence


def read_options(arguments: Sequence[str]) -> Namespace:
    """Read the first seed, the number of seeds and the steps of a day."""
    parser = ArgumentParser(
        prog="bin/dev simulate",
        description="Simulate made-up days, and compare them with a plain model.",
    )
    parser.add_argument("--seed", type=int, default=1, help="the first day")
    parser.add_argument("--seeds", type=int, default=1, help="how many days")
    parser.add_argument("--steps", type=int, default=200, help="steps of a day")
    return parser.parse_args(arguments)
