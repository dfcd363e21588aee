"""Reasons: why something was done, in words that can be stored."""

from pos.core.card_numbers import refuse_card_number
from pos.core.errors import ReasonNeededError

REASON_MAX = 200


def clean_reason(reason: str) -> str:
    """Return the reason with single blanks.

    Raises:
        ReasonNeededError: there is none, or it is too long.
        CardNumberError: it holds a card number.
    """
    return refuse_card_number(require_reason(" ".join(reason.split())))


def require_reason(reason: str, *, may_be_empty: bool = False) -> str:
    """Return the reason as it is; ReasonNeededError if it is missing or too long."""
    if len(reason) > REASON_MAX or not (reason or may_be_empty):
        raise ReasonNeededError(limit=REASON_MAX)
    return reason
