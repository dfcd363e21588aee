"""Run: makes the checks in one snapshot, while tills sell."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter

from django.db import connection, transaction

from pos.models import Company
from sales.books.check import Check, Offence, Scope
from sales.books.every import CHECKS

# The number of offenders named; the rest are counted.
NAMED_MAX = 20

# The time limit of one check; in a large shop the slowest takes a few seconds.
TIMEOUT_SECONDS = 300


@dataclass(slots=True)
class Finding:
    """What one check found wrong with one company's books."""

    count: int = 0
    offenders: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """The result of one check.

    ``found`` is by company; what concerns all of them is under None.
    ``error`` is why the check could not be made: then nothing is proven.
    """

    check: Check
    found: dict[int | None, Finding] = field(default_factory=dict)
    milliseconds: int = 0
    error: str = ""

    @property
    def holds(self) -> bool:
        return not self.found and not self.error

    @property
    def count(self) -> int:
        return sum(finding.count for finding in self.found.values())

    @property
    def offenders(self) -> list[tuple[int | None, str]]:
        """The first of them, with the company that each belongs to."""
        named = [
            (company_id, offender)
            for company_id, finding in self.found.items()
            for offender in finding.offenders
        ]
        return named[:NAMED_MAX]

    def of_company(self, company_id: int) -> Finding:
        """What concerns this company, the whole installation included."""
        mine = [self.found[key] for key in (None, company_id) if key in self.found]
        offenders = [offender for finding in mine for offender in finding.offenders]
        return Finding(sum(f.count for f in mine), offenders[:NAMED_MAX])


def verify(
    *,
    company: Company | None = None,
    since: date | None = None,
    only: Collection[str] = (),
    timeout_seconds: int = TIMEOUT_SECONDS,
) -> list[Outcome]:
    """Make every check, or those named, and say what each has found.

    All of them see the same moment: a snapshot that reads and never waits for a
    till. Inside an open transaction they see what it sees, and its deferred
    constraints are left as they are. A check that raises has the error in its
    outcome and stops no other.
    """
    unknown = set(only) - {check.id for check in CHECKS}
    if unknown:
        raise ValueError(f"there is no check {', '.join(sorted(unknown))}")
    scope = Scope(company.pk if company else None, since)
    checks = [check for check in CHECKS if not only or check.id in only]
    with _snapshot(timeout_seconds):
        return [_outcome(check, scope) for check in checks]


@contextmanager
def _snapshot(timeout_seconds: int) -> Iterator[None]:
    """One moment; what is set for it is undone with it, since nothing is written."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name, value in {
            "statement_timeout": timeout_seconds * 1000,
            "idle_in_transaction_session_timeout": 0,
            # Everything is read once. Where statistics are old, a table that is
            # thought empty would be read once for each row of another.
            "enable_nestloop": "off",
            "jit": "off",
            # A temporary table hides no table of the books.
            "search_path": "public, pg_temp",
        }.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
        yield
        transaction.set_rollback(True)


def _outcome(check: Check, scope: Scope) -> Outcome:
    outcome = Outcome(check)
    began = perf_counter()
    try:
        # A savepoint: what fails in one check leaves the others their transaction.
        with transaction.atomic():
            if check.find is not None:
                outcome.found = _gather(check.find(scope))
            else:
                outcome.found = _select(check.statement(scope))
    except Exception as error:  # noqa: BLE001  whatever it is, nothing is proven
        outcome.error = f"{type(error).__name__}: {error}".strip()
    outcome.milliseconds = round((perf_counter() - began) * 1000)
    return outcome


def _gather(offences: Iterable[Offence]) -> dict[int | None, Finding]:
    findings: dict[int | None, Finding] = {}
    for company_id, offender in offences:
        finding = findings.setdefault(company_id, Finding())
        finding.count += 1
        if finding.count <= NAMED_MAX:
            finding.offenders.append(offender)
    return findings


def _select(statement: str) -> dict[int | None, Finding]:
    """Run the statement; the database counts, and names the first of each company."""
    findings: dict[int | None, Finding] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT company_id, offender, found FROM ("  # noqa: S608  our own checks
            " SELECT company_id, offender,"
            " count(*) OVER (PARTITION BY company_id) AS found,"
            " row_number() OVER (PARTITION BY company_id ORDER BY offender) AS place"
            f" FROM ({statement}) AS wrong (company_id, offender)) AS counted"
            f" WHERE place <= {NAMED_MAX} ORDER BY company_id NULLS FIRST, place"
        )
        for company_id, offender, count in cursor.fetchall():
            finding = findings.setdefault(company_id, Finding(count))
            finding.offenders.append(str(offender))
    return findings
