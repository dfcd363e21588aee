"""Finding: what a check found, as a sentence, and what to do about it; pure.

A sentence is kept as its English text and its facts, so that it can be written to a
file and shown later in the language of who reads it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from django.utils.translation import gettext

# What a fact may be, so that JSON keeps it.
Fact = str | int | float


class Level(IntEnum):
    """How it is; its number is the command's status."""

    OK = 0
    WARN = 1
    BAD = 2

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    text: str
    remedy: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What was found, in the active language."""
        return gettext(self.text) % self.facts

    @property
    def advice(self) -> str:
        """What to do, in the active language; empty if it is nothing."""
        return gettext(self.remedy) % self.facts if self.remedy else ""

    def as_json(self) -> dict[str, Any]:
        """Return it as ``read_finding`` takes it."""
        return {
            "level": self.level.word,
            "text": self.text,
            "remedy": self.remedy,
            "facts": dict(self.facts),
        }


def read_finding(kept: Mapping[str, Any]) -> Finding:
    """Return what ``as_json`` has made."""
    level = Level[kept["level"].upper()]
    return Finding(level, kept["text"], kept["remedy"], kept["facts"])


def ok(text: str, **facts: Fact) -> Finding:
    return Finding(Level.OK, text, "", facts)


def warn(text: str, remedy: str, **facts: Fact) -> Finding:
    return Finding(Level.WARN, text, remedy, facts)


def bad(text: str, remedy: str, **facts: Fact) -> Finding:
    return Finding(Level.BAD, text, remedy, facts)


def worst(findings: Iterable[Finding]) -> Level:
    """Return how it is as a whole."""
    return max((finding.level for finding in findings), default=Level.OK)
