"""Errors: refusals about stock."""

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class NotTrackedError(DomainError):
    code = "not_tracked"
    message = _("The stock of %(product)s is not counted.")


class NothingReceivedError(DomainError):
    code = "nothing_received"
    message = _("Nothing was received.")


class OutOfStockError(DomainError):
    code = "out_of_stock"
    message = _("Only %(on_hand)s left of %(product)s.")
