from datetime import date
from decimal import Decimal
from functools import partial

import pytest

from customers.points.programme import ensure_programme
from pos.access import roles
from pos.access.companies import create_company, ensure_reference_data, first_owner
from pos.access.errors import CompanyTakenError, UsernameTakenError, WeakPasswordError
from pos.access.staff import add_staff_member
from pos.core.errors import InvalidFieldError
from pos.models import Company, Outlet, Role, StaffMember, TaxRate, Till
from tests.support.concurrency import run_together

PASSWORD = "correct horse battery"


@pytest.fixture
def create(db):
    """Set up Seng Poh Provisions, unless the test says otherwise."""
    return lambda **said: create_company(
        **{
            "code": "SPP",
            "name": "Seng Poh Provisions",
            "owner_username": "siewlan",
            "owner_password": PASSWORD,
        }
        | said
    )


def assert_nothing_written():
    for model in (Company, Outlet, Till, Role, StaffMember, TaxRate):
        assert not model.objects.exists()


def rate_on(company, tax_code, day):
    return TaxRate.objects.of_company(company.pk).in_force(day).get(tax_code=tax_code)


class TestCreateCompany:
    def test_sets_up_a_company_that_can_sell(self, create):
        company = create()

        company = Company.objects.get(pk=company.pk)
        till = Till.objects.get(company=company)
        owner = StaffMember.objects.get(company=company)
        assert (company.currency, company.currency_places) == ("SGD", 2)
        assert (company.cash_rounding, company.cash_rounding_step) == (
            "down",
            Decimal("0.05"),
        )
        assert (till.code, till.name) == ("1", "Till 1")
        assert (till.outlet.code, till.outlet.name) == (
            "SENG-POH-PROVISIONS",
            "Seng Poh Provisions",
        )
        assert owner.check_password(PASSWORD)
        assert owner.is_staff
        assert not owner.is_superuser
        assert owner.has_perm("sales.finalize_sale")
        assert first_owner(company) == owner

    def test_charges_no_tax_without_a_gst_number(self, create):
        assert not create().charges_tax_on(date(2026, 11, 23))

    def test_charges_tax_from_the_day_of_registration(self, create):
        company = create(gst_number="M9-1", gst_registered_on=date(2026, 1, 1))

        assert not company.charges_tax_on(date(2025, 12, 31))
        assert company.charges_tax_on(date(2026, 1, 1))

    @pytest.mark.parametrize(
        ("code", "places", "sign", "rounding", "coin"),
        [
            ("JPY", 0, "¥", "none", "0"),
            ("KWD", 3, "KWD", "nearest", "0.005"),
            ("GBP", 2, "£", "none", "0"),
            ("SEK", 2, "SEK", "nearest", "1"),
            ("HUF", 2, "HUF", "nearest", "5"),
        ],
    )
    def test_takes_places_sign_and_coins_from_the_currency(
        self, create, code, places, sign, rounding, coin
    ):
        company = create(currency=code)

        assert company.currency_places == places
        assert company.currency_symbol == sign
        assert (company.cash_rounding, company.cash_rounding_step) == (
            rounding,
            Decimal(coin),
        )

    def test_ships_no_foreign_standard_rate(self, create):
        company = create(currency="GBP")

        assert not TaxRate.objects.filter(company=company, tax_code="SR").exists()
        assert rate_on(company, "NG", date(2010, 12, 1)).rate == 0

    @pytest.mark.parametrize("code", ["SPP", "spp", " Spp "])
    def test_refuses_a_taken_code(self, create, code):
        create()

        with pytest.raises(CompanyTakenError, match="already a company"):
            create(code=code, owner_username="other")

        assert Company.objects.count() == 1

    @pytest.mark.parametrize("username", ["siewlan", "SiewLan"])
    def test_refuses_a_taken_sign_in_name(self, create, username):
        create()

        with pytest.raises(UsernameTakenError, match="is taken"):
            create(code="OTHER", owner_username=username)

        assert Company.objects.count() == 1

    @pytest.mark.parametrize("password", ["", "short", "password1", "9182736450918"])
    def test_refuses_a_weak_password(self, create, password):
        with pytest.raises(WeakPasswordError):
            create(owner_password=password)

        assert_nothing_written()

    @pytest.mark.parametrize(
        "said",
        [
            {"code": ""},
            {"code": "has space"},
            {"code": "x" * 21},
            {"name": " "},
            {"name": "a\0b"},
            {"currency": "XYZ"},
            {"currency": "sgd"},
            {"time_zone": "Asia/Atlantis"},
            {"till_code": "Till 1"},
            {"till_code": "x" * 11},
            {"outlet_code": "?"},
            {"owner_username": ""},
            {"owner_username": "a b"},
            {"gst_number": "M9-1"},
            {"gst_registered_on": date(2026, 1, 1)},
            {"tax_rounding": "guess"},
        ],
        ids=str,
    )
    def test_refuses_what_cannot_stand_in_its_column(self, create, said):
        with pytest.raises(InvalidFieldError):
            create(**said)

        assert_nothing_written()


class TestEnsureReferenceData:
    @pytest.mark.parametrize(
        ("day", "rate"),
        [
            (date(2007, 7, 1), "0.07"),
            (date(2022, 12, 31), "0.07"),
            (date(2023, 1, 1), "0.08"),
            (date(2023, 12, 31), "0.08"),
            (date(2024, 1, 1), "0.09"),
        ],
    )
    @pytest.mark.parametrize("tax_code", ["SR", "DS"])
    def test_ships_singapores_history(self, create, tax_code, day, rate):
        assert rate_on(create(), tax_code, day).rate == Decimal(rate)

    @pytest.mark.parametrize("tax_code", ["ZR", "ES33", "ESN33", "OS", "NG"])
    def test_charges_nothing_under_the_other_codes(self, create, tax_code):
        assert rate_on(create(), tax_code, date(1994, 4, 1)).rate == 0

    def test_can_be_repeated_and_leaves_what_was_changed(self, create):
        company = create()
        cashier = Role.objects.get(company=company, code="cashier")
        cashier.permissions.clear()
        TaxRate.objects.filter(tax_code="SR", rate=Decimal("0.09")).update(rate="0.1")
        Role.objects.filter(company=company, code="supervisor").delete()
        before = TaxRate.objects.count()

        ensure_reference_data(company=company)

        assert TaxRate.objects.count() == before
        assert rate_on(company, "SR", date(2024, 1, 1)).rate == Decimal("0.1")
        assert not cashier.permissions.exists()
        assert Role.objects.filter(company=company).count() == 3

    def test_each_role_may_do_its_part(self, create):
        company = create()
        owner = company.staff.get()
        people = {
            role: add_staff_member(
                company=company,
                actor=owner,
                role=role,
                username=role,
                name=role.title(),
                password=PASSWORD,
            )
            for role in (roles.CASHIER, roles.SUPERVISOR, roles.OWNER)
        }

        def who_may(permission):
            return {
                role for role, person in people.items() if person.has_perm(permission)
            }

        everyone = set(people)
        assert who_may("sales.sell") == everyone
        assert who_may("customers.add_customer") == everyone
        assert who_may("pos.count_stock") == {"supervisor", "owner"}
        assert who_may("sales.view_fiscaldocument") == {"supervisor", "owner"}
        assert who_may("pos.change_product") == {"supervisor", "owner"}
        assert who_may("pos.change_company") == {"owner"}
        assert who_may("pos.add_staffmember") == {"owner"}
        assert who_may("sales.delete_sale") == set()
        assert who_may("sales.change_sale") == set()
        assert who_may("customers.delete_customer") == set()
        assert [role for role in people if people[role].is_staff] == [
            "supervisor",
            "owner",
        ]


def test_a_programme_is_made_once(create):
    company = create()

    first = ensure_programme(company=company)

    assert first.amount_per_point == 10
    assert ensure_programme(company=company) == first


@pytest.mark.django_db(transaction=True)
def test_one_of_four_gets_the_code(create):
    results = run_together(
        *(partial(create, owner_username=f"owner{n}") for n in range(4))
    )

    assert sum(isinstance(result, CompanyTakenError) for result in results) == 3
    assert StaffMember.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "amount", "value"),
    [
        ("SGD", "10", "0.10"),
        ("JPY", "1000", "10"),
        ("KWD", "1", "0.010"),
        ("IDR", "10000", "100"),
    ],
)
def test_a_programme_starts_with_what_fits_the_currency(create, code, amount, value):
    company = create(currency=code)

    programme = ensure_programme(company=company)

    assert (programme.amount_per_point, programme.point_value) == (
        Decimal(amount),
        Decimal(value),
    )
