"""Refusals: business rules that say no, in words that staff may read."""

from collections.abc import Callable
from http import HTTPStatus
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A business rule refused the request.

    Expected, safe to show to staff, and raised inside the transaction that it
    rolls back. A programmer's mistake is never a DomainError: it raises
    ValueError, or fails an assert.
    """

    code: ClassVar[str] = "refused"  # stable; clients, logs and tests rely on it
    message: ClassVar[str | Promise] = _("The request was refused.")
    http_status: ClassVar[int] = HTTPStatus.UNPROCESSABLE_ENTITY

    # What is to be written once the service's transaction has been rolled back. The
    # service sets it before it raises, and ``atomic_with_retry`` calls it.
    after_rollback: Callable[[], object] | None = None

    # In seconds: how long the same request will be refused, where that is known.
    retry_after: int | None = None

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message) % self.facts


class NotOfThisCompanyError(DomainError):
    """A row named in the request belongs to another company, or does not exist.

    Both cases get the same answer, so that guessing reveals nothing.
    """

    code = "not_found"
    message = _("There is no such %(thing)s.")
    http_status = HTTPStatus.NOT_FOUND


class InvalidQuantityError(DomainError):
    code = "invalid_quantity"
    message = _("The quantity must be a number above zero and below %(limit)s.")


class FractionalQuantityError(DomainError):
    code = "fractional_quantity"
    message = _("%(product)s is sold in whole pieces only.")


class InvalidAmountError(DomainError):
    code = "invalid_amount"
    message = _("Enter a valid amount: %(amount)s is not accepted.")


class InvalidCountError(DomainError):
    code = "invalid_count"
    message = _("The count must be a number from zero to below %(limit)s.")


class ReasonNeededError(DomainError):
    code = "reason_needed"
    message = _("Enter a reason of at most %(limit)s characters.")


class InvalidFieldError(DomainError):
    """A value that was typed does not fit its column."""

    code = "invalid_field"
    message = _("%(field)s: %(problem)s")


class DifferentRepeatError(DomainError):
    """A request repeats an id that was used, with other content."""

    code = "different_repeat"
    message = _("This was already recorded with different content.")
    http_status = HTTPStatus.CONFLICT


class CardNumberError(DomainError):
    """Card numbers never enter the system (PCI DSS scope)."""

    code = "card_number"
    message = _("This looks like a card number. Type the terminal's reference.")
