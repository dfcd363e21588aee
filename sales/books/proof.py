"""Proof: saves the results of a run of the checks, for each company."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from pos.access.acts import Act
from pos.access.audit import record
from pos.core.transactions import atomic_with_retry
from pos.models import Company
from sales.books.incremental import Checkpoint
from sales.books.run import Outcome
from sales.models import BooksProof


@dataclass(frozen=True, slots=True)
class Proof:
    """One run of the checks: its outcomes, its time and its scope.

    ``checkpoints`` is how far each company's books were read, by a run of everything
    or, with ``continues_at``, of what was added since the proof of that time.
    """

    outcomes: Sequence[Outcome]
    proven_at: datetime
    started_by: str
    since: date | None = None
    checkpoints: Mapping[int, Checkpoint] = field(default_factory=dict)
    continues_at: datetime | None = None


@atomic_with_retry
def save_proof(*, proof: Proof, companies: Collection[Company]) -> list[BooksProof]:
    """Save the proof for each of the companies, with what concerns that company.

    A company never sees what was found of another; what was found of the database
    itself concerns all of them. Where nothing was found, the next run may go on from
    there.
    """
    proofs = BooksProof.objects.bulk_create(
        _make_company_proof(proof, company) for company in companies
    )
    for saved in sorted(proofs, key=lambda saved: saved.company_id):
        record(
            Act.BOOKS_PROVEN,
            actor=None,
            company=saved.company,
            facts={"found": saved.violations, "failed": saved.failures},
        )
    return proofs


def _make_company_proof(proof: Proof, company: Company) -> BooksProof:
    results = []
    for outcome in proof.outcomes:
        finding = outcome.of_company(company.pk)
        results.append(
            {
                "id": outcome.check.id,
                "sentence": outcome.check.sentence,
                "count": finding.count,
                "offenders": finding.offenders,
                "hashes": finding.hashes,
                "explained": finding.explained,
                "milliseconds": outcome.milliseconds,
                "error": outcome.error,
            }
        )
    violations = sum(outcome.of_company(company.pk).count for outcome in proof.outcomes)
    failures = sum(bool(outcome.error) for outcome in proof.outcomes)
    found_nothing = not (violations or failures)
    checkpoint = proof.checkpoints.get(company.pk) if found_nothing else None
    return BooksProof(
        company=company,
        proven_at=proof.proven_at,
        started_by=proof.started_by,
        since=proof.since,
        checks=len(results),
        continues_at=proof.continues_at,
        violations=violations,
        failures=failures,
        proven=checkpoint.as_json() if checkpoint else {},
        milliseconds=sum(outcome.milliseconds for outcome in proof.outcomes),
        results=results,
    )
