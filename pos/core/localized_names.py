"""Localized names: which of the two names of a product a person reads."""

from typing import Protocol

from django.utils.translation import get_language

# Of a company, an outlet, a product or its line; characters.
NAME_MAX = 200


class Named(Protocol):
    """A product, a line of one, or a category."""

    name: str
    second_name: str


def name_in_language(name: str, second_name: str) -> str:
    """The second name where the page is not in English, if there is one."""
    return name if is_english() or not second_name else second_name


def is_english() -> bool:
    """Whether the page is in English."""
    return (get_language() or "en").startswith("en")
