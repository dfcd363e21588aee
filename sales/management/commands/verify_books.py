"""Command verify_books: checks the books and lists what is wrong."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.timezone import localtime

from pos.core.clock import database_now
from pos.core.errors import DomainError
from pos.management.arguments import get_company
from pos.management.recorded_command import RecordedCommand
from pos.models import Company
from sales.books.anchor_comparison import (
    AnchorResult,
    compare_with_chains,
    list_anchors,
)
from sales.books.anchor_file import append_anchors, read_anchors, validate_key
from sales.books.anchors import AnchorLine
from sales.books.proof import Proof, save_proof
from sales.books.run import TIMEOUT_SECONDS, Outcome, Run, run_checks

VIOLATIONS, NOT_PROVEN = 1, 2

# PostgreSQL counts milliseconds in 32 bits.
TIMEOUT_MAX = (2**31 - 1) // 1000


def _read_seconds(text: str) -> int:
    if not text.isdecimal() or int(text) > TIMEOUT_MAX:
        raise ArgumentTypeError(f"{text} is no number from 0 to {TIMEOUT_MAX}")
    return int(text)


class Command(RecordedCommand):
    help = (
        "Check the books, in one snapshot, while tills sell. Lists what is wrong and"
        " changes nothing. Exit status: 0 all is right or explained, 1 something is"
        " wrong, 2 a check could not be run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", metavar="CODE", help="Only this company's.")
        read = parser.add_mutually_exclusive_group()
        read.add_argument(
            "--since",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="Sales of that business date and later; balances always in full.",
        )
        read.add_argument(
            "--new",
            action="store_true",
            help="What was added since the last check that found nothing, and all"
            " balances: for every night. Everything, if there is none.",
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
            type=Path,
            metavar="FILE",
            help="Also add each till's last chain number and hash to the file, signed"
            " with ANCHOR_KEY. Keep it elsewhere: it shows when a chain was cut off"
            " or written again.",
        )
        parser.add_argument(
            "--against",
            type=Path,
            metavar="FILE",
            help="Also say of each line of such a file whether it is still in the"
            " chain.",
        )
        parser.add_argument(
            "--no-save",
            action="store_true",
            help="Do not save the result for the back office.",
        )
        parser.add_argument(
            "--timeout",
            type=_read_seconds,
            default=TIMEOUT_SECONDS,
            metavar="SECONDS",
            help=f"Time limit of one statement. (default: {TIMEOUT_SECONDS})",
        )

    def handle(
        self, *, company: str | None, since: date | None, **options: Any
    ) -> None:
        chosen = get_company(company) if company else None
        proven_at = database_now()
        # What cannot be signed or read is refused before minutes have passed.
        lines = _lines_of(chosen, **options)
        try:
            run = run_checks(
                company=chosen,
                since=since,
                only=options["only"],
                timeout_seconds=options["timeout"],
                added_only=options["new"],
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        if not (options["only"] or options["no_save"]):
            save_proof(
                proof=Proof(
                    run.outcomes,
                    proven_at,
                    started_by="verify_books",
                    since=since,
                    checkpoints=run.checkpoints,
                    continues_at=run.continues.at if run.continues else None,
                ),
                companies=[chosen] if chosen else list(Company.objects.all()),
            )
        codes = dict(Company.objects.values_list("pk", "code"))
        anchor_results = compare_with_chains(lines)
        outcomes = run.outcomes
        if options["format"] == "json":
            self.stdout.write(_as_json(run, codes, anchor_results))
        else:
            if options["new"]:
                self.stdout.write(_beginning(run))
            self._write_text(outcomes, codes, anchor_results)
        if options["anchor"]:
            _add_anchors(options["anchor"], chosen)
        if any(outcome.error for outcome in outcomes):
            sys.exit(NOT_PROVEN)
        if any(outcome.count for outcome in outcomes) or not all(
            result.is_in_chain for result in anchor_results
        ):
            sys.exit(VIOLATIONS)

    def _write_text(
        self,
        outcomes: Sequence[Outcome],
        codes: dict[int, str],
        anchor_results: Sequence[AnchorResult],
    ) -> None:
        for outcome in outcomes:
            word = "failed" if outcome.error else f"{outcome.count:,}"
            style = self.style.SUCCESS if outcome.is_clean else self.style.ERROR
            heading = f"{outcome.check.id} {word:>7} {outcome.milliseconds:>7,} ms"
            self.stdout.write(f"{style(heading)}  {outcome.check.sentence}")
            if outcome.error:
                self.stdout.write(f"      {outcome.error}")
            for company_id, offender in outcome.offenders:
                self.stdout.write(f"      {codes.get(company_id or 0, '')} {offender}")
            more = outcome.count - len(outcome.offenders)
            if more:
                self.stdout.write(f"      … and {more:,} more")
            for company_id, known in outcome.explained:
                code = codes.get(company_id or 0, "")
                self.stdout.write(
                    f"      explained: {code} {known.offender}: {known.reason}"
                    f" ({known.staff_member})"
                )
        self.stdout.write(_summary(outcomes))
        for result in anchor_results:
            style = self.style.SUCCESS if result.is_in_chain else self.style.ERROR
            self.stdout.write(f"{style(f'Line {result.line.number}')} {result}")
        if anchor_results:
            held = sum(result.is_in_chain for result in anchor_results)
            self.stdout.write(
                f"{held} of {len(anchor_results)} anchors are still in the chain."
            )


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
    explained = sum(len(outcome.explained) for outcome in outcomes)
    known = f" Explained: {explained:,}." if explained else ""
    if broken:
        wrong = f"{broken} found something wrong, {violations:,} violations."
        return f"{text}: {wrong}{known}"
    return f"{text}: the books balance.{known}"


def _lines_of(company: Company | None, **options: Any) -> list[AnchorLine]:
    """Read the file that is compared with; the key is needed to write one, too."""
    try:
        if options["anchor"]:
            validate_key(settings.ANCHOR_KEY)
        if not options["against"]:
            return []
        lines = read_anchors(options["against"], key=settings.ANCHOR_KEY)
    except DomainError as error:
        raise CommandError(str(error)) from error
    return [
        line
        for line in lines
        if company is None or line.problem or line.is_of(company.code)
    ]


def _add_anchors(path: Path, company: Company | None) -> None:
    anchors = list_anchors(company=company, at=database_now())
    try:
        append_anchors(path, anchors, key=settings.ANCHOR_KEY)
    except DomainError as error:
        raise CommandError(str(error)) from error


def _beginning(run: Run) -> str:
    """Say what a run of what was added begins with."""
    if run.continues is None:
        return "No check of these books found nothing yet: everything is read."
    return (
        "What was added since the check of"
        f" {localtime(run.continues.at):%Y-%m-%d %H:%M}, and all balances:"
    )


def _as_json(
    run: Run,
    codes: dict[int, str],
    anchor_results: Sequence[AnchorResult],
) -> str:
    outcomes = run.outcomes
    content: dict[str, Any] = {
        "continues_at": run.continues and run.continues.at.isoformat(),
        "is_clean": all(outcome.is_clean for outcome in outcomes),
        "violations": sum(outcome.count for outcome in outcomes),
        "explained": sum(len(outcome.explained) for outcome in outcomes),
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
                "explained": [
                    {"company": codes.get(company_id or 0), **known._asdict()}
                    for company_id, known in outcome.explained
                ],
                "milliseconds": outcome.milliseconds,
                "error": outcome.error,
            }
            for outcome in outcomes
        ],
    }
    if anchor_results:
        content["anchors"] = [
            {
                "line": result.line.number,
                "anchor": str(result.line.anchor or ""),
                "is_in_chain": result.is_in_chain,
                "says": result.says,
            }
            for result in anchor_results
        ]
    return json.dumps(content, ensure_ascii=False, indent=2)
