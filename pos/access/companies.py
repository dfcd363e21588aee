"""Companies: set up, with the rows that every company starts with."""

from datetime import date, time
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from pos.access import roles
from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.errors import CompanyTakenError
from pos.access.premises import save_new_outlet, save_new_till
from pos.access.staff import save_new_member
from pos.core.currencies import currency
from pos.core.errors import InvalidFieldError
from pos.core.field_validation import validate_fields
from pos.core.money import is_money
from pos.core.transactions import atomic_with_retry
from pos.models import (
    Company,
    ContainerDeposit,
    Outlet,
    Role,
    StaffMember,
    TaxCode,
    TaxRate,
    Till,
)

# Goods and services tax started on 1 April 1994 (GST Act 1993). Other codes than the
# standard one are at 0 % from then on; standard rates are shipped back to the 7 % of
# 1 July 2007.
BEGINNING = date(1994, 4, 1)
AT_NOTHING = (TaxCode.ZR, TaxCode.ES33, TaxCode.ESN33, TaxCode.OS, TaxCode.NG)
SINGAPORE_RATES = (
    (date(2007, 7, 1), Decimal("0.07")),
    (date(2023, 1, 1), Decimal("0.08")),
    (date(2024, 1, 1), Decimal("0.09")),
)


# The Beverage Container Return Scheme: 10 cents on each regulated can and bottle.
SINGAPORE_DEPOSITS = ((date(2026, 4, 1), Decimal("0.10")),)


class CompanyDetails(TypedDict):
    """A company as it is typed; what is left out follows from the rest."""

    code: str
    name: str
    currency: NotRequired[str]
    currency_symbol: NotRequired[str]
    registration_number: NotRequired[str]
    tax_name: NotRequired[str]
    gst_number: NotRequired[str]
    gst_registered_on: NotRequired[date | None]
    address: NotRequired[str]
    phone: NotRequired[str]
    time_zone: NotRequired[str]
    prices_include_tax: NotRequired[bool]
    tax_rounding: NotRequired[str]
    cash_rounding: NotRequired[str]
    cash_rounding_step: NotRequired[Decimal]
    charges_container_deposits: NotRequired[bool]
    accepted_tenders: NotRequired[list[str]]
    receipt_header: NotRequired[str]
    receipt_footer: NotRequired[str]


class SetUp(CompanyDetails):
    """A company with its first outlet, till and owner."""

    uid: NotRequired[UUID]
    outlet_uid: NotRequired[UUID]
    outlet_name: NotRequired[str]
    outlet_code: NotRequired[str]
    day_ends_at: NotRequired[time]
    till_uid: NotRequired[UUID]
    till_code: NotRequired[str]
    till_name: NotRequired[str]
    owner_uid: NotRequired[UUID]
    owner_username: str
    owner_name: NotRequired[str]
    owner_password: str


@atomic_with_retry
def create_company(**details: Unpack[SetUp]) -> Company:
    """Set up a company that can sell: outlet, till, roles, tax rates and owner.

    The minor unit, the sign, the rounding of cash and whether container deposits are
    charged follow from the currency unless they are given. Without a tax registration
    number it charges no tax.

    Raises:
        CompanyTakenError: another company has the code, in upper or lower case.
        UsernameTakenError: another person has that sign-in name.
        WeakPasswordError: the owner's password is too easy to guess.
        InvalidFieldError: another value does not fit its column.
    """
    code = details["code"].strip()
    if Company.objects.filter(code__iexact=code).exists():
        raise CompanyTakenError(code=code)
    company = _company(details)
    validate_fields(company)
    _require_gst_whole(company)
    _require_payable_step(company)
    try:
        with transaction.atomic():
            company.save(force_insert=True)
    except IntegrityError as error:  # set up at the same moment
        raise CompanyTakenError(code=code) from error
    name_actor(None)
    ensure_reference_data(company=company)
    outlet = _first_outlet(company, details)
    till = Till(
        company=company,
        outlet=outlet,
        code=details.get("till_code", "1"),
        name=details.get("till_name", ""),
    )
    if uid := details.get("till_uid"):
        till.uid = uid
    save_new_till(till)
    save_new_member(
        company,
        role=roles.OWNER,
        username=details["owner_username"],
        name=details.get("owner_name") or details["owner_username"],
        password=details["owner_password"],
        uid=details.get("owner_uid"),
    )
    record(Act.COMPANY_SET_UP, actor=None, subject=company)
    return company


@atomic_with_retry
def ensure_reference_data(*, company: Company) -> None:
    """Give the company the shipped roles, tax rates and deposits that it lacks.

    Present rows stay as its owner has set them. Standard rates and container deposits
    are shipped for Singapore dollars; another country's are entered in the back office.
    """
    Company.objects.locked().get(pk=company.pk)
    for shipped in roles.SHIPPED:
        role, is_new = Role.objects.get_or_create(
            company=company, code=shipped.code, defaults={"name": _(shipped.name)}
        )
        if is_new:
            role.permissions.add(*_permission_keys(shipped))
    rates = [(code, BEGINNING, Decimal(0)) for code in AT_NOTHING]
    if company.currency == "SGD":
        rates += [
            (code, valid_from, rate)
            for code in (TaxCode.SR, TaxCode.DS)
            for valid_from, rate in SINGAPORE_RATES
        ]
    TaxRate.objects.bulk_create(
        [
            TaxRate(company=company, tax_code=code, valid_from=day, rate=rate)
            for code, day, rate in rates
        ],
        ignore_conflicts=True,
    )
    if company.currency == "SGD" and not company.container_deposits.exists():
        ContainerDeposit.objects.bulk_create(
            ContainerDeposit(company=company, valid_from=day, amount=amount)
            for day, amount in SINGAPORE_DEPOSITS
        )


def _company(details: SetUp) -> Company:
    """Return the new company, unsaved."""
    code = details.get("currency", "SGD")
    money = currency(code)
    if money is None:
        raise InvalidFieldError(
            field=Company._meta.get_field("currency").verbose_name,
            problem=_("%(code)s is not an ISO 4217 currency.") % {"code": code},
        )
    company = Company(
        currency_symbol=money.sign,
        currency_places=money.places,
        cash_rounding=money.cash_rounding,
        cash_rounding_step=money.cash_step,
        charges_container_deposits=code == "SGD",
    )
    for name in ("uid", *CompanyDetails.__annotations__):
        if name in details:
            value = details[name]  # type: ignore[literal-required]
            setattr(company, name, value.strip() if isinstance(value, str) else value)
    return company


def _require_gst_whole(company: Company) -> None:
    if bool(company.gst_number) != (company.gst_registered_on is not None):
        raise InvalidFieldError(
            field=Company._meta.get_field("gst_number").verbose_name,
            problem=_(
                "Enter both the number and the date of registration, or neither."
            ),
        )


def _require_payable_step(company: Company) -> None:
    """Refuse a step that is not whole minor units: it could not be paid."""
    step = company.cash_rounding_step
    if step < 0 or not is_money(step, places=company.currency_places):
        raise InvalidFieldError(
            field=Company._meta.get_field("cash_rounding_step").verbose_name,
            problem=_("Enter an amount in the company's currency, zero or more."),
        )


def _first_outlet(company: Company, details: SetUp) -> Outlet:
    name = details.get("outlet_name") or company.name
    outlet = Outlet(
        company=company,
        code=details.get("outlet_code") or slugify(name).upper()[:20] or "MAIN",
        name=name,
        address=company.address,
        phone=company.phone,
        day_ends_at=details.get("day_ends_at", time(0)),
    )
    if uid := details.get("outlet_uid"):
        outlet.uid = uid
    save_new_outlet(outlet)
    return outlet


def _permission_keys(shipped: roles.ShippedRole) -> list[int]:
    """Return the keys of the role's permissions. An unknown name is a bug in it."""
    ours = Permission.objects.filter(content_type__app_label__in=roles.APPS)
    keys = {
        f"{app}.{codename}": key
        for app, codename, key in ours.values_list(
            "content_type__app_label", "codename", "pk"
        )
    }
    if missing := shipped.permissions - keys.keys():
        raise ValueError(f"no such permissions: {sorted(missing)}")
    return [
        key
        for name, key in keys.items()
        if name in shipped.permissions
        or (
            shipped.sees_everything
            and ".view_" in name
            and name not in roles.OWNERS_VIEW
        )
    ]


def first_owner(company: Company) -> StaffMember | None:
    """Return who answers for what a command does, if no person is named."""
    owners = StaffMember.objects.filter(company=company, role__code=roles.OWNER)
    return owners.filter(is_active=True).order_by("pk").first()
