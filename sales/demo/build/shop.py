"""Demo shop: makes the demo company with its sales, up to one morning."""

from collections.abc import Callable
from datetime import date, datetime

from django.conf import settings

from customers.registration.companies import set_up_company
from pos.access.acts import Act
from pos.access.audit import record, recorded_as_one
from pos.access.demo_staff import OWNER_OF_SHOP, PASSWORD, STAFF
from pos.access.pins import save_pin
from pos.access.roles import OWNER
from pos.access.staff import add_staff_member
from pos.catalogue.labels import WEIGHT
from pos.core.field_validation import validate_fields
from pos.core.transactions import atomic_with_retry
from pos.models import CHOSEN_TENDERS, Company, Till
from sales.demo.build.approvals import agree_to_this_morning
from sales.demo.build.catalogue import make_catalogue, make_customers, stock_up
from sales.demo.build.days import open_today, sell_day
from sales.demo.build.rows import DemoRows
from sales.demo.errors import NotADemoError
from sales.demo.plan.month import Month
from sales.demo.uids import COMPANY, demo_uid


def report_nothing(done: int) -> None:
    """Report to nobody how many days there are."""


@atomic_with_retry
def create_demo_shop(
    *,
    seed: str,
    today: date,
    days: int,
    now: datetime | None = None,
    report: Callable[[int], object] = report_nothing,
) -> Company:
    """Make the demo shop as it is this morning, in one transaction.

    It has ``days`` of sales; at Till 1 a shift is open and two baskets are parked.
    The same seed, day and days make the same shop with the same uids; with ``now``,
    nothing happens later than that, and something was approved just before. A demo
    shop that exists is not changed.
    ``report`` is called with the number of days made, from none to all of them.

    Raises NotADemoError when the database holds another company.
    """
    if existing := Company.objects.filter(uid=COMPANY).first():
        return existing
    if Company.objects.exists():
        raise NotADemoError
    company = set_up_demo_company()
    outlet = company.outlets.select_related("company").get()
    month = Month(seed=seed, today=today, zone=outlet.zone, days=days)
    with recorded_as_one():
        make_catalogue(company)
        make_customers(company, month)
    record(Act.DEMO_BUILT, actor=company.staff.get(role__code=OWNER), subject=company)
    rows = DemoRows.of(company)
    for made, day in enumerate(month.days):
        report(made)
        stock_up(outlet, month, day)
        for shift in month.shifts_of(day):
            sell_day(rows, shift)
    report(days)
    open_today(rows, month, now)
    if now is not None:
        agree_to_this_morning(rows, rows.tills[month.morning.till])
    return company


def set_up_demo_company() -> Company:
    """Make the company, its outlet, both tills and all staff members."""
    company = set_up_company(
        uid=COMPANY,
        code="SPP",
        name="Seng Poh Provisions",
        registration_number="53099999X",
        gst_number="M9-0099999-X",
        gst_registered_on=date(2019, 4, 1),
        address="58 Seng Poh Road #01-21\nSingapore 160058",
        phone="6555 0158",
        accepted_tenders=[kind for kind, _ in CHOSEN_TENDERS],
        receipt_footer=(
            "Exchanges within 7 days with this receipt.\n"
            "Fresh and chilled items are not returnable.\n"
            "Thank you. See you tomorrow."
        ),
        outlet_uid=demo_uid("outlet"),
        outlet_name="Seng Poh Road",
        outlet_code="SPR",
        till_uid=demo_uid("till 1"),
        till_code="1",
        owner_uid=demo_uid(OWNER_OF_SHOP.username),
        owner_username=OWNER_OF_SHOP.username,
        owner_name=OWNER_OF_SHOP.name,
        owner_password=PASSWORD,
    )
    company.label_value = WEIGHT
    company.save(update_fields=["label_value"])
    second = Till(
        uid=demo_uid("till 2"),
        company=company,
        outlet=company.outlets.get(),
        code="2",
        name="Till 2",
    )
    validate_fields(second)
    second.save(force_insert=True)
    owner = company.staff.get()
    for person in STAFF:
        if person != OWNER_OF_SHOP:
            add_staff_member(
                company=company,
                actor=owner,
                role=person.role,
                username=person.username,
                name=person.name,
                password=PASSWORD,
                uid=demo_uid(person.username),
            )
    _give_pins(company)
    return company


def _give_pins(company: Company) -> None:
    """Give everybody their PIN, if this server has a key for PINs."""
    if settings.PIN_KEY:
        for person in STAFF:
            member = company.staff.get(username=person.username)
            save_pin(member, person.pin, is_first=False)
