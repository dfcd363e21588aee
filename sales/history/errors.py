"""Refusals: rules of past sales that say no."""

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class TillServesCustomersError(DomainError):
    code = "till_serves_customers"
    message = _("%(till)s serves customers: choose another till for the replay.")
