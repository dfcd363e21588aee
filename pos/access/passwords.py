"""Passwords: what nobody's may be like, besides Django's own rules."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pos.core.text import fold_text
from pos.models import StaffMember

LENGTH_MIN = 12
# A shorter name is a part of too many words.
NAME_MIN = 4
WORD_MIN = 3
# So many characters have to be left without the words of all names.
REST_MIN = 8
SIMILARITY_MAX = 0.7

_SEPARATORS = re.compile(r"[\W_]+")


class NamesValidator:
    """Refuses names of the person, the company and its outlets, and what is like one.

    Case, accents, spaces and signs make no difference.
    """

    def validate(self, password: str, user: StaffMember | None = None) -> None:
        folded = _join(password)
        names = list(_names(user)) if user is not None else []
        for name in names:
            if _is_like(folded, _join(name)):
                raise _refusal(name)
        rest, last = folded, ""
        for name in names:
            for word in _SEPARATORS.split(fold_text(name)):
                if len(word) >= WORD_MIN and word in rest:
                    rest, last = rest.replace(word, ""), name
        if last and len(rest) < REST_MIN:
            raise _refusal(last)

    def get_help_text(self) -> str:
        return _("It is not like the name of a person, of the company or of a shop.")


def _names(person: StaffMember) -> Iterator[str]:
    yield person.name
    yield person.username
    if person.company is None:
        return
    yield person.company.name
    yield person.company.code
    if person.company.pk is not None:
        yield from person.company.outlets.values_list("name", flat=True)


def _join(text: str) -> str:
    return _SEPARATORS.sub("", fold_text(text))


def _is_like(password: str, name: str) -> bool:
    """Whether one holds the other, or most of it in the same order."""
    if not password or len(name) < NAME_MIN:
        return False
    if name in password or password in name:
        return True
    pairs = ((password, name), (name, password))
    return any(
        SequenceMatcher(None, one, other).ratio() >= SIMILARITY_MAX
        for one, other in pairs
    )


def _refusal(name: str) -> ValidationError:
    return ValidationError(
        _("The password is too much like %(name)s."),
        code="password_like_a_name",
        params={"name": name},
    )
