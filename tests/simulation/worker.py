"""``python -m tests.simulation.worker``: some of the days, in a process of its own."""

import sys

import django

django.setup()

from tests.simulation.days import run_days  # noqa: E402  # models need Django set up
from tests.simulation.options import read_options  # noqa: E402

if __name__ == "__main__":
    sys.exit(run_days(**vars(read_options(sys.argv[1:]))))
