"""Anchors: the last link of each chain, as signed lines to keep elsewhere; pure.

A line is made of the time, the company, the chain, the number and the hash of the
link, its place among the lines written together (``2/3``), and an HMAC of all that
and of the line before. So a line that is changed, added or left out shows, and so
does an end that was cut off inside what was written together.
"""

import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

KEY_LENGTH_MIN = 32
# What comes before the till's code for its audit trail, and alone is the back office's.
# No code of a till has the stroke.
TRAIL = "audit/"

_LINE = re.compile(
    r"(?P<text>(?P<at>\S+) (?P<company>\S+) (?P<chain>\S+) (?P<chain_no>[0-9]{1,10})"
    r" (?P<hash>[0-9a-f]{64}) (?P<place>[0-9]{1,6})/(?P<of>[0-9]{1,6}))"
    r" (?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last link of a chain at a time.

    ``chain`` is the till's code for its documents, and begins with ``audit/`` for
    what people did.
    """

    at: str
    company: str
    chain: str
    chain_no: int
    hash: str

    @property
    def is_of_trail(self) -> bool:
        return self.chain.startswith(TRAIL)

    @property
    def till(self) -> str:
        """The code of its till; empty for the back office."""
        return self.chain.removeprefix(TRAIL)

    def __str__(self) -> str:
        return f"{self.at} {self.company} {self.chain} {self.chain_no}"


@dataclass(frozen=True, slots=True)
class AnchorLine:
    """A line of a file; ``problem`` is what is wrong with it, or empty."""

    number: int
    anchor: Anchor | None = None
    problem: str = ""

    def is_of(self, company: str) -> bool:
        return self.anchor is not None and self.anchor.company == company


def write_lines(anchors: Sequence[Anchor], *, key: str, after: str) -> str:
    """Return the lines of the anchors, to be added to what the file holds already."""
    signature = _read_last_signature(after)
    lines = []
    for place, anchor in enumerate(anchors, start=1):
        text = (
            f"{anchor.at} {anchor.company} {anchor.chain} {anchor.chain_no}"
            f" {anchor.hash} {place}/{len(anchors)}"
        )
        signature = _sign(signature, text, key=key)
        lines.append(f"{text} {signature}\n")
    return "".join(lines)


def read_lines(content: str, *, key: str) -> Iterator[AnchorLine]:
    """Yield each line with its anchor, and say what is wrong with it."""
    *lines, rest = content.split("\n")
    signature, missing = "", 0
    number = 0
    for number, line in enumerate(lines, start=1):
        found = _LINE.fullmatch(line.rstrip("\r"))
        if found is None or not _is_time(found["at"]):
            yield AnchorLine(number, problem="is no anchor")
            continue
        is_signed = hmac.compare_digest(
            _sign(signature, found["text"], key=key), found["signature"]
        )
        signature = found["signature"]
        missing = int(found["of"]) - int(found["place"])
        anchor = Anchor(
            found["at"],
            found["company"],
            found["chain"],
            int(found["chain_no"]),
            found["hash"],
        )
        yield AnchorLine(number, anchor, "" if is_signed else _NOT_SIGNED)
    yield from _check_ending(number + 1, rest, missing)


def _check_ending(number: int, rest: str, missing: int) -> Iterator[AnchorLine]:
    """Yield what is wrong with the end of the file, if anything is."""
    if rest:
        yield AnchorLine(number, problem="is cut off")
    elif missing:
        yield AnchorLine(
            number,
            problem=f"is missing: the file was cut off, {missing} more were written",
        )
    elif number == 1:
        yield AnchorLine(number, problem="is missing: the file is empty")


def find_first_problem(lines: Iterable[AnchorLine]) -> AnchorLine | None:
    return next((line for line in lines if line.problem), None)


_NOT_SIGNED = (
    "has a wrong HMAC: it was changed, the one before it was changed or left out, or"
    " ANCHOR_KEY is another"
)


def _read_last_signature(content: str) -> str:
    return content.split()[-1] if content else ""


def _sign(before: str, text: str, *, key: str) -> str:
    return hmac.digest(key.encode(), f"{before} {text}".encode(), "sha256").hex()


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
