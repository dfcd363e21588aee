"""Refusals: business rules that say no, in words that staff may read."""

from http import HTTPStatus
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A business rule refused the request.

    Expected, safe to show to staff, and raised inside the transaction that it
    rolls back. Programmer mistakes are never DomainErrors: those raise
    ValueError, or fail an assert.
    """

    code: ClassVar[str] = "refused"  # stable; clients, logs and tests rely on it
    message: ClassVar[str | Promise] = _("The request was refused.")
    http_status: ClassVar[int] = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message) % self.facts


class NotOfThisCompanyError(DomainError):
    """Something named in the request belongs to another company, or to none.

    One answer for "not there" and "not yours", so that guessing learns nothing.
    """

    code = "not_found"
    message = _("There is no such %(thing)s.")
    http_status = HTTPStatus.NOT_FOUND


class NotAllowedError(DomainError):
    code = "not_allowed"
    message = _("%(staff)s is not allowed to do this.")
    http_status = HTTPStatus.FORBIDDEN


class ApprovalNeededError(DomainError):
    code = "approval_needed"
    message = _("A supervisor has to approve this.")


class ApproverMayNotError(NotAllowedError):
    code = "approver_may_not"
    message = _("%(staff)s is not allowed to approve this.")
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class WrongApproverError(DomainError):
    """One answer for a wrong name and a wrong password: guessing learns nothing."""

    code = "wrong_approver"
    message = _("The supervisor's sign-in name and password do not match. Try again.")


class InvalidQuantityError(DomainError):
    code = "invalid_quantity"
    message = _("The quantity must be a number above zero and below %(limit)s.")


class FractionalQuantityError(DomainError):
    code = "fractional_quantity"
    message = _("%(product)s is sold in whole pieces only.")


class InvalidAmountError(DomainError):
    code = "invalid_amount"
    message = _("This amount cannot be used here: %(amount)s.")


class InvalidCountError(DomainError):
    code = "invalid_count"
    message = _("The count must be a number from zero to below %(limit)s.")


class NotTrackedError(DomainError):
    code = "not_tracked"
    message = _("The stock of %(product)s is not counted.")


class NothingReceivedError(DomainError):
    code = "nothing_received"
    message = _("Nothing was received.")


class ReasonNeededError(DomainError):
    code = "reason_needed"
    message = _("Enter a reason of at most %(limit)s characters.")


class OutOfStockError(DomainError):
    code = "out_of_stock"
    message = _("Only %(on_hand)s left of %(product)s.")


class InvalidBarcodeError(DomainError):
    code = "invalid_barcode"
    message = _("%(barcode)s has a wrong check digit.")


class BarcodeTakenError(DomainError):
    code = "barcode_taken"
    message = _("Barcode %(barcode)s belongs to %(product)s.")


class SkuTakenError(DomainError):
    code = "sku_taken"
    message = _("SKU %(sku)s belongs to %(product)s.")


class InvalidFieldError(DomainError):
    """Something typed has the wrong shape for its column."""

    code = "invalid_field"
    message = _("%(field)s: %(problem)s")


class NoTaxRateError(DomainError):
    code = "no_tax_rate"
    message = _("Tax code %(tax_code)s had no rate in force on %(day)s.")


class CompanyTakenError(DomainError):
    code = "company_taken"
    message = _("There is already a company with the code %(code)s.")


class UsernameTakenError(DomainError):
    code = "username_taken"
    message = _("The sign-in name %(username)s is taken.")


class WeakPasswordError(DomainError):
    code = "weak_password"
    message = _("The password cannot be used: %(problems)s")


class DifferentRepeatError(DomainError):
    """An id that was already used came again with other content."""

    code = "different_repeat"
    message = _("This was already recorded with different content.")
    http_status = HTTPStatus.CONFLICT
