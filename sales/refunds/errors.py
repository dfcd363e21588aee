"""Refusals: rules of refunds that say no."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class SaleNotFinalizedError(DomainError):
    code = "sale_not_finalized"
    message = _("Only a finalized sale can be refunded.")
    http_status = HTTPStatus.CONFLICT


class RefundOfRefundError(DomainError):
    code = "refund_of_refund"
    message = _("%(refund)s is a refund and cannot be refunded.")


class NothingToRefundError(DomainError):
    code = "nothing_to_refund"
    message = _("Choose what to refund.")


class TooMuchReturnedError(DomainError):
    code = "too_much_returned"
    message = _("Only %(left)s of %(product)s can still be refunded.")
    http_status = HTTPStatus.CONFLICT


class RefundTendersDifferError(DomainError):
    code = "refund_tenders_differ"
    message = _("The amounts do not add up to the refund of %(due)s.")


class RefundChangedError(DomainError):
    """A price or a tax rate moved after the refund was shown; nothing was written."""

    code = "stale"
    message = _(
        "A price or the tax has changed: %(due)s goes back now, with %(tax)s of tax"
        " (before: %(shown_due)s, with %(shown_tax)s). Look at it again."
    )
    http_status = HTTPStatus.CONFLICT


class PriceAboveListError(DomainError):
    code = "price_above_list"
    message = _("Without a receipt, %(product)s is refunded at today's price or less.")
