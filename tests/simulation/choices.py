"""Choices: where the steps of a day get their decisions from; pure."""

import random
from collections.abc import Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Numbers(Protocol):
    """Whole numbers from ``least`` to ``most``, both included."""

    def integer(self, least: int, most: int) -> int: ...


class Seeded:
    """The same numbers for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  it is to be foreseen

    def integer(self, least: int, most: int) -> int:
        return self._random.randint(least, most)


class Choices:
    """Decisions made of whole numbers; the lowest number is the simplest choice."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers

    def integer(self, least: int, most: int) -> int:
        return self._numbers.integer(least, most)

    def among(self, options: Sequence[T]) -> T:
        return options[self.integer(0, len(options) - 1)]

    def once_in(self, times: int) -> bool:
        return self.integer(1, times) == times

    def shuffle(self, things: Sequence[T]) -> list[T]:
        left = list(things)
        return [left.pop(self.integer(0, len(left) - 1)) for _ in things]
