"""Owners in tests: people of a company who read its figures, each at a browser."""

from django.test import Client

from pos.models import Company, StaffMember
from tests.support.factories import StaffMemberFactory

READS = "sales.view_reports"
OWNER = (
    *(READS, "sales.view_staff_figures", "sales.view_margin", "sales.export_figures"),
    *("sales.view_sale", "pos.use_every_outlet", "pos.view_stockitem"),
)


def make_reader(
    company: Company, may: tuple[str, ...] = OWNER, **fields: object
) -> StaffMember:
    """A person who enters the back office, with these permissions."""
    return StaffMemberFactory(company=company, may=may, is_staff=True, **fields)


def browser_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client
