"""Tender kinds: the ways to pay that every company may take.

A company's own ways to pay are its kinds of vouchers (``pos/models/voucher.py``).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Of the code of a way to pay.
KIND_MAX = 10


class TenderKind(models.TextChoices):
    """The ways to pay. An exchange cannot be chosen: it links two documents."""

    CASH = "cash", _("cash")
    CARD = "card", _("card")
    PAYNOW = "paynow", _("PayNow")
    NETS = "nets", _("NETS")
    EXCHANGE = "exchange", _("exchange")


# What a person may choose; cash first.
CHOSEN_TENDERS = [
    kind for kind in TenderKind.choices if kind[0] != TenderKind.EXCHANGE.value
]


def usual_tenders() -> list[str]:
    """Return the ways to pay that a new company takes."""
    return [TenderKind.CASH.value, TenderKind.CARD.value, TenderKind.PAYNOW.value]


def order_of_kind(kind: str) -> tuple[int, str]:
    """Return the place of a way to pay in every list: an exchange comes last.

    >>> sorted(["exchange", "cdc", "cash"], key=order_of_kind)
    ['cash', 'cdc', 'exchange']
    """
    chosen = [kind for kind, _label in CHOSEN_TENDERS]
    if kind == TenderKind.EXCHANGE:
        return (len(chosen) + 1, kind)
    return (chosen.index(kind) if kind in chosen else len(chosen), kind)
