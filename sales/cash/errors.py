"""Refusals: amounts of cash that are not accepted."""

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class AmountTooLargeError(DomainError):
    code = "amount_too_large"
    message = _("This amount is too large: at most %(limit)s.")
