"""Busy tables: what waits for one is given up at once, and tried again."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError
from psycopg import errors

ATTEMPTS = 20
# In seconds, between two attempts.
PAUSE = (0.5, 1.5)

Result = TypeVar("Result")


def retry_while_busy(
    act: Callable[[], Result], *, say: Callable[[str], object]
) -> Result:
    """Call it again until its locks are free at once, so that nobody queues behind it.

    ``lock_timeout`` says how long "at once" is. Of each attempt that was given up
    nothing may be left.
    """
    for _attempt in range(1, ATTEMPTS):
        try:
            return act()
        except OperationalError as error:
            if not isinstance(error.__cause__, errors.LockNotAvailable):
                raise
        say("A table is in use; trying again.")
        time.sleep(random.uniform(*PAUSE))  # noqa: S311
    return act()
