"""Worker: ``python -m tests.simulation.worker`` runs some of the days."""

import sys

import django

django.setup()

from tests.simulation.days import run_days  # noqa: E402  # models need Django set up
from tests.simulation.options import read_options  # noqa: E402

if __name__ == "__main__":
    sys.exit(run_days(**vars(read_options(sys.argv[1:]))))
