"""Acts on a basket, as the till sends them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from pos.errors import InvalidAmountError, InvalidQuantityError
from pos.money import ZERO, is_money
from sales.errors import InvalidOperationError

KINDS = (
    "add",
    "set_quantity",
    "remove",
    "restore",
    "attach_customer",
    "detach_customer",
    "note",
    "clear",
    "park",
    "recall",
)

# Together these keep every total inside its column.
QUANTITY_LIMIT = Decimal(100_000)
LINE_LIMIT = Decimal(100_000_000)
LINES_MAX = 999


@dataclass(frozen=True, slots=True)
class Operation:
    """One act on a basket. The till makes ``uid``; ``seq`` orders the acts."""

    uid: UUID
    seq: int
    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """What tells a repeat from other content under the same id."""
        content = [self.kind, dict(self.payload)]
        text = json.dumps(content, separators=(",", ":"), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def text(self, name: str, *, limit: int) -> str:
        """The payload's text without surrounding space; missing is empty."""
        value = self.payload.get(name, "")
        if not isinstance(value, str) or len(value) > limit or "\0" in value:
            raise InvalidOperationError(what=name)
        return value.strip()

    def uuid(self, name: str) -> UUID:
        try:
            return UUID(str(self.payload[name]))
        except (KeyError, ValueError) as error:
            raise InvalidOperationError(what=name) from error

    def quantity(self) -> Decimal:
        """The payload's quantity, one when none is given; three places at most."""
        value = _decimal(self.payload.get("quantity", "1"))
        if value is None or not ZERO < value < QUANTITY_LIMIT:
            raise InvalidQuantityError(limit=QUANTITY_LIMIT)
        if value != value.quantize(Decimal("0.001")):
            raise InvalidQuantityError(limit=QUANTITY_LIMIT)
        return value

    def price(self, *, places: int) -> Decimal | None:
        """The price that was typed, if one was."""
        if self.payload.get("price") in (None, ""):
            return None
        value = _decimal(self.payload["price"])
        if value is None or value < 0 or not is_money(value, places=places):
            raise InvalidAmountError(amount=str(self.payload["price"])[:40])
        return value


@dataclass(slots=True)
class Result:
    """What became of one operation, as the till is told."""

    uid: UUID
    ok: bool = True
    code: str = ""
    message: str = ""
    line: UUID | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": str(self.uid),
            "ok": self.ok,
            "code": self.code,
            "message": self.message,
            "line": str(self.line) if self.line else None,
        }


def parse_operations(content: object) -> list[Operation]:
    """Read the batch that a till posted.

    What is wrong inside one operation's payload is that operation's result;
    only what has no id and sequence to answer to is refused as a whole.

    Raises:
        InvalidOperationError: it is not a list of operations.
    """
    rows = content.get("operations") if isinstance(content, dict) else None
    if not isinstance(rows, list) or len(rows) > 500:
        raise InvalidOperationError(what=_("operations"))
    return [_parse(row) for row in rows]


def _parse(row: object) -> Operation:
    try:
        assert isinstance(row, dict)
        uid, seq, kind = UUID(str(row["id"])), row["seq"], str(row["type"])
        payload = row.get("payload") or {}
    except (AssertionError, KeyError, ValueError) as error:
        raise InvalidOperationError(what=_("operation")) from error
    well_formed = type(seq) is int and 0 < seq < 2**31 and isinstance(payload, dict)
    if not well_formed or kind not in KINDS:
        raise InvalidOperationError(what=kind[:40])
    return Operation(uid, seq, kind, payload)


def _decimal(value: object) -> Decimal | None:
    """The finite decimal that was typed in plain digits; else None."""
    text = str(value)
    if len(text) > 20 or not text.isascii() or "e" in text.lower():
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
