"""Run: makes the checks in one snapshot, while tills sell."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter
from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from pos.core.clock import database_now
from pos.models import Company
from sales.books.check import Check, Scope, hash_finding
from sales.books.every import CHECKS
from sales.books.incremental import (
    Checkpoint,
    find_added,
    find_last_checkpoint,
    make_checkpoint,
)
from sales.models import FindingExplanation

# The number of offenders named; the rest are counted.
NAMED_MAX = 20

# The number of findings fetched at a time.
BATCH = 2_000

# The time limit of one check; in a large shop the slowest takes a few seconds.
TIMEOUT_SECONDS = 300


class Explained(NamedTuple):
    """A finding that is known, and why."""

    offender: str
    reason: str
    staff_member: str


class Found(NamedTuple):
    """One row that a check has found."""

    company_id: int | None
    offender: str
    hash: str


@dataclass(slots=True)
class Finding:
    """What one check found wrong with one company's books.

    ``hashes`` are those of the offenders that are named. What somebody has explained
    is not counted with the rest; it is in ``explained``, in full.
    """

    count: int = 0
    offenders: list[str] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    explained: list[Explained] = field(default_factory=list)


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
    def is_clean(self) -> bool:
        return not self.count and not self.error

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

    @property
    def explained(self) -> list[tuple[int | None, Explained]]:
        """What is wrong and explained, with its company."""
        return [
            (company_id, explained)
            for company_id, finding in self.found.items()
            for explained in finding.explained
        ]

    def of_company(self, company_id: int) -> Finding:
        """What concerns this company, the whole installation included."""
        mine = [self.found[key] for key in (None, company_id) if key in self.found]
        return Finding(
            sum(finding.count for finding in mine),
            [name for finding in mine for name in finding.offenders][:NAMED_MAX],
            [hash for finding in mine for hash in finding.hashes][:NAMED_MAX],
            [known for finding in mine for known in finding.explained],
        )


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the checks.

    ``checkpoints`` is how far each company's books were read, if everything was, from
    the beginning or from ``continues`` on: the checkpoint of the last proof.
    """

    outcomes: list[Outcome]
    checkpoints: Mapping[int, Checkpoint] = field(default_factory=dict)
    continues: Checkpoint | None = None


def verify(
    *,
    company: Company | None = None,
    since: date | None = None,
    only: Collection[str] = (),
    timeout_seconds: int = TIMEOUT_SECONDS,
) -> list[Outcome]:
    """Make every check, or those named, of everything, and say what each has found."""
    return run_checks(
        company=company, since=since, only=only, timeout_seconds=timeout_seconds
    ).outcomes


def run_checks(
    *,
    company: Company | None = None,
    since: date | None = None,
    only: Collection[str] = (),
    timeout_seconds: int = TIMEOUT_SECONDS,
    added_only: bool = False,
) -> Run:
    """Make every check, or those named, and say what each has found, and how far.

    All of them see the same moment: a snapshot that reads and never waits for a
    till. Inside an open transaction they see what it sees, and its deferred
    constraints are left as they are. A check that raises has the error in its
    outcome and stops no other.

    With ``added_only`` they read what was added since the last proof that found
    nothing, and all balances; everything where there is no such proof.
    """
    unknown = set(only) - {check.id for check in CHECKS}
    if unknown:
        raise ValueError(f"there is no check {', '.join(sorted(unknown))}")
    checks = [check for check in CHECKS if not only or check.id in only]
    with read_from_snapshot(timeout_seconds):
        companies = [company] if company else list(Company.objects.all())
        continues = find_last_checkpoint(companies) if added_only else None
        added = None
        if continues is not None:
            added = find_added(continues, companies)
            checks = [check for check in checks if not check.is_whole_only]
        scope = Scope(company.pk if company else None, since, added)
        known = _read_explanations(scope)
        outcomes = [_make_outcome(check, scope, known) for check in checks]
        if only or since:
            return Run(outcomes)
        at = database_now()
        checkpoints = {each.pk: make_checkpoint(each.pk, at=at) for each in companies}
    return Run(outcomes, checkpoints, continues)


@contextmanager
def read_from_snapshot(timeout_seconds: int) -> Iterator[None]:
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
            "cursor_tuple_fraction": 1,
            # What is counted and compared stays in memory in a large shop, too.
            "work_mem": "'64MB'",
            # A temporary table hides no table of the books.
            "search_path": "public, pg_temp",
            # Dates and names are compared as they are written.
            "datestyle": "ISO",
            "timezone": "UTC",
            "quote_all_identifiers": "off",
        }.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
        yield
        transaction.set_rollback(True)


def _read_explanations(scope: Scope) -> dict[tuple[int | None, str], Explained]:
    """Return what has been explained, by company and by hash of the finding."""
    rows = FindingExplanation.objects.select_related("staff_member")
    if scope.company_id is not None:
        rows = rows.of_company(scope.company_id)
    return {
        (row.company_id, row.finding_hash): Explained(
            row.offender, row.reason, str(row.staff_member)
        )
        for row in rows
    }


def _make_outcome(
    check: Check, scope: Scope, known: Mapping[tuple[int | None, str], Explained]
) -> Outcome:
    outcome = Outcome(check)
    began = perf_counter()
    try:
        # A savepoint: what fails in one check leaves the others their transaction.
        with transaction.atomic():
            _use_indexes(reads_a_part=check.reads_a_part(scope))
            outcome.found = _gather(find(check, scope), known)
    except Exception as error:  # noqa: BLE001  whatever it is, nothing is proven
        outcome.error = f"{type(error).__name__}: {error}".strip()
    outcome.milliseconds = round((perf_counter() - began) * 1000)
    return outcome


def _use_indexes(*, reads_a_part: bool) -> None:
    """What was added is little: find what belongs to it by the indexes."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_nestloop = {'on' if reads_a_part else 'off'}")


def find(check: Check, scope: Scope) -> Iterator[Found]:
    """Make the check within a transaction; yield what it finds."""
    rows = check.find(scope) if check.find else _select(check.statement(scope))
    for company_id, offender, *facts in rows:
        name = str(offender)
        facts_text = "".join(map(str, facts))
        yield Found(company_id, name, hash_finding(check.id, name, facts_text))


def _gather(
    rows: Iterable[Found], known: Mapping[tuple[int | None, str], Explained]
) -> dict[int | None, Finding]:
    findings: dict[int | None, Finding] = {}
    for row in rows:
        finding = findings.setdefault(row.company_id, Finding())
        explained = known.get((row.company_id, row.hash))
        if explained is not None:
            finding.explained.append(explained)
            continue
        finding.count += 1
        if finding.count <= NAMED_MAX:
            finding.offenders.append(row.offender)
            finding.hashes.append(row.hash)
    return findings


def _select(statement: str) -> Iterator[tuple]:
    """Run the statement; yield what it finds, a few rows at a time, by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DECLARE findings NO SCROLL CURSOR FOR"  # noqa: S608  our own checks
            f" SELECT * FROM ({statement}) AS wrong ORDER BY 1 NULLS FIRST, 2"
        )
        while rows := _fetch(cursor):
            yield from rows
        cursor.execute("CLOSE findings")


def _fetch(cursor: CursorWrapper) -> list[tuple]:
    cursor.execute(f"FETCH {BATCH} FROM findings")
    return list(cursor.fetchall())
