"""Model: what may be recorded, known only from what the screen showed.

Each sum that is recorded was the one on the screen when it was taken, and had been
there for 300 ms, but for what the person had just typed or chosen; and what was
scanned is in the basket that showed it, once, and in no other.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

STEADY = 300
# In how many ticks of the page after a key of a person the screen shows what it did:
# a busy machine lets the page run late, and its ticks come as late.
FOLLOWS = 6
CHOOSING = re.compile(r"\d|[cnpv]|Backspace|Delete")


@dataclass(frozen=True)
class Taken:
    """A sum of money that was recorded."""

    sale: UUID
    kind: str
    tendered: Decimal


def find_faults(
    recording: dict[str, list[dict[str, Any]]],
    taken: list[Taken],
    scanned: list[str],
    found: dict[str, list[UUID]],
) -> Iterator[str]:
    """Sentences of what no screen had shown; ``found``: baskets by a product's name."""
    shown, pressed = recording["shown"], recording["pressed"]
    free = list(pressed)
    for money in taken:
        press = next((one for one in free if _takes(one, shown, pressed, money)), None)
        if press:
            free.remove(press)
        else:
            yield f"{money} was recorded, and no key or tap took what was shown"
    for name, count in Counter(scanned).items():
        baskets = {state["basket"] for state in shown if name in state["lines"]}
        written = [str(uid) for uid in found.get(name, [])]
        if sorted(written) != sorted(baskets) or len(baskets) > count:
            yield f"{name} was shown in {baskets} and is in {written}"


def _takes(press: dict, shown: list[dict], pressed: list[dict], money: Taken) -> bool:
    """Whether this key or tap took this sum, which the screen showed steadily."""
    at = press["at"]
    before = [state for state in shown if state["at"] <= at]
    if not before or before[-1]["basket"] != str(money.sale):
        return False
    state = before[-1]
    recent = [one for one in before if one["at"] > at - STEADY]
    if press["act"] == "quick":
        is_shown = (money.kind, money.tendered) == ("cash", Decimal(press["tendered"]))
        return is_shown and all(one["total"] == state["total"] for one in recent)
    is_taking = press["key"] in ("Enter", "F9") or press["act"] == "take"
    is_shown = state["way"] == money.kind and _sum(state["amount"]) == money.tendered
    if not (is_taking and is_shown and state["view"] == "payment"):
        return False
    return all(_is_meant(one, pressed) for one in recent)


def _is_meant(state: dict, pressed: list[dict]) -> bool:
    """Whether the screen came to show this by what a person had just chosen."""
    return any(
        (CHOOSING.fullmatch(one["key"].lower()) or one["type"] == "click")
        and one["at"] <= state["at"]
        and state["tick"] - one["tick"] <= FOLLOWS
        for one in pressed
    )


def _sum(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", text) or 0)
