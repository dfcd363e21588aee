"""Refusals: rules of shifts and their cash that say no."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class ShiftOpenError(DomainError):
    code = "shift_open"
    message = _("A shift is already open at %(till)s.")
    http_status = HTTPStatus.CONFLICT


class ShiftClosedError(DomainError):
    code = "shift_closed"
    message = _("This shift is already closed.")
    http_status = HTTPStatus.CONFLICT


class UnknownPieceError(DomainError):
    code = "unknown_piece"
    message = _("%(face)s is not a note or coin that is counted here.")


class PiecesDifferError(DomainError):
    code = "pieces_differ"
    message = _("The notes and coins add up to %(total)s, not to %(amount)s.")


class VarianceReasonError(DomainError):
    code = "variance_reason"
    message = _("The drawer is off by %(variance)s. Enter a reason.")


class CountOverLimitError(DomainError):
    """Without a figure: the person who counted may not see what the drawer should hold.

    The count is saved all the same.
    """

    code = "count_over_limit"
    message = _(
        "The count is over the limit. Enter a reason. A supervisor has to approve this."
    )


class StaleCountError(DomainError):
    code = "stale_count"
    message = _("Cash has moved since the drawer was counted. Count it again.")
    http_status = HTTPStatus.CONFLICT


class TillInactiveError(DomainError):
    code = "till_inactive"
    message = _("%(till)s is not in use.")
