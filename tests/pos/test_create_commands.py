"""Commands that add an outlet, a till and a person."""

import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pos.access.companies import create_company
from pos.models import AuditEntry, Outlet, Pin, StaffMember, Till

PASSWORD = "correct horse battery"
PIN = "493107"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company():
    return create_company(
        code="SPP",
        name="Seng Poh Provisions",
        outlet_code="MAIN",
        owner_username="siewlan",
        owner_password=PASSWORD,
    )


@pytest.fixture
def secrets(monkeypatch):
    monkeypatch.setenv("TILLKEEPER_STAFF_PASSWORD", PASSWORD)
    monkeypatch.setenv("TILLKEEPER_STAFF_PIN", PIN)


def run(command, *options):
    output = StringIO()
    call_command(command, "--company=spp", *options, stdout=output)
    return output.getvalue()


def test_an_outlet_and_its_till_are_added_by_options():
    said = run("create_outlet", "--no-input", "--name=Havelock Road", "--code=HAV")
    also = run("create_till", "--no-input", "--outlet=hav", "--code=7")

    assert said == (
        "Added outlet Havelock Road (HAV) to Seng Poh Provisions. It needs a till:"
        " create_till --company SPP --outlet HAV\n"
    )
    assert also == "Added till 7 (Till 7) to Havelock Road.\n"
    assert Till.objects.get(code="7").outlet == Outlet.objects.get(code="HAV")
    last = AuditEntry.objects.order_by("pk").last()
    assert last.staff_member.username == "siewlan"
    assert "create_till" in last.text


def test_what_is_no_option_is_asked_until_it_is_valid(monkeypatch):
    monkeypatch.setattr(sys, "stdin", StringIO("Havelock\nno code\nHAV\n\n\n"))
    questions = StringIO()

    call_command("create_outlet", "--company=SPP", stderr=questions, stdout=StringIO())

    assert "Use letters, digits" in questions.getvalue()
    assert "Time zone" not in questions.getvalue()
    assert Outlet.objects.get(code="HAV").name == "Havelock"


@pytest.mark.usefixtures("secrets")
def test_a_person_is_added_with_a_password_and_a_first_pin():
    said = run("create_staff", "--no-input", "--name=Aisha Rahman", "--role=supervisor")

    person = StaffMember.objects.get(username="aisharahman")
    assert said == (
        "Added Aisha Rahman as Supervisor, who signs in as aisharahman. The first PIN"
        " is changed when it is used first.\n"
    )
    assert person.is_staff
    assert person.check_password(PASSWORD)
    assert Pin.objects.get(person=person).is_first
    assert not AuditEntry.objects.filter(text__contains=PASSWORD).exists()
    assert not AuditEntry.objects.filter(text__contains=PIN).exists()


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize(
    ("command", "options", "why"),
    [
        ("create_outlet", ["--name=Again", "--code=MAIN"], "already an outlet"),
        ("create_outlet", ["--code=HAV"], "--name is required with --no-input"),
        ("create_till", ["--code=1"], "already a till with the code 1"),
        ("create_till", ["--code=2", "--outlet=X"], "no outlet X: it has MAIN"),
        ("create_till", ["--code=2", "--staff=nobody"], "no nobody on its staff"),
        ("create_staff", ["--name=A", "--username=SiewLan"], "SiewLan is taken"),
        ("create_staff", ["--name=A", "--role=king"], "cashier, owner, supervisor"),
        ("create_staff", ["--name=A", "--username=a b"], "sign-in name: Enter a"),
    ],
)
def test_refusals_are_sentences_and_nothing_is_written(command, options, why):
    before = [model.objects.count() for model in (Outlet, Till, StaffMember)]

    with pytest.raises(CommandError, match=why):
        run(command, "--no-input", *options)

    assert [m.objects.count() for m in (Outlet, Till, StaffMember)] == before


def test_a_person_is_not_added_with_a_weak_pin_or_without_a_password(monkeypatch):
    with pytest.raises(CommandError, match="Set TILLKEEPER_STAFF_PASSWORD"):
        run("create_staff", "--no-input", "--name=Aisha")
    monkeypatch.setenv("TILLKEEPER_STAFF_PASSWORD", PASSWORD)
    monkeypatch.setenv("TILLKEEPER_STAFF_PIN", "123456")
    with pytest.raises(CommandError, match="This PIN cannot be used"):
        run("create_staff", "--no-input", "--name=Aisha")

    assert StaffMember.objects.count() == 1


def test_nobody_acts_for_a_company_that_is_not_there():
    with pytest.raises(CommandError, match="There is no company nope"):
        call_command("create_outlet", "--company=nope", "--no-input")
