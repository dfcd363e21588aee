import os
import pty
import select
import subprocess
import sys
from datetime import date, time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from pos.models import Company, Outlet, StaffMember, Till

PASSWORD = "correct horse battery"
MANAGE = Path(__file__).resolve().parents[3] / "manage.py"


@pytest.fixture
def password(monkeypatch):
    monkeypatch.setenv("TILLKEEPER_OWNER_PASSWORD", PASSWORD)


@pytest.fixture
def run(db):
    """Run the command without input; return what it says on stdout."""

    def run(*options, **more):
        output = StringIO()
        defaults = ["--name=Seng Poh Provisions", "--code=SPP"]
        call_command(
            "create_company", "--no-input", *defaults, *options, stdout=output, **more
        )
        return output.getvalue()

    return run


@pytest.fixture
def answer(db, monkeypatch):
    """Run the command with these lines typed; return what it said on stderr."""

    def answer(*lines, options=()):
        monkeypatch.setattr(sys, "stdin", StringIO("".join(f"{x}\n" for x in lines)))
        questions = StringIO()
        call_command("create_company", *options, stdout=StringIO(), stderr=questions)
        return questions.getvalue()

    return answer


@pytest.mark.usefixtures("password")
class TestWithoutInput:
    def test_takes_sensible_defaults(self, run):
        said = run()

        company = Company.objects.get(code="SPP")
        owner = StaffMember.objects.get()
        assert said == (
            "Set up Seng Poh Provisions (SPP): outlet Seng Poh Provisions (MAIN),"
            " till 1. The owner signs in as owner.\n"
        )
        assert (company.currency, company.time_zone) == ("SGD", "Asia/Singapore")
        assert company.tax_name == "GST"
        assert owner.check_password(PASSWORD)
        assert company.loyalty_programme.amount_per_point == 10

    def test_takes_what_the_options_say(self, run):
        run(
            "--currency=MYR",
            "--time-zone=Asia/Kuala_Lumpur",
            "--outlet=Havelock Road",
            "--outlet-code=HAV",
            "--day-ends-at=03:00",
            "--till=A",
            "--owner=siewlan",
            "--owner-name=Koh Siew Lan",
            "--registration-number=201403121W",
            "--gst-number=M9-1",
            "--gst-registered-on=2024-01-31",
            "--tax-name=SST",
            "--prices-exclude-tax",
            "--tax-rounding=line",
            "--cash-rounding=none",
        )

        company = Company.objects.get()
        assert (company.currency_symbol, company.gst_registered_on) == (
            "RM",
            date(2024, 1, 31),
        )
        assert company.tax_name == "SST"
        assert not company.prices_include_tax
        assert (company.tax_rounding, company.cash_rounding) == ("line", "none")
        outlet = Outlet.objects.get()
        assert (outlet.code, outlet.day_ends_at) == ("HAV", time(3))
        assert Till.objects.get().code == "A"
        assert StaffMember.objects.get().name == "Koh Siew Lan"

    @pytest.mark.parametrize(
        ("option", "why"),
        [
            ("--name=", "name: This field cannot be blank"),
            ("--code=has space", "code: Use letters"),
            ("--currency=XYZ", "not an ISO 4217 currency"),
            ("--time-zone=Mars", "Mars is not a time zone"),
            ("--day-ends-at=12:01", "day: A business day ends at noon at the latest"),
            ("--day-ends-at=late", "end of the business day: "),
            ("--till=Till 1", "code: Use letters"),
            ("--gst-number=M9-1", "--gst-registered-on is required"),
            ("--gst-registered-on=2024-01-31", "both the number and the date"),
            ("--gst-registered-on=31.1.2024", "invalid date format"),
            ("--tax-name=", "name of the tax: This field cannot be blank"),
            (f"--tax-name={'x' * 21}", "name of the tax: "),
            ("--cash-rounding-step=-0.05", "cash rounding step: "),
            ("--cash-rounding-step=0.025", "cash rounding step: "),
            ("--owner=a b", "sign-in name: Enter a valid username"),
        ],
    )
    def test_refuses_with_a_sentence_and_writes_nothing(self, run, option, why):
        with pytest.raises(CommandError, match=why):
            run(option)

        assert not Company.objects.exists()
        assert not StaffMember.objects.exists()

    def test_refuses_what_is_taken(self, run):
        run()

        with pytest.raises(CommandError, match="already a company with the code spp"):
            run("--code=spp", "--owner=other")
        with pytest.raises(CommandError, match="sign-in name owner is taken"):
            run("--code=OTHER")

        assert Company.objects.count() == 1


class TestPassword:
    def test_is_needed(self, run):
        with pytest.raises(CommandError, match="Set TILLKEEPER_OWNER_PASSWORD"):
            run()

        assert not Company.objects.exists()

    def test_is_validated(self, run, monkeypatch):
        monkeypatch.setenv("TILLKEEPER_OWNER_PASSWORD", "password")

        with pytest.raises(CommandError, match="too common"):
            run()

        assert not Company.objects.exists()


@pytest.mark.usefixtures("password")
class TestAsking:
    def test_an_empty_line_takes_the_default(self, answer):
        answer("Seng Poh Provisions", *[""] * 12)

        company = Company.objects.get()
        assert (company.code, company.currency) == ("SPP", "SGD")
        assert Outlet.objects.get().name == "Seng Poh Provisions"
        assert StaffMember.objects.get().username == "owner"

    def test_asks_again_until_the_answer_can_be_used(self, answer):
        questions = answer(
            "",
            "Seng Poh Provisions",
            "has space",
            "SPP",
            "XYZ",
            "SGD",
            *[""] * 7,
            "Till 1",
            "T1",
            "Koh Siew Lan",
            "",
        )

        assert Till.objects.get().code == "T1"
        assert StaffMember.objects.get().username == "kohsiewlan"
        assert "This field cannot be blank" in questions
        assert questions.count("Use letters, digits, - and _ only.") == 2
        assert "XYZ is not an ISO 4217 currency" in questions

    def test_asks_for_day_and_name_of_the_tax_only_with_a_number(self, answer):
        typed = ("Shop", "", "", "", "M9-1", "soon", "2024-01-31", "SST")
        questions = answer(*typed, *[""] * 8)

        company = Company.objects.get()
        assert company.gst_registered_on == date(2024, 1, 31)
        assert company.tax_name == "SST"
        assert questions.count("Registered for tax on") == 2

    def test_does_not_ask_what_an_option_says(self, answer):
        questions = answer(*[""] * 11, options=["--name=Shop", "--currency=GBP"])

        assert Company.objects.get().currency == "GBP"
        assert "Currency" not in questions

    def test_says_when_nobody_is_there(self, answer):
        with pytest.raises(CommandError, match="Nobody can answer here"):
            answer("Shop")

        assert not Company.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_person_at_a_terminal_sees_no_password():
    database = connection.settings_dict
    url = f"postgres://{database['USER']}@/{database['HOST']}/{database['NAME']}"
    environment = os.environ | {"DATABASE_URL": url}
    typed = ["Shop", *[""] * 12, "password", PASSWORD, "mistyped", PASSWORD, PASSWORD]

    terminal, theirs = pty.openpty()
    command = [sys.executable, MANAGE, "create_company"]
    process = subprocess.Popen(  # noqa: S603
        command,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = ""
    for line in typed:
        shown = _read_until_asked(terminal, shown)
        os.write(terminal, f"{line}\n".encode())
    shown = _read_until_asked(terminal, shown)
    os.close(terminal)

    assert process.wait(timeout=30) == 0, shown
    assert "too common" in shown
    assert "passwords do not match" in shown
    assert "Set up Shop (SHOP)" in shown
    assert PASSWORD not in shown
    assert StaffMember.objects.get().check_password(PASSWORD)


def _read_until_asked(terminal: int, shown: str) -> str:
    """Read until a question ends the output, or until there is no more."""
    start = len(shown)
    while not (shown[start:].rstrip(" ").endswith(":") and len(shown) > start):
        assert select.select([terminal], [], [], 30)[0], f"no more than: {shown}"
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end has closed
            return shown
        if not part:
            return shown
        shown += part.decode()
    return shown
