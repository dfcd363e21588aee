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


class NotOnReceiptError(DomainError):
    """The goods that were scanned are not of this receipt."""

    code = "not_on_receipt"
    message = _("%(product)s is not on receipt %(receipt)s.")


class NothingLeftError(DomainError):
    code = "nothing_left"
    message = _("Nothing more of %(product)s on this receipt can be refunded.")


class RefundTendersDifferError(DomainError):
    code = "refund_tenders_differ"
    message = _("The amounts do not add up to the refund of %(due)s.")


class VoucherRefundError(DomainError):
    """A voucher gives no cash back, and no money in any other way."""

    code = "voucher_refund"
    message = _("This was paid by voucher, and goes back by voucher only.")


class RefundChangedError(DomainError):
    """The amount or its tax moved after the refund was shown; nothing was written.

    A price or a tax rate was changed, or other goods of the receipt came back.
    """

    code = "stale"
    message = _(
        "The amount or its tax has changed: %(due)s goes back now, with %(tax)s of tax"
        " (before: %(shown_due)s, with %(shown_tax)s). Look at it again."
    )
    http_status = HTTPStatus.CONFLICT


class RefundTendersChangedError(RefundChangedError):
    """The amount is the same, and goes back by other tenders than were shown."""

    message = _("The money goes back in another way now: %(ways)s. Look at it again.")


class PriceAboveListError(DomainError):
    code = "price_above_list"
    message = _("Without a receipt, %(product)s is refunded at today's price or less.")
