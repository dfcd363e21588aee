"""Search: customers are found by what staff type in one box."""

import pytest
from django.db import connection

from customers.models import Customer
from tests.support.factories import CompanyFactory, CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return CompanyFactory()


@pytest.fixture
def wei_jie(company):
    return CustomerFactory(
        company=company,
        code="C000123",
        name="Lim Wei Jie",
        email="weijie_lim@example.sg",
        phone="+6591234567",
    )


@pytest.mark.parametrize(
    "text",
    [
        "C000123",
        "c000123",
        "000123",
        "Lim Wei Jie",
        "wei",
        "WEI JIE",
        "jie lim",
        "  wei  ",
        "li",
        "j",
        "c0",
        "weijie_lim@example.sg",
        "WeiJie_Lim@EXAMPLE",
        "@example.sg",
        "9123 4567",
        "91234567",
        "+65 9123 4567",
        "+6591234567",
        "6591234567",
        "+65 91",
        "4567",
        "34567",
        "9123",
        "9123 45",
        "(9123) 4567",
        "９１２３４５６７",
    ],
)
def test_finds_by_code_name_email_or_phone(wei_jie, text):
    CustomerFactory(
        company=wei_jie.company, name="Rahul Menon", phone="+6588880000", code="Z9"
    )

    assert list(Customer.objects.matching(text)) == [wei_jie]


@pytest.mark.parametrize(
    "text",
    ["Siti", "wei siti", "im", "456", "2345", "+60 9123 4567", "9123 4568", "%", "\\"],
)
def test_finds_nobody_else(wei_jie, text):
    assert not Customer.objects.matching(text).exists()


@pytest.mark.parametrize("text", ["100%", "a_b", "O'Brien", "back\\slash", "🍜"])
def test_no_character_is_a_wildcard(company, text):
    customer = CustomerFactory(company=company, name=f"Name {text} here")
    CustomerFactory(company=company, name="Name 100x aXb OBrien backslash here")

    assert list(Customer.objects.matching(text)) == [customer]


@pytest.mark.parametrize("text", ["林", "伟杰"])
def test_one_sign_is_enough_where_names_are_short(company, text):
    customer = CustomerFactory(company=company, name="林伟杰")
    CustomerFactory(company=company, name="Lim Wei Jie")

    assert list(Customer.objects.matching(text)) == [customer]


@pytest.mark.parametrize("text", ["jose", "José", "NUNEZ jose", "j"])
def test_accents_do_not_matter(company, text):
    customer = CustomerFactory(company=company, name="José Núñez")
    CustomerFactory(company=company, name="Lim Wei Jie", code="X1", email=None)

    assert customer in Customer.objects.matching(text)


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_typed_is_everyone(wei_jie, text):
    assert list(Customer.objects.matching(text)) == [wei_jie]


@pytest.mark.no_books_check
def test_indexes_answer_where_there_are_many(company):
    _fill(company, 4_000)
    customers = Customer.objects.of_company(company.pk)

    for text in ("siti r", "4567", "4567890", "weijie", "C0250", "9000 1234", "zo"):
        plan = customers.active().matching(text).order_by("name", "code")[:25].explain()
        assert "customer_by_words" in plan, text
        assert "Seq Scan" not in plan, text
    assert "customer_code_once" in customers.with_code("c000777").explain()
    assert "customer_email_once" in customers.with_email("a@b.sg").explain()


def _fill(company, count):
    """So many customers that reading all of them would be the slower way."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_customer
                (uid, company_id, code, name, email, phone, address,
                 points_balance, is_active)
            SELECT gen_random_uuid(), %s, 'C' || lpad(n::text, 6, '0'),
                (ARRAY['Lim', 'Tan', 'Menon', 'Kamal', 'Goh', 'Nair'])[n %% 6 + 1]
                    || ' ' || md5(n::text),
                'member' || n || '@example.sg',
                '+658' || lpad((n * 331 %% 10000000)::text, 7, '0'), '', 0, true
            FROM generate_series(1, %s) AS n
            """,
            [company.pk, count],
        )
        # What the server does by itself a little later: the index takes in what
        # waits beside it, and the planner learns how many rows there are.
        cursor.execute("SELECT gin_clean_pending_list('customer_by_words')")
        cursor.execute("ANALYZE customers_customer")
