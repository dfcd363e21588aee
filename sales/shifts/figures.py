"""Figures: the totals of a shift, for an X report and a Z report; pure.

A Z report stores them as JSON, with amounts as strings at three places, so that
it can be read back and printed at any time.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from pos.core.money import ZERO

# Tax code of a seller who charges none.
NOT_REGISTERED = "NG"


@dataclass(frozen=True, slots=True)
class TaxFigures:
    """Sales less refunds of one tax code and rate."""

    tax_code: str
    tax_rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class TenderFigures:
    """What was taken and paid back in one kind; ``refunds`` is not above zero.

    ``corrected`` is what corrections added to the kind or took from it.
    """

    kind: str
    count: int
    taken: Decimal
    refund_count: int = 0
    refunds: Decimal = ZERO
    corrected: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        return self.taken + self.refunds + self.corrected


@dataclass(frozen=True, slots=True)
class HeldFigures:
    """Part payments of one kind: what was taken, and below zero how that ended."""

    kind: str
    taken: Decimal
    given_back: Decimal = ZERO
    used: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        """What the shift holds more, or less, for open baskets than it began with."""
        return self.taken + self.given_back + self.used


@dataclass(frozen=True, slots=True)
class DeviceFigures:
    """What one device of the till sold, less what was refunded there.

    Sales that no device made, such as those of the back office, are in none of them.
    """

    uid: str
    name: str
    sales: int
    refunds: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class CashFigures:
    """The parts of the expected cash; pay-outs and drops are below zero.

    ``since_last_count`` is none of them: the float less what the shift before was
    closed with. ``held`` is the cash that part payments of open baskets brought, less
    what was given back of them or is a tender now.
    """

    opening_float: Decimal
    sales: Decimal = ZERO
    refunds: Decimal = ZERO
    corrected: Decimal = ZERO
    paid_in: Decimal = ZERO
    paid_out: Decimal = ZERO
    dropped: Decimal = ZERO
    counted: Decimal | None = None
    since_last_count: Decimal = ZERO
    held: Decimal = ZERO

    @property
    def taken(self) -> Decimal:
        return self.sales + self.refunds + self.corrected

    @property
    def moved(self) -> Decimal:
        return self.paid_in + self.paid_out + self.dropped

    @property
    def expected(self) -> Decimal:
        return self.opening_float + self.taken + self.moved + self.held

    @property
    def variance(self) -> Decimal | None:
        return None if self.counted is None else self.counted - self.expected


@dataclass(frozen=True, slots=True)
class Counts:
    """How many sales, refunds and other acts the shift has."""

    sales: int = 0
    refunds: int = 0
    voids: int = 0
    no_sales: int = 0
    movements: int = 0
    # Corrections of tenders, also those that were corrected back.
    corrections: int = 0
    refused_cash_outs: int = 0


@dataclass(frozen=True, slots=True)
class ShiftFigures:
    """``gross`` is at the prices asked, before anything was taken off.

    ``discounts`` and ``points_value`` are above zero, ``refunds`` below. Amounts
    include tax where nothing else is said, also where prices do not: an amount off
    such a price is with the tax that it saved. ``grand_total_before`` is that of the
    till's last Z report. Deposits on containers are owed to who brings them back, and
    no sales; what was returned is below zero.
    """

    gross: Decimal
    discounts: Decimal
    points_value: Decimal
    refunds: Decimal
    rounding: Decimal
    counts: Counts
    first_receipt: str
    last_receipt: str
    first_refund: str
    last_refund: str
    taxes: tuple[TaxFigures, ...]
    tenders: tuple[TenderFigures, ...]
    points_earned: int
    points_redeemed: int
    cash: CashFigures
    grand_total_before: Decimal
    held: tuple[HeldFigures, ...] = ()
    devices: tuple[DeviceFigures, ...] = ()
    deposits_charged: Decimal = ZERO
    deposits_returned: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """What was sold less what was refunded, before cash rounding."""
        return self.sold + self.refunds

    @property
    def sold(self) -> Decimal:
        """What was sold after everything that was taken off."""
        return self.gross - self.discounts - self.points_value

    @property
    def deposits(self) -> Decimal:
        """What was charged of deposits, less what was returned."""
        return self.deposits_charged + self.deposits_returned

    @property
    def taken(self) -> Decimal:
        return self.total + self.deposits + self.rounding

    @property
    def tax(self) -> Decimal:
        return sum((rate.tax for rate in self.taxes), ZERO)

    @property
    def is_registered(self) -> bool:
        """Whether tax was charged; if not, paper may not mention it."""
        return any(rate.tax_code != NOT_REGISTERED for rate in self.taxes)

    @property
    def net(self) -> Decimal:
        return self.total - self.tax

    @property
    def grand_total(self) -> Decimal:
        return self.grand_total_before + self.total

    @property
    def tender_count(self) -> int:
        """How many tenders were taken and paid back."""
        return sum(tender.count + tender.refund_count for tender in self.tenders)

    @property
    def tendered(self) -> Decimal:
        """What all tenders add up to: the same as ``taken``."""
        return sum((tender.amount for tender in self.tenders), ZERO)


def sum_cash_held(held: Iterable[HeldFigures]) -> Decimal:
    """Return what part payments add to the expected cash: those in cash alone."""
    return sum((figure.amount for figure in held if figure.kind == "cash"), ZERO)


def as_json(figures: ShiftFigures) -> dict[str, Any]:
    """Return the figures as plain JSON; what is not in every shift only if it is."""
    cash = figures.cash
    return {
        "gross": _amount(figures.gross),
        "discounts": _amount(figures.discounts),
        "points_value": _amount(figures.points_value),
        "refunds": _amount(figures.refunds),
        "total": _amount(figures.total),
        "net": _amount(figures.net),
        "tax": _amount(figures.tax),
        "rounding": _amount(figures.rounding),
        "taken": _amount(figures.taken),
        "taxes": [
            [
                rate.tax_code,
                f"{rate.tax_rate:.5f}",
                _amount(rate.net),
                _amount(rate.tax),
            ]
            for rate in figures.taxes
        ],
        "tenders": [
            [
                tender.kind,
                tender.count,
                _amount(tender.taken),
                tender.refund_count,
                _amount(tender.refunds),
                _amount(tender.corrected),
            ]
            for tender in figures.tenders
        ],
        "points": {
            "earned": figures.points_earned,
            "redeemed": figures.points_redeemed,
        },
        "counts": asdict(figures.counts),
        "receipts": [figures.first_receipt, figures.last_receipt],
        "refund_receipts": [figures.first_refund, figures.last_refund],
        "grand_total_before": _amount(figures.grand_total_before),
        "grand_total": _amount(figures.grand_total),
        "cash": _cash_as_json(cash),
        **_held_as_json(figures),
        **_devices_as_json(figures),
        **_deposits_as_json(figures),
    }


def _cash_as_json(cash: CashFigures) -> dict[str, Any]:
    return {
        "since_last_count": _amount(cash.since_last_count),
        "float": _amount(cash.opening_float),
        "sales": _amount(cash.sales),
        "refunds": _amount(cash.refunds),
        "corrected": _amount(cash.corrected),
        "paid_in": _amount(cash.paid_in),
        "paid_out": _amount(cash.paid_out),
        "dropped": _amount(cash.dropped),
        "expected": _amount(cash.expected),
        "counted": None if cash.counted is None else _amount(cash.counted),
    }


def _held_as_json(figures: ShiftFigures) -> dict[str, Any]:
    rows = [
        [held.kind, _amount(held.taken), _amount(held.given_back), _amount(held.used)]
        for held in figures.held
    ]
    return {"held": rows} if rows else {}


def _devices_as_json(figures: ShiftFigures) -> dict[str, Any]:
    rows = [
        [device.uid, device.name, device.sales, device.refunds, _amount(device.total)]
        for device in figures.devices
    ]
    return {"devices": rows} if rows else {}


def _deposits_as_json(figures: ShiftFigures) -> dict[str, Any]:
    amounts = figures.deposits_charged, figures.deposits_returned
    return {"deposits": [_amount(amount) for amount in amounts]} if any(amounts) else {}


def from_json(data: dict[str, Any]) -> ShiftFigures:
    """Return the figures that ``as_json`` wrote, to the last digit."""
    cash = data["cash"]
    held = tuple(
        HeldFigures(kind, *map(Decimal, amounts))
        for kind, *amounts in data.get("held", [])
    )
    charged, returned = map(Decimal, data.get("deposits", (0, 0)))
    return ShiftFigures(
        gross=Decimal(data["gross"]),
        discounts=Decimal(data["discounts"]),
        points_value=Decimal(data["points_value"]),
        refunds=Decimal(data["refunds"]),
        rounding=Decimal(data["rounding"]),
        counts=Counts(**data["counts"]),
        first_receipt=data["receipts"][0],
        last_receipt=data["receipts"][1],
        first_refund=data["refund_receipts"][0],
        last_refund=data["refund_receipts"][1],
        taxes=tuple(
            TaxFigures(code, Decimal(rate), Decimal(net), Decimal(tax))
            for code, rate, net, tax in data["taxes"]
        ),
        tenders=tuple(
            TenderFigures(
                kind, count, Decimal(taken), refunds, Decimal(back), Decimal(corrected)
            )
            for kind, count, taken, refunds, back, corrected in data["tenders"]
        ),
        points_earned=data["points"]["earned"],
        points_redeemed=data["points"]["redeemed"],
        cash=CashFigures(
            opening_float=Decimal(cash["float"]),
            sales=Decimal(cash["sales"]),
            refunds=Decimal(cash["refunds"]),
            corrected=Decimal(cash["corrected"]),
            paid_in=Decimal(cash["paid_in"]),
            paid_out=Decimal(cash["paid_out"]),
            dropped=Decimal(cash["dropped"]),
            counted=None if cash["counted"] is None else Decimal(cash["counted"]),
            # Reports before this figure was on them do not have it.
            since_last_count=Decimal(cash.get("since_last_count", 0)),
            held=sum_cash_held(held),
        ),
        grand_total_before=Decimal(data["grand_total_before"]),
        held=held,
        devices=tuple(
            DeviceFigures(uid, name, sales, refunds, Decimal(total))
            for uid, name, sales, refunds, total in data.get("devices", [])
        ),
        deposits_charged=charged,
        deposits_returned=returned,
    )


def _amount(value: Decimal) -> str:
    return f"{value:.3f}"
