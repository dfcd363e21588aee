"""Refusals: rules that several packages of sales enforce."""

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class NoOpenShiftError(DomainError):
    code = "no_open_shift"
    message = _("No shift is open at %(till)s.")
