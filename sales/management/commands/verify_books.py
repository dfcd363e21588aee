"""Command verify_books: checks the books and lists what is wrong."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from pos.management.arguments import get_company
from pos.models import Company, Till
from sales.books.proof import Proof, save_proof
from sales.books.run import TIMEOUT_SECONDS, Outcome, verify

VIOLATIONS, NOT_PROVEN = 1, 2


class Command(BaseCommand):
    help = (
        "Check the books, in one snapshot, while tills sell. Lists what is wrong and"
        " changes nothing. Exit status: 0 all is right, 1 something is wrong, 2 a"
        " check could not be run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", metavar="CODE", help="Only this company's.")
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="Sales of that business date and later; balances always in full.",
        )
        parser.add_argument(
            "--only",
            type=lambda ids: ids.upper().split(","),
            default=[],
            metavar="I12,…",
            help="Only these checks; the result is not saved.",
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.add_argument(
            "--anchor",
            action="store_true",
            help="Also print each till's last chain number and hash. Keep them"
            " elsewhere: they show when the end of a chain was cut off.",
        )
        parser.add_argument(
            "--no-save",
            action="store_true",
            help="Do not save the result for the back office.",
        )
        parser.add_argument(
            "--timeout",
            type=int,
            default=TIMEOUT_SECONDS,
            metavar="SECONDS",
            help=f"Time limit of one statement. (default: {TIMEOUT_SECONDS})",
        )

    def handle(
        self, *, company: str | None, since: date | None, **options: Any
    ) -> None:
        chosen = get_company(company) if company else None
        proven_at = now()
        try:
            outcomes = verify(
                company=chosen,
                since=since,
                only=options["only"],
                timeout_seconds=options["timeout"],
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        if not (options["only"] or options["no_save"]):
            save_proof(
                proof=Proof(outcomes, proven_at, asked_by="verify_books", since=since),
                companies=[chosen] if chosen else list(Company.objects.all()),
            )
        codes = dict(Company.objects.values_list("pk", "code"))
        anchors = _anchors(chosen) if options["anchor"] else []
        if options["format"] == "json":
            self.stdout.write(_as_json(outcomes, codes, anchors))
        else:
            self._write_text(outcomes, codes, anchors)
        if any(outcome.error for outcome in outcomes):
            sys.exit(NOT_PROVEN)
        if any(outcome.count for outcome in outcomes):
            sys.exit(VIOLATIONS)

    def _write_text(
        self,
        outcomes: Sequence[Outcome],
        codes: dict[int, str],
        anchors: Sequence[dict[str, Any]],
    ) -> None:
        for outcome in outcomes:
            word = "failed" if outcome.error else f"{outcome.count:,}"
            style = self.style.SUCCESS if outcome.holds else self.style.ERROR
            heading = f"{outcome.check.id} {word:>7} {outcome.milliseconds:>7,} ms"
            self.stdout.write(f"{style(heading)}  {outcome.check.sentence}")
            if outcome.error:
                self.stdout.write(f"      {outcome.error}")
            for company_id, offender in outcome.offenders:
                self.stdout.write(f"      {codes.get(company_id or 0, '')} {offender}")
            more = outcome.count - len(outcome.offenders)
            if more:
                self.stdout.write(f"      … and {more:,} more")
        for anchor in anchors:
            self.stdout.write("{company} {till} {chain_no} {hash}".format(**anchor))
        self.stdout.write(_summary(outcomes))


def _summary(outcomes: Sequence[Outcome]) -> str:
    seconds = sum(outcome.milliseconds for outcome in outcomes) / 1000
    failed = sum(bool(outcome.error) for outcome in outcomes)
    broken = sum(bool(outcome.count) for outcome in outcomes)
    violations = sum(outcome.count for outcome in outcomes)
    text = f"{len(outcomes)} checks in {seconds:.1f} s"
    if failed:
        return (
            f"{text}: {failed} could not be run, so the books are not checked in full."
        )
    if broken:
        return f"{text}: {broken} found something wrong, {violations:,} violations."
    return f"{text}: the books balance."


def _anchors(company: Company | None) -> list[dict[str, Any]]:
    """Return the end of each till's chain."""
    tills = Till.objects.select_related("company").order_by("company__code", "code")
    if company:
        tills = tills.filter(company=company)
    return [
        {
            "company": till.company.code,
            "till": till.code,
            "chain_no": till.last_chain_no,
            "hash": till.chain_head,
        }
        for till in tills
    ]


def _as_json(
    outcomes: Sequence[Outcome],
    codes: dict[int, str],
    anchors: Sequence[dict[str, Any]],
) -> str:
    content: dict[str, Any] = {
        "holds": all(outcome.holds for outcome in outcomes),
        "violations": sum(outcome.count for outcome in outcomes),
        "failures": sum(bool(outcome.error) for outcome in outcomes),
        "milliseconds": sum(outcome.milliseconds for outcome in outcomes),
        "checks": [
            {
                "id": outcome.check.id,
                "sentence": outcome.check.sentence,
                "count": outcome.count,
                "offenders": [
                    {"company": codes.get(company_id or 0), "offender": offender}
                    for company_id, offender in outcome.offenders
                ],
                "milliseconds": outcome.milliseconds,
                "error": outcome.error,
            }
            for outcome in outcomes
        ],
    }
    if anchors:
        content["anchors"] = list(anchors)
    return json.dumps(content, ensure_ascii=False, indent=2)
