"""Greeting: what a start hands over to the web server that takes its place.

The process that has prepared the shop becomes the web server. It keeps two files
open: the lock, which ends once pages are answered, and the text that is printed then.
"""

import os
import sys
import tempfile
from typing import IO, Any

from config.start_lock import release_lock

# The numbers of both files, for the web server alone.
VARIABLE = "TILLKEEPER_GREETING"


def hand_over(text: str, lock: IO[str]) -> None:
    """Let the program that takes this one's place greet with the text."""
    greeting = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
    greeting.write(text)
    greeting.flush()
    for file in (lock, greeting):
        os.set_inheritable(file.fileno(), True)
    os.environ[VARIABLE] = f"{lock.fileno()} {greeting.fileno()}"
    # Kept open to the end of this program, which is when the other one begins.
    _handed_over.extend((lock, greeting))


def greet(server: Any) -> None:
    """Release the lock and print the text, in the web server that was handed both."""
    numbers = os.environ.pop(VARIABLE, "")
    if not numbers:
        return
    lock, greeting = map(int, numbers.split())
    release_lock(os.fdopen(lock, "a"))
    with os.fdopen(greeting, encoding="utf-8") as file:
        file.seek(0)
        sys.stdout.write(file.read() + "\n")
    sys.stdout.flush()


_handed_over: list[IO[str]] = []
