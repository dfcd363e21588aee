import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pos.models import Company, Outlet, StaffMember, Till
from pos.tables import UnreadableError, read_table
from sales.replay import COLUMNS, Invoice, Skipped, read_invoices
from sales.services.replay import Replay, replay_invoices


class Command(BaseCommand):
    help = (
        "Sell past invoices again, each at its own time, through the same service"
        " as the till. The file has the columns of the Online Retail data set: "
        + ", ".join(COLUMNS)
        + ". Running it twice adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, UTF-8")
        parser.add_argument("--company", required=True, metavar="CODE")
        parser.add_argument(
            "--outlet", metavar="CODE", help="default: the company's first"
        )
        parser.add_argument(
            "--till",
            metavar="CODE",
            default="REPLAY",
            help="a till of its own, made where it is missing (default: REPLAY)",
        )
        parser.add_argument(
            "--staff", metavar="NAME", help="who sells; default: the first of the staff"
        )
        parser.add_argument(
            "--json", action="store_true", help="print the result as JSON"
        )

    def handle(self, *, file: Path, verbosity: int, **options: Any) -> None:
        company = _company(options["company"])
        actor = _staff_member(company, options["staff"])
        invoices = self._read(file, company)
        till = _till(company, options["outlet"], options["till"])
        skipped = Counter(inv.skipped for inv in invoices if inv.skipped is not None)
        sellable = [invoice for invoice in invoices if invoice.skipped is None]
        for invoice in sellable:
            for line in invoice.unsellable:
                self.stderr.write(
                    f"Line {line.line}: not sold, {line.why_unsellable}"
                    f" (invoice {invoice.number})"
                )
        done = Replay()
        steps = replay_invoices(invoices=sellable, till=till, actor=actor)
        for number, so_far in enumerate(steps, start=1):
            done = so_far
            if verbosity and (number % 500 == 0 or number == len(sellable)):
                self.stderr.write(f"{number:,} of {len(sellable):,} invoices")
        if done.known:
            self.stderr.write(f"{done.known:,} invoices were there already")
        self._answer(len(invoices), done, skipped, as_json=options["json"])
        for invoice, refusal in done.refused:
            self.stderr.write(self.style.ERROR(f"Invoice {invoice.number}: {refusal}"))
        if done.refused:
            raise CommandError(f"{len(done.refused):,} invoices were refused.")

    def _read(self, file: Path, company: Company) -> list[Invoice]:
        """The file's invoices; nothing is sold when a line cannot be read."""
        try:
            table = read_table(file.read_bytes())
        except (OSError, UnreadableError) as error:
            raise CommandError(f"{file}: {error}") from error
        if missing := [name for name in COLUMNS if name not in table.columns]:
            raise CommandError(f"{file} has no column {', '.join(missing)}.")
        invoices, problems = read_invoices(table.rows, places=company.currency_places)
        if problems := sorted(
            [*table.problems, *problems], key=lambda problem: problem.line
        ):
            for problem in problems:
                self.stderr.write(self.style.ERROR(str(problem)))
            raise CommandError(f"{len(problems):,} lines cannot be read: nothing sold.")
        return invoices

    def _answer(
        self,
        invoices: int,
        done: Replay,
        skipped: Counter[Skipped | None],
        *,
        as_json: bool,
    ) -> None:
        reasons = {reason.value: skipped[reason] for reason in Skipped}
        if as_json:
            result = {
                "invoices": invoices,
                "finalized": done.finalized,
                "skipped": reasons,
                "lines": done.lines,
                "total": f"{done.total:.2f}",
            }
            self.stdout.write(json.dumps(result))
            return
        told = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())
        self.stdout.write(
            self.style.SUCCESS(
                f"finalized {done.finalized:,} of {invoices:,} invoices"
                f" ({told} skipped): {done.lines:,} lines, {done.total:,.2f} in all"
            )
        )


def _company(code: str) -> Company:
    company = Company.objects.filter(code__iexact=code).first()
    if company is None:
        raise CommandError(f"There is no company with the code {code}.")
    return company


def _staff_member(company: Company, name: str | None) -> StaffMember:
    people = StaffMember.objects.filter(company=company, is_active=True).order_by("pk")
    person = people.filter(username=name).first() if name else people.first()
    if person is None:
        raise CommandError(
            f"{company} has no active staff member"
            + (f" with the sign-in name {name}." if name else ".")
        )
    return person


def _till(company: Company, outlet_code: str | None, code: str) -> Till:
    """The till of that code with company and outlet, made where it is missing."""
    outlets = Outlet.objects.of_company(company.pk).order_by("pk")
    outlet = (
        outlets.filter(code=outlet_code).first() if outlet_code else outlets.first()
    )
    if outlet is None:
        raise CommandError(
            f"{company} has no outlet {outlet_code or ''}".rstrip() + "."
        )
    till = Till.objects.of_company(company.pk).filter(code=code).first()
    if till is None:
        till = Till.objects.create(
            company=company, outlet=outlet, code=code, name=f"Replay {code}"
        )
    elif till.outlet_id != outlet.pk and outlet_code:
        raise CommandError(f"Till {code} is at another outlet.")
    return Till.objects.select_related("company", "outlet__company").get(pk=till.pk)
