"""Commands: import_customers and adjust_points."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from customers.models import Customer, PointsEntry
from pos.core.ids import uuid7
from tests.support.factories import (
    CompanyFactory,
    CustomerFactory,
    RoleFactory,
    StaffMemberFactory,
    grant,
)

pytestmark = pytest.mark.django_db


IMPORTS = (
    "customers.add_customer",
    "customers.change_customer",
    "customers.adjust_points",
    "customers.deactivate_customer",
)


@pytest.fixture
def company():
    return CompanyFactory(code="SPP", name="Seng Poh Provisions")


@pytest.fixture
def owner(company):
    role = RoleFactory(company=company, code="owner")
    grant(role, IMPORTS)
    return StaffMemberFactory(
        company=company,
        role=role,
        username="mei",
        name="Mei Ling",
    )


@pytest.fixture
def said():
    """What the last run of the command said on stderr."""
    return []


@pytest.fixture
def run(company, owner, tmp_path, said):
    """Import these lines; return what the command says on stdout."""

    def run(content, *options):
        file = tmp_path / "customers.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        output, errors = StringIO(), StringIO()
        try:
            call_command(
                "import_customers",
                file,
                "--company=spp",
                *options,
                stdout=output,
                stderr=errors,
            )
        finally:
            said[:] = errors.getvalue().splitlines()
        return output.getvalue().strip()

    return run


WHOLE = """\
code,name,email,phone,address,birthday,points,active
M1,Lim Wei Jie,Wei.Jie@example.sg,9123 4567,"12 Seng Poh Road
Singapore 160012",1990-08-09,1240,yes
M2,Siti Rahmah,,+65 9123 4581,,,86,no
,Rahul Menon,rahul@example.sg,,,,,
,,,8765 4321,,,0,
"""


def everything():
    """Customers and points, row by row."""
    return [
        *Customer.objects.order_by("pk").values(),
        *PointsEntry.objects.order_by("pk").values(),
    ]


class TestImportCustomers:
    def test_takes_them_on_with_their_points(self, run, company, owner):
        assert run(WHOLE) == (
            "Imported customers: 4 new, 0 changed, 0 as they were, 2 given points."
        )

        lim, siti, rahul, nameless = Customer.objects.order_by("pk")
        assert (lim.code, lim.name, lim.email) == (
            "M1",
            "Lim Wei Jie",
            "wei.jie@example.sg",
        )
        assert str(lim.phone) == "+6591234567"
        assert lim.address == "12 Seng Poh Road\nSingapore 160012"
        assert lim.birthday == date(1990, 8, 9)
        assert (lim.points_balance, lim.is_active) == (1240, True)
        assert (siti.points_balance, siti.is_active) == (86, False)
        assert (rahul.code, rahul.points_balance) == ("C000001", 0)
        assert nameless.name == nameless.code == "C000002"
        entry = PointsEntry.objects.get(customer=lim)
        assert (entry.kind, entry.staff_member) == ("adjust", owner)

    def test_a_second_time_changes_nothing(self, run):
        run(WHOLE)
        before = everything()

        assert run(WHOLE) == (
            "Imported customers: 0 new, 0 changed, 4 as they were, 0 given points."
        )
        assert everything() == before

    def test_changes_what_the_file_says_and_nothing_else(self, run, company):
        customer = CustomerFactory(
            company=company, code="M1", name="Lim", email="lim@example.sg"
        )

        result = run("Code,Phone,Email\nm1,9123 4567,\n")

        customer.refresh_from_db()
        assert "1 changed" in result
        assert (customer.code, customer.name, customer.email, str(customer.phone)) == (
            "m1",
            "Lim",
            "lim@example.sg",
            "+6591234567",
        )

    def test_knows_people_by_email_and_by_phone_with_name(self, run, company):
        CustomerFactory(company=company, code="M1", email="lim@example.sg")
        CustomerFactory(company=company, code="M2", name="Siti", phone="+6591234567")

        result = run(
            "name,email,phone,address\n"
            "Lim,LIM@example.sg,,Here\n"
            "siti,,9123 4567,There\n"
            "Her Brother,,9123 4567,There\n"
        )

        assert "1 new, 2 changed" in result
        assert list(Customer.objects.order_by("code").values_list("address")) == [
            ("There",),
            ("Here",),
            ("There",),
        ]

    def test_deactivates_and_restores(self, run, company):
        CustomerFactory(company=company, code="M1")
        CustomerFactory(company=company, code="M2", is_active=False)

        result = run("code,active\nM1,no\nM2,yes\n")

        assert "2 changed" in result
        active = Customer.objects.order_by("code").values_list("is_active", flat=True)
        assert list(active) == [False, True]

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("X,,lim@,,,,", "email: “lim@” is not an e-mail address."),
            (
                "X,,lim@,1234,,-5,",
                "email: “lim@” is not an e-mail address."
                " phone: “1234” is not a local phone number, nor one that starts"
                " with +."
                " points: “-5” must not be below zero.",
            ),
            ("X,,,1234,,,", "phone: “1234” is not a local phone number"),
            ("X,,,6.59E+09,,,", "phone: “6.59E+09” was rounded by a spreadsheet"),
            ("X,,,,1990-13-01,,", "birthday: “1990-13-01” is not a date"),
            ("X,,,,09/08/1990,,", "birthday: “09/08/1990” is not a date"),
            ("X,,,,,-5,", "points: “-5” must not be below zero."),
            ("X,,,,,1.5,", "points: “1.5” is not a whole number"),
            ("X,,,,,9999999,", "Points must be a whole number from"),
            ("X,,,,,,maybe", "active: “maybe” is neither yes nor no."),
            ("=1+1,,,,,,", "code: “=1+1…” looks like a spreadsheet formula"),
            (f"X,{'n' * 151},,,,,", "name: Ensure this value has at most 150"),
            (",Lim,,,,,", "Enter a code, an e-mail address or a phone number."),
            ("m1,,,,,,", "The same customer is already in line 2."),
            ("X,,ONE@example.sg,,,,", "one@example.sg belongs to One"),
            ("X,,,,,,,extra", "cells: 8, columns in the first line: 7"),
            ('X,"one" two,,,,,', "a quotation mark"),
        ],
    )
    def test_names_a_bad_line_and_imports_nothing(self, run, said, line, reason):
        content = (
            "code,name,email,phone,birthday,points,active\n"
            f"M1,One,one@example.sg,,,,\n{line}\n"
        )

        with pytest.raises(CommandError, match="1 bad line, so nothing was imported"):
            run(content)

        assert len(said) == 1
        assert said[0].startswith("Line 3: ")
        assert reason in said[0]
        assert not Customer.objects.exists()
        assert not PointsEntry.objects.exists()

    def test_skip_bad_imports_the_others(self, run, said):
        result = run("code,phone\nM1,9123 4567\nM2,12\nM3,\n", "--skip-bad")

        assert result.endswith("2 new, 0 changed, 0 as they were, 0 given points;"
                               " 1 bad line skipped.")  # fmt: skip
        assert list(Customer.objects.values_list("code", flat=True)) == ["M1", "M3"]
        assert said[0].startswith("Line 3: phone")

    def test_a_dry_run_says_the_same_and_keeps_nothing(self, run):
        result = run(WHOLE, "--dry-run")

        assert result == (
            "Would import customers: 4 new, 0 changed, 0 as they were, 2 given points."
        )
        assert everything() == []

    def test_other_points_for_the_same_customer_are_a_bad_line(self, run, said):
        run("code,points\nM1,120\n")

        with pytest.raises(CommandError):
            run("code,points\nM1,130\n")

        assert "120 points were already imported" in said[0]
        assert Customer.objects.get().points_balance == 120

    def test_two_with_one_phone_are_ambiguous(self, run, said, company):
        CustomerFactory.create_batch(2, company=company, phone="+6591234567")

        with pytest.raises(CommandError):
            run("phone,address\n9123 4567,Here\n")

        assert "Several customers have the phone number" in said[0]

    def test_never_touches_another_company(self, run):
        stranger = CustomerFactory(code="M1", email="m1@example.sg", name="Stranger")

        run("code,email,name\nM1,m1@example.sg,Ours\n")

        stranger.refresh_from_db()
        assert stranger.name == "Stranger"
        assert Customer.objects.count() == 2

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("", "The file is empty."),
            ("name,points\nLim,3\n", "no column “code”, “email” or “phone”"),
            ("code,Code\n1,2\n", "appears twice"),
            ("code,name\n".encode("utf-16"), "UTF-16"),
        ],
    )
    def test_a_file_that_cannot_be_read_gets_a_sentence(self, run, content, words):
        with pytest.raises(CommandError, match=words):
            run(content)

    def test_says_which_columns_it_passes_over(self, run, said):
        run("code,tier\nM1,Gold\n")

        assert said == ["Unknown columns were ignored: tier."]

    @pytest.mark.exhaustive
    def test_shows_progress_every_five_hundred(self, run, said):
        lines = "".join(f"M{number}\n" for number in range(1, 602))

        run(f"code\n{lines}")

        assert said == ["500 of 601 customers", "601 of 601 customers"]

    @pytest.mark.parametrize(
        ("lacking", "content"),
        [
            ("customers.add_customer", "code\nM1\n"),
            ("customers.change_customer", "code\nM1\n"),
            ("customers.adjust_points", "code,points\nM1,5\n"),
            ("customers.deactivate_customer", "code,active\nM1,no\n"),
        ],
    )
    def test_takes_somebody_who_may(self, run, company, lacking, content):
        may = [name for name in IMPORTS if name != lacking]
        StaffMemberFactory(company=company, username="cashier", may=may)

        with pytest.raises(CommandError, match="not allowed to do this"):
            run(content, "--staff=cashier")

        assert not Customer.objects.exists()

    def test_a_company_that_is_not_there(self, tmp_path):
        with pytest.raises(CommandError, match="no company NONE"):
            call_command("import_customers", tmp_path / "x.csv", "--company=NONE")


class TestAdjustPoints:
    @pytest.fixture
    def adjust(self, company, owner):
        CustomerFactory(company=company, code="M1", name="Lim Wei Jie")

        def adjust(points, *options, customer="m1", staff="mei"):
            output = StringIO()
            call_command(
                "adjust_points",
                "--company=SPP",
                f"--customer={customer}",
                f"--points={points}",
                "--reason=Forgotten in the import",
                *([f"--staff={staff}"] if staff else []),
                *options,
                stdout=output,
            )
            return output.getvalue().strip()

        return adjust

    def test_the_owner_answers_for_it_where_nobody_is_named(self, adjust, owner):
        adjust(30, staff=None)

        assert PointsEntry.objects.get().staff_member == owner

    def test_adjusts_and_says_so(self, adjust, owner):
        said = adjust(30)

        entry = PointsEntry.objects.get()
        assert said == (
            f"Adjusted Lim Wei Jie (M1) by +30 points: balance 30, uid {entry.source}."
        )
        assert (entry.reason, entry.staff_member) == ("Forgotten in the import", owner)

    def test_the_same_uid_changes_nothing(self, adjust):
        uid = uuid7()

        assert adjust(30, f"--uid={uid}") == adjust(30, f"--uid={uid}")

        assert PointsEntry.objects.aggregate(Sum("points")) == {"points__sum": 30}

    def test_a_dry_run_keeps_nothing(self, adjust):
        assert adjust(30, "--dry-run").startswith("Would adjust Lim Wei Jie")

        assert not PointsEntry.objects.exists()
        assert Customer.objects.get().points_balance == 0

    @pytest.mark.parametrize(
        ("points", "changes", "words"),
        [
            (-1, {}, "has 0 points"),
            (0, {}, "not zero"),
            (5, {"customer": "M9"}, "has no customer M9"),
            (5, {"staff": "nobody"}, "has no nobody on its staff"),
        ],
    )
    def test_says_why_not(self, adjust, points, changes, words):
        with pytest.raises(CommandError, match=words):
            adjust(points, **changes)

        assert not PointsEntry.objects.exists()

    def test_takes_somebody_who_may(self, adjust, company):
        StaffMemberFactory(company=company, username="cashier", may=())

        with pytest.raises(CommandError, match="not allowed to do this"):
            adjust(5, staff="cashier")

        assert not PointsEntry.objects.exists()
