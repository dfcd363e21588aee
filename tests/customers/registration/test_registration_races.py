"""Registration races: two people add or correct customers at the same moment."""

from functools import partial

import pytest

from customers.models import Customer
from customers.registration.errors import CodeTakenError, EmailTakenError
from customers.registration.register import Details, register_customer, update_customer
from pos.core.ids import uuid7
from tests.customers.registration.test_registration import WEI_JIE
from tests.support.concurrency import run_behind, run_together
from tests.support.factories import CompanyFactory, CustomerFactory, get_staff


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    """What the database refuses is the same refusal, and never a failure."""

    def test_one_email_goes_to_one_of_two(self):
        company = CompanyFactory()
        actor = get_staff(company)
        first, second = (
            partial(
                register_customer,
                company=company,
                actor=actor,
                details=Details(name=name, code=name, email="same@example.sg"),
            )
            for name in ("ONE", "TWO")
        )

        refusal = run_behind(first, second)

        assert isinstance(refusal, EmailTakenError)
        assert refusal.holder == Customer.objects.get()

    def test_one_code_goes_to_one_of_two(self):
        company = CompanyFactory()
        actor = get_staff(company)
        first, second = (
            partial(
                register_customer,
                company=company,
                actor=actor,
                details=Details(name=name, code=code),
            )
            for name, code in (("One", "vip"), ("Two", "VIP"))
        )

        refusal = run_behind(first, second)

        assert isinstance(refusal, CodeTakenError)
        assert refusal.holder == Customer.objects.get()

    def test_two_updates_cannot_take_one_email(self):
        company = CompanyFactory()
        actor = get_staff(company)
        first, second = (
            partial(
                update_customer,
                company=company,
                actor=actor,
                uid=customer.uid,
                details=Details(name=customer.name, email="same@example.sg"),
            )
            for customer in CustomerFactory.create_batch(2, company=company)
        )

        refusal = run_behind(first, second)

        assert isinstance(refusal, EmailTakenError)
        assert Customer.objects.get(email="same@example.sg") == refusal.holder

    def test_made_codes_are_all_different(self):
        company = CompanyFactory()
        actor = get_staff(company)

        results = run_together(
            *(
                partial(
                    register_customer,
                    company=company,
                    actor=actor,
                    details=Details(name=name),
                )
                for name in "abcdef"
            )
        )

        assert sorted(customer.code for customer in results) == [
            f"C00000{number}" for number in range(1, 7)
        ]

    def test_a_made_code_steps_aside_for_a_given_one(self):
        company = CompanyFactory()
        actor = get_staff(company)
        given = partial(
            register_customer,
            company=company,
            actor=actor,
            details=Details(name="Given", code="C000001"),
        )
        made = partial(
            register_customer,
            company=company,
            actor=actor,
            details=Details(name="Made"),
        )

        customer = run_behind(given, made)

        assert customer.code == "C000002"

    def test_a_repeat_that_races_the_first_returns_the_same(self):
        company, uid = CompanyFactory(), uuid7()
        actor = get_staff(company)
        call = partial(
            register_customer, company=company, actor=actor, details=WEI_JIE, uid=uid
        )

        repeated = run_behind(call, call)

        assert repeated == Customer.objects.get()
