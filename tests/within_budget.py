"""Budget: heavy tests say how long they took, and fail when that is far too long.

``python -m tests.within_budget MINUTES ARGUMENT…`` runs pytest with the arguments.
"""

import subprocess
import sys
import time

# A machine may be busy: half as long again is allowed.
ALLOWED = 1.5


def main(minutes: str, *arguments: str) -> int:
    """Return pytest's exit code, or 1 where the tests passed and took too long."""
    budget_seconds = float(minutes) * 60
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False)
    seconds = time.monotonic() - began
    sys.stderr.write(f"Took {seconds:.0f} s of {budget_seconds:.0f} s.\n")
    if seconds > ALLOWED * budget_seconds:
        sys.stderr.write(
            f"That is more than {ALLOWED} times the budget: make the tests quicker,"
            " or say why the budget must grow.\n"
        )
        return done.returncode or 1
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
