"""Check: a sentence that is always true of the books, and its SQL; pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

# Where the statement of a check is narrowed: to a company, or to sales since a day.
_PLACE = re.compile(r"/\*(company|since) (\w+)\*/")

# The company, or None for all of them; the name of the wrong row, as a person would
# search for it; and the facts that make it wrong.
Offence = tuple[int | None, str] | tuple[int | None, str, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which books are looked at: a company's or all, from a business date on."""

    company_id: int | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A sentence that is true of the books, and the SQL that finds exceptions.

    ``sql`` selects ``company_id``, the offender's name and the facts that make it
    wrong, one row for each. The facts are what an explanation is about: they are the
    same as long as the same is wrong, and others when something else becomes wrong.
    A comment ``/*company x*/`` after a condition is where rows of the table ``x``
    are limited to one company, ``/*since x*/`` where sales ``x`` are limited to
    those from a day on; without a scope the statement runs unchanged. Balances
    have no ``since``: they are right in full or not at all.

    ``find`` replaces it where SQL must not check itself.
    """

    id: str
    sentence: str
    sql: str = ""
    find: Callable[[Scope], Iterable[Offence]] | None = None

    def statement(self, scope: Scope) -> str:
        """The statement within the scope.

        >>> check = Check("I00", "", "SELECT 1, '' FROM t WHERE true /*company t*/")
        >>> check.statement(Scope(company_id=7))
        "SELECT 1, '' FROM t WHERE true AND t.company_id = 7"
        """
        return narrow(self.sql, scope)


def finding_hash(check_id: str, offender: str, facts: str) -> str:
    """Return SHA-256 of what a check found, by which an explanation knows it."""
    return sha256("\0".join((check_id, offender, facts)).encode()).hexdigest()


def narrow(sql: str, scope: Scope) -> str:
    """The statement, with a condition at each place that the scope fills."""

    def condition(place: re.Match[str]) -> str:
        kind, alias = place.groups()
        if kind == "company" and scope.company_id is not None:
            return f"AND {alias}.company_id = {scope.company_id:d}"
        if kind == "since" and scope.since is not None:
            return f"AND {alias}.business_date >= DATE '{scope.since:%Y-%m-%d}'"
        return ""

    return _PLACE.sub(condition, sql)
