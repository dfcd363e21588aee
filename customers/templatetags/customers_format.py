"""Template filters: how points are written on pages."""

from django import template

from pos.core.money import MINUS

register = template.Library()


@register.filter
def points(value: int) -> str:
    """Format a balance: ``1,270``, ``−5``."""
    return f"{value:,}".replace("-", MINUS)


@register.filter
def signed_points(value: int) -> str:
    """Format the change by an entry: ``+30``, ``−5``."""
    return f"{value:+,}".replace("-", MINUS)
