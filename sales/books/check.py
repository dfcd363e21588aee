"""Check: a sentence that is always true of the books, and its SQL; pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

# Where the statement of a check is narrowed, and what to: see Check.
_PLACE = re.compile(
    r"/\*(company|since|dated|of_sales|of_shifts|of_days|of_months|added)"
    r" (\w+)(?:[. ](\w+))?\*/"
)

# The number and the hash of a link of a chain.
Link = tuple[int, str]

# The company, or None for all of them; the name of the wrong row, as a person would
# search for it; and the facts that make it wrong.
Offence = tuple[int | None, str] | tuple[int | None, str, str]


@dataclass(frozen=True, slots=True)
class AddedRows:
    """What was added since a proof that found nothing: see ``incremental.py``.

    ``sales`` and ``shifts`` are the ids of those that got a row since; ``rows`` is,
    by table, an id that all rows added since are above; ``links`` is, by till, the
    last link that was proven; ``audits`` is the same of the chains of the audit trail.
    """

    sales: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    links: Mapping[int, Link] = field(default_factory=dict)
    audits: Mapping[str, Link] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which books are looked at: a company's or all, and what in them.

    From a business date on, or only what was ``added`` since the last proof.
    """

    company_id: int | None = None
    since: date | None = None
    added: AddedRows | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A sentence that is true of the books, and the SQL that finds exceptions.

    ``sql`` selects ``company_id``, the offender's name and the facts that make it
    wrong, one row for each. The facts are what an explanation is about: they are the
    same as long as the same is wrong, and others when something else becomes wrong.
    Comments after a condition are where the statement is narrowed; without a scope
    it runs unchanged. ``x`` is the alias of a table:

    - ``/*company x*/``: to the rows of one company;
    - ``/*since x*/``: to sales, or shifts if ``x`` is ``shift``, from a day on, or
      to those that got a row since the last proof;
    - ``/*dated x*/``: the same, but for the second;
    - ``/*of_sales x.column*/``, ``/*of_shifts x.column*/``: to rows of sales or
      shifts that got a row since the last proof;
    - ``/*of_days x*/``, ``/*of_months x*/``: to rows from a day, or its month, on, or
      to those of the outlets and days, or months, of such shifts;
    - ``/*added x table*/``: to rows of the table added since the last proof.

    Balances have none but the first: they are right in full or not at all.

    ``find`` replaces it where SQL must not check itself. ``is_whole_only`` is a check
    that a run of what was added leaves out: constraints make it as well, which I53,
    I54 and I68 have seen there, or another check does.
    """

    id: str
    sentence: str
    sql: str = ""
    find: Callable[[Scope], Iterable[Offence]] | None = None
    is_whole_only: bool = False

    def statement(self, scope: Scope) -> str:
        """The statement within the scope.

        >>> check = Check("I00", "", "SELECT 1, '' FROM t WHERE true /*company t*/")
        >>> check.statement(Scope(company_id=7))
        "SELECT 1, '' FROM t WHERE true AND t.company_id = 7"
        """
        return narrow(self.sql, scope)

    def reads_a_part(self, scope: Scope) -> bool:
        """Whether it reads only what was added, and not a balance in full."""
        return scope.added is not None and (
            self.find is not None
            or self.statement(scope) != self.statement(Scope(scope.company_id))
        )


def hash_finding(check_id: str, offender: str, facts: str) -> str:
    """Return SHA-256 of what a check found, by which an explanation knows it."""
    return sha256("\0".join((check_id, offender, facts)).encode()).hexdigest()


def narrow(sql: str, scope: Scope) -> str:
    """The statement, with a condition at each place that the scope fills."""
    return _PLACE.sub(lambda place: _make_condition(place, scope), sql)


def _make_condition(place: re.Match[str], scope: Scope) -> str:
    kind, alias, of = place.groups()
    added = scope.added
    if kind == "company":
        return _match_company(alias, scope.company_id)
    if kind in {"since", "dated"} and scope.since is not None:
        return f"AND {alias}.business_date >= DATE '{scope.since:%Y-%m-%d}'"
    if kind in {"of_days", "of_months"}:
        return _match_days(alias, scope, by_month=kind == "of_months")
    if added is None or kind == "dated":
        return ""
    if kind == "added":
        return f"AND {alias}.id > {added.rows.get(of or alias, 0):d}"
    is_shift = kind == "of_shifts" or (kind == "since" and alias == "shift")
    return _match_ids(
        f"{alias}.{of or 'id'}", added.shifts if is_shift else added.sales
    )


def _match_company(alias: str, company_id: int | None) -> str:
    return "" if company_id is None else f"AND {alias}.company_id = {company_id:d}"


def _match_days(alias: str, scope: Scope, *, by_month: bool) -> str:
    """Outlets and days on which a shift sold that got a row since the last proof."""

    def day(date: str) -> str:
        return f"date_trunc('month', {date})::date" if by_month else date

    if scope.since is not None:
        since = day(f"DATE '{scope.since:%Y-%m-%d}'")
        return f"AND {alias}.business_date >= {since}"
    if scope.added is None:
        return ""
    these = _match_ids("sold.shift_id", scope.added.shifts)
    sold = (
        f"SELECT outlet_id, {day('business_date')} FROM sales_shifthour sold"  # noqa: S608
        f" WHERE true {these}"
    )
    return f"AND ({alias}.outlet_id, {day(f'{alias}.business_date')}) IN ({sold})"


def _match_ids(column: str, ids: Iterable[int]) -> str:
    return f"AND {column} = ANY ('{{{','.join(map(str, ids))}}}'::bigint[])"
