"""Template filters: how points are written on pages."""

from django import template

from pos.core.money import MINUS

register = template.Library()


@register.filter
def points(value: int) -> str:
    """A balance: ``1,270``, ``−5``."""
    return f"{value:,}".replace("-", MINUS)


@register.filter
def signed_points(value: int) -> str:
    """What an entry moved: ``+30``, ``−5``."""
    return f"{value:+,}".replace("-", MINUS)
