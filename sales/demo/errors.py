"""Refusals: rules of the demo shop that say no."""

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class NotADemoError(DomainError):
    code = "not_a_demo"
    message = _(
        "This database already has a company. Make the demo shop in an empty database."
    )
