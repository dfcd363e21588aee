"""Refusals: amounts of cash that are not accepted."""

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class NotPayableError(DomainError):
    code = "not_payable"
    message = _("%(amount)s cannot be paid in cash: the smallest coin is %(coin)s.")


class AmountTooLargeError(DomainError):
    code = "amount_too_large"
    message = _("This amount is too large: at most %(limit)s.")
