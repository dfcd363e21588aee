"""Errors: refusals about points."""

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class CustomerInactiveError(DomainError):
    code = "customer_inactive"
    message = _("%(customer)s is inactive. Restore them first.")


class InvalidPointsError(DomainError):
    code = "invalid_points"
    message = _("Points must be a whole number from −%(limit)s to %(limit)s, not zero.")


class NotEnoughPointsError(DomainError):
    code = "not_enough_points"
    message = _(
        "%(customer)s has %(balance)s points: the balance cannot go below zero."
    )


class TooManyPointsError(DomainError):
    code = "too_many_points"
    message = _("%(customer)s cannot have more than %(limit)s points.")


class OpeningPointsDifferError(DomainError):
    code = "opening_points_differ"
    message = _("%(points)s points were already imported. Adjust them by hand.")
