"""Installing: ``bin/dev install``. Needs nothing but Python's own library."""

import argparse
import os
import platform
import secrets
import subprocess
import sys
from pathlib import Path

from config.install.plan import Command, Installation, NewFile, Step
from config.program import read_version

SOURCE = Path(__file__).resolve().parents[2]
OLDEST = {"debian": 12.0, "ubuntu": 22.04}


def main(arguments: list[str]) -> None:
    """Install this copy of the programs, or print what that would do."""
    options = _read_options(arguments)
    root = Path(options.root).resolve()
    installation = Installation(SOURCE, root, read_version(), sys.executable)
    is_machine = root == Path("/")
    # The shop's account reads what root installs, whatever root's habit is.
    os.umask(0o022)
    if not options.dry_run:
        _refuse_unfit(is_machine)
    made = "(made here)" if options.dry_run else None
    for step in installation.steps(
        secret_key=made or secrets.token_urlsafe(50),
        pin_key=made or secrets.token_urlsafe(50),
    ):
        if isinstance(step, Command) and step.is_for_machine and not is_machine:
            continue
        sys.stdout.write(f"{step}\n")
        sys.stdout.flush()
        if not options.dry_run:
            _do(step)


def _read_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/dev install")
    parser.add_argument(
        "--dry-run", action="store_true", help="print what it would do, and do nothing"
    )
    parser.add_argument(
        "--root",
        default="/",
        help="install into this directory, without account, owners and services",
    )
    return parser.parse_args(arguments)


def _refuse_unfit(is_machine: bool) -> None:
    if not is_machine:
        return
    if os.geteuid() != 0:
        sys.exit("Only root can install: sudo bin/dev install")
    system = platform.freedesktop_os_release()
    oldest = OLDEST.get(system["ID"])
    if oldest is None or float(system.get("VERSION_ID", 0)) < oldest:
        sys.exit(
            "This installs on Debian 12, Ubuntu 22.04 and newer: elsewhere follow"
            " docs/operations.md."
        )
    python = Path(sys.executable).resolve()
    if not all(place.stat().st_mode & 0o001 for place in (python, *python.parents)):
        sys.exit(
            f"Other accounts cannot run {python}, and the shop has one of its own:"
            " set PYTHON to another, such as PYTHON=/usr/bin/python3."
        )
    if not Path("/run/systemd/system").is_dir():
        sys.exit("Systemd does not run here, and has to start the shop: see --root.")


def _do(step: Step) -> None:
    if isinstance(step, NewFile):
        _write(step)
        return
    done = subprocess.run(step.arguments, check=False)  # noqa: S603
    if done.returncode:
        sys.exit("That failed. Mend what it says, and install again: it goes on.")


def _write(file: NewFile) -> None:
    try:
        descriptor = os.open(file.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file.mode)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as opened:
        opened.write(file.text)
    file.path.chmod(file.mode)


if __name__ == "__main__":
    main(sys.argv[1:])
