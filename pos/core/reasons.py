"""Why something was done, in words that can be kept."""

from pos.core.card_numbers import refuse_card_number
from pos.core.errors import ReasonNeededError

REASON_MAX = 200


def clean_reason(reason: str) -> str:
    """Return the reason with single blanks.

    Raises:
        ReasonNeededError: there is none, or it is too long.
        CardNumberError: it holds a card number.
    """
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= REASON_MAX:
        raise ReasonNeededError(limit=REASON_MAX)
    return refuse_card_number(reason)
