"""Registration: customers are added, corrected, deactivated and reactivated."""

from dataclasses import replace
from datetime import date

import pytest

from customers.models import Customer
from customers.registration.errors import (
    CodeTakenError,
    EmailTakenError,
    NamelessCustomerError,
)
from customers.registration.register import (
    Details,
    deactivate_customer,
    register_customer,
    restore_customer,
    update_customer,
)
from pos.core.errors import (
    DifferentRepeatError,
    InvalidFieldError,
    NotOfThisCompanyError,
)
from pos.core.ids import uuid7
from tests.support.factories import CompanyFactory, CustomerFactory, get_staff

pytestmark = pytest.mark.django_db

WEI_JIE = Details(
    name="Lim Wei Jie",
    code="LWJ",
    email="wei.jie@example.sg",
    phone="9123 4567",
    address="12 Seng Poh Road",
    birthday=date(1990, 8, 9),
)


@pytest.fixture
def company():
    return CompanyFactory()


class TestRegisterCustomer:
    def test_writes_down_what_is_given(self, company):
        customer = register_customer(
            company=company, actor=get_staff(company), details=WEI_JIE
        )

        customer.refresh_from_db()
        assert (customer.name, customer.code) == ("Lim Wei Jie", "LWJ")
        assert customer.email == "wei.jie@example.sg"
        assert customer.phone.as_e164 == "+6591234567"
        assert customer.address == "12 Seng Poh Road"
        assert customer.birthday == date(1990, 8, 9)
        assert customer.is_active
        assert customer.points_balance == 0

    @pytest.mark.parametrize(
        "typed",
        ["9123 4567", "91234567", "+65 9123 4567", "+6591234567", "65-91234567"],
    )
    def test_stores_a_phone_in_one_form_however_it_is_typed(self, company, typed):
        register_customer(
            company=company, actor=get_staff(company), details=Details(phone=typed)
        )

        stored = Customer.objects.values_list("phone", flat=True).get()
        assert str(stored) == "+6591234567"

    def test_keeps_a_number_of_another_country(self, company):
        customer = register_customer(
            company=company,
            actor=get_staff(company),
            details=Details(phone="+60 12-345 6789"),
        )

        assert customer.phone.as_e164 == "+60123456789"

    def test_stores_an_email_in_lower_case_without_space(self, company):
        customer = register_customer(
            company=company,
            actor=get_staff(company),
            details=Details(email="  Wei.Jie@Example.SG "),
        )

        assert customer.email == "wei.jie@example.sg"

    def test_many_may_have_no_email(self, company):
        for name in ("One", "Two"):
            register_customer(
                company=company, actor=get_staff(company), details=Details(name=name)
            )

        assert Customer.objects.filter(email=None).count() == 2

    def test_makes_codes_that_count_up(self, company):
        made = [
            register_customer(
                company=company, actor=get_staff(company), details=Details(name=name)
            ).code
            for name in "abc"
        ]

        assert made == ["C000001", "C000002", "C000003"]

    def test_makes_the_code_after_the_highest_of_its_kind(self, company):
        for code in ("c000041", "CUST-9", "C12", "C0000099", "D000500"):
            CustomerFactory(company=company, code=code)
        CustomerFactory(code="C000900")

        customer = register_customer(
            company=company, actor=get_staff(company), details=Details(name="Next")
        )

        assert customer.code == "C000042"

    def test_makes_wider_codes_once_a_width_is_used_up(self, company):
        CustomerFactory(company=company, code="C999999")

        codes = [
            register_customer(
                company=company, actor=get_staff(company), details=Details(name=name)
            ).code
            for name in "ab"
        ]

        assert codes == ["C1000000", "C1000001"]

    def test_calls_a_nameless_customer_by_the_code(self, company):
        customer = register_customer(
            company=company,
            actor=get_staff(company),
            details=Details(phone="8765 4321"),
        )

        assert customer.name == customer.code == "C000001"

    def test_refuses_nobody_at_all(self, company):
        with pytest.raises(NamelessCustomerError):
            register_customer(
                company=company,
                actor=get_staff(company),
                details=Details(address="Somewhere"),
            )

        assert not Customer.objects.exists()

    @pytest.mark.parametrize("code", ["LWJ", "lwj", " Lwj "])
    def test_refuses_a_taken_code_naming_it_and_its_holder(self, company, code):
        CustomerFactory(company=company, code="LWJ", name="Lim Wei Jie")

        with pytest.raises(CodeTakenError, match="belongs to Lim Wei Jie") as refusal:
            register_customer(
                company=company,
                actor=get_staff(company),
                details=Details(name="New", code=code),
            )

        assert code.strip() in str(refusal.value)
        assert not refusal.value.may_restore
        assert Customer.objects.count() == 1

    @pytest.mark.parametrize(
        "email", ["a@example.sg", "A@Example.SG", " a@example.sg "]
    )
    def test_refuses_a_taken_email_naming_it_and_its_holder(self, company, email):
        CustomerFactory(company=company, email="a@example.sg", name="Ah Lian")

        with pytest.raises(EmailTakenError, match="a@example.sg belongs to Ah Lian"):
            register_customer(
                company=company, actor=get_staff(company), details=Details(email=email)
            )

        assert Customer.objects.count() == 1

    @pytest.mark.parametrize(
        ("asked", "refusal"),
        [
            (Details(name="New", code="OLD"), CodeTakenError),
            (Details(name="New", email="old@example.sg"), EmailTakenError),
        ],
    )
    def test_offers_to_restore_an_inactive_holder(self, company, asked, refusal):
        holder = CustomerFactory(
            company=company, code="OLD", email="old@example.sg", is_active=False
        )

        with pytest.raises(refusal, match=r"who is inactive\. Restore them") as refused:
            register_customer(company=company, actor=get_staff(company), details=asked)

        assert refused.value.may_restore
        assert refused.value.holder == holder
        assert Customer.objects.count() == 1

    def test_another_company_may_have_the_same_code_and_email(self, company):
        other = CompanyFactory()
        register_customer(company=other, actor=get_staff(other), details=WEI_JIE)

        register_customer(company=company, actor=get_staff(company), details=WEI_JIE)

        assert Customer.objects.filter(email="wei.jie@example.sg").count() == 2

    @pytest.mark.parametrize(
        ("wrong", "named"),
        [
            ({"email": "wei.jie"}, "e-mail"),
            ({"phone": "1234"}, "phone"),
            ({"phone": "+65 0000 0000"}, "phone"),
            ({"name": "x" * 151}, "name"),
            ({"code": "x" * 33}, "code"),
            ({"address": "Seng\0Poh"}, "address"),
        ],
    )
    def test_refuses_what_is_malformed_or_too_long(self, company, wrong, named):
        with pytest.raises(InvalidFieldError, match=named):
            register_customer(
                company=company,
                actor=get_staff(company),
                details=replace(WEI_JIE, **wrong),
            )

        assert not Customer.objects.exists()

    def test_a_repeat_returns_the_first(self, company):
        uid = uuid7()

        first = register_customer(
            company=company, actor=get_staff(company), details=WEI_JIE, uid=uid
        )
        again = register_customer(
            company=company, actor=get_staff(company), details=WEI_JIE, uid=uid
        )

        assert again == first
        assert Customer.objects.count() == 1

    def test_a_repeat_without_a_code_returns_the_first(self, company):
        uid, details = uuid7(), Details(phone="9123 4567")

        first = register_customer(
            company=company, actor=get_staff(company), details=details, uid=uid
        )
        again = register_customer(
            company=company, actor=get_staff(company), details=details, uid=uid
        )

        assert (again, again.code) == (first, "C000001")
        assert Customer.objects.count() == 1

    def test_refuses_somebody_else_under_the_same_uid(self, company):
        uid = uuid7()
        register_customer(
            company=company, actor=get_staff(company), details=WEI_JIE, uid=uid
        )

        with pytest.raises(DifferentRepeatError):
            register_customer(
                company=company,
                actor=get_staff(company),
                details=Details(name="Other"),
                uid=uid,
            )

        assert Customer.objects.get().name == "Lim Wei Jie"


class TestUpdateCustomer:
    @pytest.mark.no_books_check
    def test_replaces_what_was_written_down(self, company):
        customer = CustomerFactory(company=company, points_balance=7)

        update_customer(
            company=company,
            actor=get_staff(company),
            uid=customer.uid,
            details=WEI_JIE,
        )

        customer.refresh_from_db()
        assert (customer.name, customer.code) == ("Lim Wei Jie", "LWJ")
        assert customer.phone.as_e164 == "+6591234567"
        assert customer.points_balance == 7

    def test_keeps_its_own_code_and_email(self, company):
        customer = register_customer(
            company=company, actor=get_staff(company), details=WEI_JIE
        )

        update_customer(
            company=company,
            actor=get_staff(company),
            uid=customer.uid,
            details=replace(WEI_JIE, code="lwj", name="Lim Wei Jie, Alan"),
        )

        customer.refresh_from_db()
        assert (customer.code, customer.name) == ("lwj", "Lim Wei Jie, Alan")

    def test_a_blank_code_or_name_leaves_the_one_there_was(self, company):
        customer = register_customer(
            company=company, actor=get_staff(company), details=WEI_JIE
        )

        update_customer(
            company=company,
            actor=get_staff(company),
            uid=customer.uid,
            details=Details(phone="8765 4321"),
        )

        customer.refresh_from_db()
        assert (customer.name, customer.code) == ("Lim Wei Jie", "LWJ")
        assert customer.email is None

    @pytest.mark.parametrize(
        ("asked", "refusal"),
        [({"code": "taken"}, CodeTakenError), ({"email": "T@a.sg"}, EmailTakenError)],
    )
    @pytest.mark.parametrize("is_active", [True, False])
    def test_refuses_what_another_has(self, company, asked, refusal, is_active):
        CustomerFactory(
            company=company, code="TAKEN", email="t@a.sg", is_active=is_active
        )
        customer = register_customer(
            company=company, actor=get_staff(company), details=WEI_JIE
        )

        with pytest.raises(refusal) as refused:
            update_customer(
                company=company,
                actor=get_staff(company),
                uid=customer.uid,
                details=replace(WEI_JIE, **asked),
            )

        assert refused.value.may_restore is not is_active
        customer.refresh_from_db()
        assert (customer.code, customer.email) == ("LWJ", "wei.jie@example.sg")

    def test_knows_only_customers_of_the_company(self, company):
        stranger = CustomerFactory(name="Stranger")

        with pytest.raises(NotOfThisCompanyError):
            update_customer(
                company=company,
                actor=get_staff(company),
                uid=stranger.uid,
                details=WEI_JIE,
            )

        stranger.refresh_from_db()
        assert stranger.name == "Stranger"


class TestDeactivateAndRestore:
    @pytest.mark.no_books_check
    def test_a_deactivated_customer_keeps_everything(self, company):
        customer = CustomerFactory(company=company, points_balance=12)

        for _ in range(2):
            deactivate_customer(
                company=company, actor=get_staff(company), uid=customer.uid
            )

        customer.refresh_from_db()
        assert not customer.is_active
        assert customer.points_balance == 12

    @pytest.mark.no_books_check
    def test_a_restored_customer_is_as_before(self, company):
        customer = CustomerFactory(company=company, points_balance=12, is_active=False)

        for _ in range(2):
            restore_customer(
                company=company, actor=get_staff(company), uid=customer.uid
            )

        customer.refresh_from_db()
        assert customer.is_active
        assert customer.points_balance == 12

    @pytest.mark.parametrize("service", [deactivate_customer, restore_customer])
    def test_know_only_customers_of_the_company(self, company, service):
        stranger = CustomerFactory(is_active=service is deactivate_customer)

        with pytest.raises(NotOfThisCompanyError):
            service(company=company, actor=get_staff(company), uid=stranger.uid)

        stranger.refresh_from_db()
        assert stranger.is_active is (service is deactivate_customer)
