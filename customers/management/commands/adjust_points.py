"""Command: corrects a customer's points, with a reason."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.db import transaction

from customers.models import Customer, PointsEntry
from customers.points.ledger import adjust_points
from pos.core.errors import DomainError
from pos.core.ids import uuid7
from pos.management.arguments import get_company, get_staff_member
from pos.management.recorded_command import RecordedCommand
from pos.models import Company


class Command(RecordedCommand):
    help = (
        "Add points to a customer, or take them off; the reason is saved. With --uid"
        " it is safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", required=True, metavar="CODE")
        parser.add_argument("--customer", required=True, metavar="CODE")
        parser.add_argument(
            "--points",
            required=True,
            type=int,
            help="A negative number takes points off.",
        )
        parser.add_argument("--reason", required=True, metavar="TEXT")
        parser.add_argument(
            "--staff", metavar="NAME", help="Who is responsible; otherwise the owner."
        )
        parser.add_argument(
            "--uid", type=UUID, help="Repeating the same uid changes nothing."
        )
        parser.add_argument("--dry-run", action="store_true", help="Save nothing.")

    def handle(
        self, *, company: str, points: int, dry_run: bool, **options: Any
    ) -> None:
        of = get_company(company)
        actor = get_staff_member(of, options["staff"])
        customer = self._customer(of, options["customer"])
        try:
            with transaction.atomic():
                entry = adjust_points(
                    uid=options["uid"] or uuid7(),
                    customer=customer,
                    points=points,
                    reason=options["reason"],
                    actor=actor,
                )
                transaction.set_rollback(dry_run)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self._report(entry, customer, dry_run=dry_run)

    def _customer(self, company: Company, code: str) -> Customer:
        customers = Customer.objects.of_company(company.pk)
        customer = customers.with_code(code).first()
        if customer is None:
            raise CommandError(f"{company} has no customer {code}.")
        return customer

    def _report(self, entry: PointsEntry, customer: Customer, *, dry_run: bool) -> None:
        verb = "Would adjust" if dry_run else "Adjusted"
        summary = (
            f"{verb} {customer} ({customer.code}) by {entry.points:+,} points:"
            f" balance {entry.balance_after:,}, uid {entry.source}."
        )
        self.stdout.write(self.style.SUCCESS(summary))
