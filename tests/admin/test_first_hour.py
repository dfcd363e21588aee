"""First hour: what a new shop is shown to do, until it is done or put away."""

from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pos.access.companies import create_company
from pos.access.enrolment import enrol_device
from pos.access.first_hour import read_states, show_first_hour
from pos.access.pins import set_first_pin
from pos.access.staff import add_staff_member
from pos.core.backups import backups_dir
from pos.core.ids import uuid7
from pos.models import AuditEntry, StaffMember, TaxRate
from sales.refunds.with_receipt import refund_sale
from tests.support.factories import ProductFactory, ShiftFactory
from tests.support.owners import browser_of
from tests.support.refunds import return_lines, sell_products

pytestmark = pytest.mark.django_db

OVERVIEW = "/overview/"
STEPS = reverse("admin:first_hour")


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def company():
    return create_company(
        code="SPP",
        name="Seng Poh Provisions",
        gst_number="M9-1",
        gst_registered_on=date(2024, 1, 1),
        owner_username="siewlan",
        owner_password="correct horse battery",
    )


@pytest.fixture
def owner(company):
    return StaffMember.objects.get(username="siewlan")


@pytest.fixture
def page(owner):
    return browser_of(owner)


def done(company) -> set[str]:
    return {key for key, is_done in read_states(company).items() if is_done}


def titles(answer) -> list[str]:
    return [step.title for step in answer.context["first_hour"].get("steps", [])]


def make_backup() -> None:
    backups_dir().mkdir(parents=True)
    name = connection.settings_dict["NAME"]
    (backups_dir() / f"{name}-2026-03-16T000000Z.tillkeeper").touch()


def test_each_step_is_done_once_its_rows_are_there(company, owner):
    assert done(company) == {"taxes"}

    ProductFactory(company=company)
    assert done(company) == {"taxes", "goods"}

    set_first_pin(person=owner, pin="493107", actor=owner)
    assert done(company) == {"taxes", "goods", "staff"}

    till = company.tills.get()
    enrol_device(uid=uuid7(), till=till, instead_of=None, actor=owner)
    assert done(company) == {"taxes", "goods", "staff", "tills"}

    make_backup()
    assert done(company) == {"taxes", "goods", "staff", "tills", "backup"}

    TaxRate.objects.filter(company=company, tax_code="SR").delete()
    assert "taxes" not in done(company)


def test_a_person_without_a_pin_is_to_do(company, owner):
    set_first_pin(person=owner, pin="493107", actor=owner)
    person = {"username": "aisha", "name": "Aisha", "password": "kaya-toast-set"}

    add_staff_member(company=company, actor=owner, role="cashier", **person)

    assert "staff" not in done(company)


def test_a_sale_and_its_refund_are_the_trial():
    shift = ShiftFactory()
    company = shift.company
    assert "trial" not in done(company)

    sold = sell_products(shift)
    assert "trial" not in done(company)

    refund_sale(
        uid=uuid7(),
        original=sold.uid,
        lines=return_lines(sold),
        reason="Trial",
        till=shift.till,
        actor=shift.cashier,
    )
    assert "trial" in done(company)


def test_the_owner_sees_every_step_on_the_overview(page):
    answer = page.get(OVERVIEW)

    steps = ["Goods", "Taxes", "Staff and PINs", "Tills", "Trial sale", "Backup"]
    assert titles(answer) == steps
    assert "1 of 6 done" in answer.content.decode()
    links = [step.url for step in answer.context["first_hour"]["steps"] if step.url]
    assert len(links) == 5
    assert all(page.get(link).status_code in {200, 302} for link in links)


def test_it_is_there_in_chinese(page):
    page.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"

    assert "开店步骤" in page.get(OVERVIEW).content.decode()


def test_others_see_what_they_may_do_on_the_page_of_lists(company, owner):
    person = {"username": "hafiz", "name": "Hafiz", "password": "kaya-toast-set"}
    supervisor = add_staff_member(
        company=company, actor=owner, role="supervisor", **person
    )
    supervisor.role.permissions.remove(
        *supervisor.role.permissions.filter(codename="view_reports")
    )
    browser = browser_of(StaffMember.objects.get(pk=supervisor.pk))

    answer = browser.get(reverse("admin:index"))

    assert titles(answer) == ["Goods", "Tills", "Trial sale"]
    assert "Put away" not in answer.content.decode()
    assert browser.post(STEPS).status_code == 403


def test_the_owner_puts_it_away_and_brings_it_back(company, page):
    page.post(STEPS)
    page.post(STEPS)
    assert titles(page.get(OVERVIEW)) == []
    assert "Show the first steps again" in page.get(OVERVIEW).content.decode()

    page.post(STEPS, {"again": "1"})
    assert "Goods" in titles(page.get(OVERVIEW))

    acts = AuditEntry.objects.filter(act__startswith="first_hour").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == [
        "first_hour_dismissed",
        "first_hour_brought_back",
    ]


def test_the_demo_has_none(company, owner, settings):
    settings.IS_DEMO = True
    assert show_first_hour(company, owner) == {}


def test_it_takes_one_statement_that_reads_no_sale(company, owner):
    _ = owner.permission_names

    with CaptureQueriesContext(connection) as found:
        assert show_first_hour(company, owner)["steps"]

    assert len(found) == 1
    assert "sales_" not in found[0]["sql"]
