"""Operations: acts on a basket, as the till sends them."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from pos.catalogue.codes import TEXT_MAX, ScannedCode, clean_scan
from pos.core.errors import InvalidAmountError
from pos.core.money import is_money
from pos.core.text import is_storable
from sales.basket.errors import (
    CodeTooLongError,
    InvalidDiscountError,
    InvalidOperationError,
)
from sales.basket.limits import validate_quantity
from sales.models import SaleOperation

POINTS_MAX = 1_000_000_000

_PLAIN_DIGITS = re.compile(r"[+-]?(?=\.?[0-9])[0-9]{0,14}(\.[0-9]{0,14})?")


@dataclass(frozen=True, slots=True)
class Operation:
    """One act on a basket. The till makes ``uid``; ``seq`` orders the acts."""

    uid: UUID
    seq: int
    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """The hash that differs where other content comes under the same id."""
        content = [self.kind, dict(self.payload)]
        text = json.dumps(content, separators=(",", ":"), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def code(self) -> ScannedCode | None:
        """The code that was scanned or typed, with the positions of its keys."""
        value = self.payload.get("code")
        if isinstance(value, str) and len(value) > TEXT_MAX and is_storable(value):
            raise CodeTooLongError(start=value[:20])
        text = clean_scan(self.text("code", limit=TEXT_MAX))
        positions = clean_scan(self.text("positions", limit=TEXT_MAX))
        return ScannedCode(text, positions) if text else None

    def text(self, name: str, *, limit: int) -> str:
        """The payload's text without surrounding space; missing is empty."""
        value = self.payload.get(name, "")
        if not isinstance(value, str) or len(value) > limit or not is_storable(value):
            raise InvalidOperationError(what=name)
        return value.strip()

    def uuid(self, name: str) -> UUID:
        try:
            return UUID(str(self.payload[name]))
        except (KeyError, ValueError) as error:
            raise InvalidOperationError(what=name) from error

    def quantity(self) -> Decimal:
        """The payload's quantity; to add without one is to add one."""
        default = "1" if self.kind == SaleOperation.Kind.ADD else None
        return validate_quantity(_decimal(self.payload.get("quantity", default)))

    def rate(self) -> Decimal:
        """The payload's percent as a fraction of at most 1; none is zero."""
        percent = _decimal(self.payload.get("percent") or "0")
        if percent is None or not 0 <= percent <= 100:
            raise InvalidDiscountError
        return (percent / 100).quantize(Decimal("0.00001"))

    def money(self, name: str, *, places: int) -> Decimal:
        """The payload's amount, zero or above; none is zero."""
        amount = _decimal(self.payload.get(name) or "0")
        if amount is None or amount < 0 or not is_money(amount, places=places):
            raise InvalidDiscountError
        return amount

    def count(self, name: str) -> int:
        """The payload's whole number, zero or above."""
        value = self.payload.get(name)
        if type(value) is not int or not 0 <= value <= POINTS_MAX:
            raise InvalidOperationError(what=name)
        return value

    def price(self, *, places: int) -> Decimal | None:
        """The price that was typed, if one was."""
        typed = self.payload.get("price")
        if typed in (None, ""):
            return None
        value = _decimal(typed)
        if value is None or value < 0 or not is_money(value, places=places):
            amount = str(typed)[:40]
            raise InvalidAmountError(amount=amount if is_storable(amount) else "?")
        return value


@dataclass(slots=True)
class Result:
    """The result of one operation: the answer to the till."""

    uid: UUID
    ok: bool = True
    code: str = ""
    message: str = ""
    line: UUID | None = None
    # Somebody else agreed to it: see the approvals with its uid.
    is_approved: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "id": str(self.uid),
            "ok": self.ok,
            "code": self.code,
            "message": self.message,
            "line": str(self.line) if self.line else None,
            "is_approved": self.is_approved,
        }


def parse_operations(content: object) -> list[Operation]:
    """Read the batch that a till posted.

    An error inside one operation's payload becomes that operation's result. The
    whole batch is refused only where an operation has no id or sequence to answer to.

    Raises:
        InvalidOperationError: it is not a list of operations, or one of them
            has no id, sequence, known type and flat payload.
    """
    rows = content.get("operations") if isinstance(content, dict) else None
    if not isinstance(rows, list) or len(rows) > 500:
        raise InvalidOperationError(what=_("operations"))
    return [_parse(row) for row in rows]


def _parse(row: object) -> Operation:
    if not isinstance(row, dict):
        raise InvalidOperationError(what=_("operation"))
    try:
        uid, seq, kind = UUID(str(row["id"])), row["seq"], str(row["type"])
        payload = row.get("payload") or {}
    except (KeyError, ValueError) as error:
        raise InvalidOperationError(what=_("operation")) from error
    well_formed = type(seq) is int and 0 < seq < 2**31 and _is_flat(payload)
    if not well_formed or kind not in SaleOperation.Kind.values:
        raise InvalidOperationError(what=kind[:40])
    return Operation(uid, seq, kind, payload)


def _is_flat(payload: object) -> bool:
    return isinstance(payload, dict) and not any(
        isinstance(value, dict | list) for value in payload.values()
    )


def _decimal(value: object) -> Decimal | None:
    """Return the decimal that was typed in plain digits; else None."""
    text = str(value).strip()
    return Decimal(text) if _PLAIN_DIGITS.fullmatch(text) else None
