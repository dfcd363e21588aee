"""Recorded command: every command that writes says in the trail who ran it."""

import getpass
import re
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from customers.models import Customer
from pos.management.recorded_command import RecordedCommand, os_user
from pos.models import AuditEntry
from tests import test_architecture as code
from tests.support.factories import (
    CompanyFactory,
    CustomerFactory,
    StaffMemberFactory,
)

READS_ONLY = {"x_report", "z_report"}


def commands() -> list[Path]:
    return [
        path
        for path in code.files("*.py")
        if path.parent.name == "commands"
        and path.stem != "__init__"
        and path.parts[-4] != "config"
    ]


def test_every_command_that_writes_is_recorded():
    silent = {
        path.stem
        for path in commands()
        if not issubclass(import_module(code.module(path)).Command, RecordedCommand)
    }

    assert silent == READS_ONLY
    assert len(commands()) > 9


@pytest.mark.django_db
def test_an_entry_says_the_command_its_options_and_the_user_of_the_system():
    customer = CustomerFactory(code="ADA")
    owner = StaffMemberFactory(company=customer.company, username="owner")

    call_command(
        "adjust_points",
        f"--company={customer.company.code}",
        "--customer=ada",
        "--points=5",
        "--reason=Birthday",
        "--staff=owner",
    )

    [entry] = AuditEntry.objects.all()
    assert (entry.act, entry.staff_member) == ("points_adjusted", owner)
    assert re.fullmatch(
        rf"adjust_points company=\w+ customer=ada points=5 reason=Birthday"
        rf" staff=owner \({os_user()}\)",
        entry.content["source"],
    )


@pytest.mark.django_db
def test_a_dry_run_leaves_no_entry():
    customer = CustomerFactory(code="ADA")
    StaffMemberFactory(company=customer.company, username="owner")

    call_command(
        "adjust_points",
        f"--company={customer.company.code}",
        "--customer=ada",
        "--points=5",
        "--reason=Birthday",
        "--staff=owner",
        "--dry-run",
    )

    assert not AuditEntry.objects.exists()
    assert Customer.objects.get().points_balance == 0


@pytest.mark.django_db
def test_each_company_says_who_added_an_administrator():
    first, second = CompanyFactory(), CompanyFactory()

    call_command(
        "createsuperuser", "--noinput", username="root", name="Root", verbosity=0
    )

    entries = AuditEntry.objects.order_by("company")
    assert [(one.company, one.act, one.subject_name) for one in entries] == [
        (first, "administrator_added", "root"),
        (second, "administrator_added", "root"),
    ]
    source = entries[0].content["source"]
    assert source.startswith("createsuperuser")
    assert f"({os_user()})" in source


@pytest.mark.django_db
def test_a_password_that_a_command_changes_is_written_without_it(monkeypatch):
    member = StaffMemberFactory(username="mei")
    CompanyFactory()
    monkeypatch.setattr(getpass, "getpass", lambda prompt="": "correct horse battery")

    call_command("changepassword", "mei", stdout=StringIO())

    [entry] = AuditEntry.objects.all()
    assert (entry.act, entry.company) == ("password_changed", member.company)
    assert entry.subject_name == "mei"
    assert entry.content["source"] == f"changepassword username=mei ({os_user()})"
    assert "battery" not in entry.text


def test_no_secret_is_said():
    class Command(RecordedCommand):
        said = ""

        def handle(self, **options: object) -> None:
            from pos.access.audit import _source  # noqa: PLC0415

            Command.said = _source.get()

    options = {"owner_password": "kaya", "pin": "123456", "api_key": "k", "code": "SPP"}
    Command().execute(**options, force_color=False, no_color=False, skip_checks=True)

    assert "code=SPP" in Command.said
    assert not re.search("kaya|123456|=k", Command.said)
