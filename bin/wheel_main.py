"""Tillkeeper, installed from its wheel: ``tillkeeper``, or ``python -m tillkeeper``.

In the wheel this is ``tillkeeper/__main__.py``; decision 72 says why.
"""

import os
import sys
from pathlib import Path

HERE = str(Path(__file__).resolve().parent)


def main() -> None:
    """Let ``config`` and the apps be found here before anywhere else, and begin."""
    sys.path.insert(0, HERE)
    # The web server takes the place of this process. It finds them in the same way,
    # and nothing of the same name in the directory where it was started.
    known = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([HERE, *([known] if known else [])])
    os.environ["PYTHONSAFEPATH"] = "1"
    from config.command import main as carry_out

    carry_out(sys.argv[1:])


if __name__ == "__main__":
    main()
