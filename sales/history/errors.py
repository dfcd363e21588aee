"""Refusals: rules of past sales that say no."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class TillServesCustomersError(DomainError):
    code = "till_serves_customers"
    message = _("%(till)s serves customers: choose another till for the replay.")


class InvoiceDiffersError(DomainError):
    """The till has an invoice of this number already, and it says something else."""

    code = "invoice_differs"
    message = _(
        "%(till)s has this invoice with other content: %(document)s. Nothing of this"
        " one is booked; if it is from another source, choose another till."
    )
    http_status = HTTPStatus.CONFLICT


class InvoiceOfTheFutureError(DomainError):
    code = "invoice_of_the_future"
    message = _("It is of %(at)s, which is still to come.")


class LineRefusedError(DomainError):
    """One line of an invoice cannot be booked; ``line`` is its number in the file."""

    code = "line_refused"
    message = _("%(problem)s")


class ReturnNotSoldError(DomainError):
    """Goods came back in an invoice, and no sale at that price has them."""

    code = "return_not_sold"
    message = _("%(quantity)s of %(product)s came back: %(reason)s at this price.")
