"""What commands name by a code: companies, outlets and people."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from pos.access.companies import first_owner
from pos.access.errors import NotAllowedError
from pos.models import Company, Outlet, StaffMember


def get_company(code: str) -> Company:
    company = Company.objects.filter(code__iexact=code).first()
    if company is None:
        raise CommandError(f"There is no company {code}.")
    return company


def get_outlet(company: Company, code: str | None) -> Outlet:
    """Return the outlet of this code; without one, the company's only outlet."""
    outlets = Outlet.objects.filter(company=company).select_related("company")
    if code:
        outlet = outlets.filter(code__iexact=code).first()
        if outlet is None:
            codes = ", ".join(outlets.order_by("code").values_list("code", flat=True))
            raise CommandError(f"{company} has no outlet {code}: it has {codes}.")
        return outlet
    some = list(outlets.filter(is_active=True)[:2])
    if len(some) != 1:
        raise CommandError(
            f"{company} has several outlets or none: choose one with --outlet."
        )
    return some[0]


def get_staff_member(company: Company, username: str | None) -> StaffMember:
    """Return the person who answers for it; without a name, the first owner."""
    if not username:
        owner = first_owner(company)
        if owner is None:
            raise CommandError(f"{company} has no owner: name someone with --staff.")
        return owner
    staff = StaffMember.objects.filter(company=company, is_active=True)
    member = staff.filter(username=username).first()
    if member is None:
        raise CommandError(f"{company} has no {username} on its staff.")
    return member


def require_may(member: StaffMember, *permissions: str) -> None:
    """Refuse the command if the person's role does not allow what it does."""
    if not member.has_perms(permissions):
        raise CommandError(str(NotAllowedError(staff=member)))


def add_company_and_staff(parser: ArgumentParser) -> None:
    """Add the options that say in which company, and who answers for it."""
    parser.add_argument("--company", required=True, metavar="CODE")
    parser.add_argument(
        "--staff", metavar="NAME", help="Who is responsible; otherwise the owner."
    )


def get_company_and_staff(options: dict[str, Any]) -> tuple[Company, StaffMember]:
    """Return the company that is named, and who answers for what is done in it."""
    company = get_company(options["company"])
    return company, get_staff_member(company, options["staff"])
