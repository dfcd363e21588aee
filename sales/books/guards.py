"""Checks of the guards: the database is what the migrations make, to the letter.

A guard that has its name and no longer its meaning is found: a trigger whose function
allows everything, a constraint with another condition, one grant too many. What the
migrations make is in ``guards.txt``, one line for each guard. It is not kept in the
database, where those who change a guard could change the list as well.
``bin/dev guards`` writes it again after a change of the migrations.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from sales.books.check import Check, Offence, Scope
from sales.books.guards_sql import GRANTS, SCHEMA
from sales.books.guards_text import normalize_sql

LIST = Path(__file__).with_name("guards.txt")

# What is said of a guard, by the two things that may be in its place.
DIFFERENT = "is not as the migrations make it"
MISSING = "is missing"
STRANGE = "was made by no migration"

# A line: kind and name, and after the bar what it is.
Guards = dict[str, str]


def read_guards() -> Guards:
    """Return the guards that are in the database."""
    return _ask(SCHEMA)


def read_grants(role: str) -> Guards:
    """Return what the role may do in the database, by whatever way it may."""
    privileges = defaultdict(list)
    for name, privilege in _ask_rows(GRANTS, {"role": role}):
        privileges[name].append(privilege)
    return {name: ", ".join(sorted(them)) for name, them in privileges.items()}


@cache
def read_expected(*, grants: bool) -> Guards:
    """Return the guards, or the grants, that the migrations make."""
    lines = (line.partition(" | ") for line in LIST.read_text().splitlines())
    return {
        name: definition
        for name, _, definition in lines
        if name.startswith("grant ") == grants
    }


def format_guards(guards: Guards) -> str:
    """Return the guards as the list has them."""
    return "".join(f"{name} | {it}\n" for name, it in sorted(guards.items()))


def _ask(query: str) -> Guards:
    return {name: normalize_sql(definition) for name, definition in _ask_rows(query)}


def _ask_rows(
    query: str, params: dict[str, str] | None = None
) -> list[tuple[str, str]]:
    with transaction.atomic(), connection.cursor() as cursor:
        # Names are printed with their schema where it is not in the search path.
        cursor.execute("SET LOCAL search_path = public, pg_temp")
        cursor.execute(query, params)
        return cursor.fetchall()


def _compare(found: Guards, wanted: Guards) -> Iterator[Offence]:
    for name in sorted(found.keys() | wanted.keys()):
        if name not in found:
            yield None, f"{name} {MISSING}"
        elif name not in wanted:
            yield None, f"{name} {STRANGE}"
        elif found[name] != wanted[name]:
            yield None, f"{name} {DIFFERENT}: {found[name]}"


def _find_wrong_guards(scope: Scope) -> Iterator[Offence]:
    return _compare(read_guards(), read_expected(grants=False))


def _find_wrong_grants(scope: Scope) -> Iterator[Offence]:
    """Yield what the serving role may do too much or too little.

    Nothing where it owns the tables: then it may do everything.
    """
    role = settings.DATABASE_SERVING_ROLE
    if settings.DATABASE_OWNER.get("USER", role) == role:
        return iter(())
    found = read_grants(role)
    return _compare(found, read_expected(grants=True))


CHECKS = (
    Check(
        "I89",
        "Every table, column, constraint, trigger and function is what the migrations"
        " make.",
        find=_find_wrong_guards,
    ),
    Check(
        "I90",
        "The serving role may do what it needs, and nothing else.",
        find=_find_wrong_grants,
    ),
)
