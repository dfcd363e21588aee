"""Prepared queries: they answer as the querysets they are made from."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, LoyaltyProgramme, PointsEntry
from pos.core.ids import uuid7
from pos.core.prepared import (
    Param,
    Prepared,
    PreparedInsert,
    PreparedUpdate,
    any_of,
    value_at_position,
)
from pos.models import Company, Product, StockItem
from sales.basket.new_sale import new_sale
from sales.models import Sale
from tests.support.factories import (
    CategoryFactory,
    CompanyFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    ShiftFactory,
    StockItemFactory,
)

pytestmark = pytest.mark.django_db


def test_returns_the_rows_of_the_values_given():
    first, second = ProductFactory.create_batch(2)
    by_sku = Prepared(Product.objects.filter(sku=Param("sku")))

    assert by_sku.all(sku=first.sku) == [first]
    assert by_sku.first(sku=second.sku) == second
    assert by_sku.first(sku="neither") is None


def test_brings_what_is_selected_with_it_and_leaves_out_what_is_deferred():
    item = StockItemFactory()
    items = Prepared(
        StockItem.objects.filter(pk=Param("pk"))
        .select_related("product", "outlet")
        .defer("product__description")
    )

    with CaptureQueriesContext(connection) as queries:
        [found] = items.all(pk=item.pk)
        read = (found.product.name, found.outlet.name, found.on_hand)

    assert read == (item.product.name, item.outlet.name, item.on_hand)
    assert len(queries) == 1
    assert found.product.get_deferred_fields() == {"description"}


def test_follows_foreign_keys_of_foreign_keys_and_those_that_are_null():
    category = CategoryFactory()
    with_one = StockItemFactory(
        outlet__company=category.company, product__category=category
    )
    without = StockItemFactory()
    items = StockItem.objects.select_related("product__category").order_by("pk")

    with CaptureQueriesContext(connection) as queries:
        found = Prepared(items).all()
        categories = [item.product.category for item in found]

    assert categories == [category, None]
    assert [item.product for item in found] == [with_one.product, without.product]
    assert len(queries) == 1


def test_makes_the_models_that_the_queryset_makes():
    category = CategoryFactory()
    StockItemFactory(outlet__company=category.company, product__category=category)
    items = StockItem.objects.select_related("product__category", "outlet").only(
        "on_hand", "outlet", "product__name", "product__category__name"
    )

    [found], [expected] = Prepared(items).all(), items

    assert facts(found) == facts(expected)


def facts(row: models.Model) -> dict:
    """All that the row and the rows which it brings along know."""
    related = row._state.fields_cache
    return {
        "values": {k: v for k, v in vars(row).items() if k != "_state"},
        "state": (row._state.db, row._state.adding),
        "related": {name: other and facts(other) for name, other in related.items()},
    }


@pytest.mark.parametrize("count", [0, 1, 3])
def test_any_of_takes_any_number_of_values(count):
    products = ProductFactory.create_batch(3)[:count]
    chosen = Prepared(
        Product.objects.filter(any_of("pk", Param("keys"))).order_by("pk")
    )

    assert chosen.all(keys=[product.pk for product in products]) == products


def test_updates_many_rows_each_by_its_own_value():
    first, second, other = ProductFactory.create_batch(3, price=9)
    set_prices = PreparedUpdate(
        Product.objects.filter(any_of("pk", Param("keys"))),
        price=value_at_position("prices", "keys", "pk"),
    )

    changed = set_prices.run(keys=[second.pk, first.pk], prices=[2, 1])

    prices = dict(Product.objects.values_list("pk", "price"))
    assert changed == 2
    assert prices == {first.pk: 1, second.pk: 2, other.pk: 9}


def test_locks_as_the_queryset_does_and_only_in_a_transaction():
    locked = Prepared(Product.objects.filter(pk=Param("pk")).locked())

    with CaptureQueriesContext(connection) as queries:
        locked.all(pk=1)

    assert queries[0]["sql"].endswith('FOR NO KEY UPDATE OF "pos_product"')


@pytest.mark.django_db(transaction=True)
def test_refuses_a_lock_that_nothing_would_hold():
    locked = Prepared(Product.objects.filter(pk=Param("pk")).locked())
    with transaction.atomic():
        locked.all(pk=1)

    with pytest.raises(transaction.TransactionManagementError):
        locked.all(pk=1)


@pytest.mark.no_books_check
def test_updates_from_what_is_there():
    item = StockItemFactory()
    other = StockItemFactory()
    add = PreparedUpdate(
        StockItem.objects.filter(pk=Param("pk")),
        on_hand=F("on_hand") + Param("quantity"),
    )

    assert [add.run(pk=item.pk, quantity=n) for n in (2, 3)] == [1, 1]

    item.refresh_from_db()
    other.refresh_from_db()
    assert (item.on_hand, other.on_hand) == (5, 0)


@pytest.mark.no_books_check
def test_inserts_a_row_and_brings_back_what_the_database_made_of_it():
    customer = CustomerFactory()
    entry = PointsEntry(
        company_id=customer.company_id,
        customer=customer,
        kind=PointsEntry.Kind.EARN,
        points=3,
        balance_after=3,
        source=uuid7(),
        entered_at=datetime(2026, 11, 23, tzinfo=UTC),
    )

    PreparedInsert(PointsEntry).run(entry)

    stored = PointsEntry.objects.get(pk=entry.pk)
    assert (stored.recorded_at, stored.kind) == (entry.recorded_at, "earn")
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(update_fields=["points"])  # it is there, and permanent


def test_an_insert_writes_a_value_for_which_the_database_has_a_default():
    shift = ShiftFactory()
    sale = new_sale(uid=uuid7(), till=shift.till, actor=shift.cashier)
    sale.opened_at, sale.deposits = datetime(2026, 11, 23, tzinfo=UTC), Decimal("0.30")

    PreparedInsert(Sale).run(sale)

    assert sale.deposits == Sale.objects.get().deposits == Decimal("0.30")


def test_leaves_a_row_alone_whose_unique_fields_are_taken():
    taken = StockItemFactory()
    claim = PreparedInsert(StockItem, ignore_conflicts=True)

    again = claim.run(
        StockItem(company=taken.company, outlet=taken.outlet, product=taken.product)
    )
    other = claim.run(
        StockItem(
            company=taken.company,
            outlet=taken.outlet,
            product=ProductFactory(company=taken.company),
        )
    )

    assert again.pk is None
    assert set(StockItem.objects.all()) == {taken, other}


def test_adds_what_is_annotated():
    ProductFactory(price=Decimal("4.50"))

    [product] = Prepared(Product.objects.annotate(twice=F("price") * 2)).all()

    assert (product.price, product.twice) == (Decimal("4.50"), Decimal("9.00"))


def test_makes_models_as_the_orm_does():
    ProductFactory()
    products = Product.objects.select_related("company").defer("description")

    [prepared], [usual] = Prepared(products).all(), list(products)
    attributes = [
        {**vars(model), "_state": None}
        for model in (prepared, usual, prepared.company, usual.company)
    ]
    prepared.name = "Another"
    prepared.save()

    assert attributes[0] == attributes[1]
    assert attributes[2] == attributes[3]
    assert prepared.description == usual.description  # fetched when it is asked for
    assert [product.name for product in Product.objects.all()] == ["Another"]


def test_compiling_a_query_changes_nothing_that_another_thread_compiles():
    items = StockItem.objects.select_related("product")

    Prepared(items).all()

    assert items.query.alias_refcount == {}


def test_refuses_models_that_do_more_when_they_are_made():
    def listen(**_: object) -> None: ...

    post_init.connect(listen, sender=Product)
    try:
        with pytest.raises(NotImplementedError):
            Prepared(Product.objects.all()).all()
    finally:
        post_init.disconnect(listen, sender=Product)


def test_converts_what_is_more_than_its_column():
    customer = CustomerFactory(phone="+6561234567")

    [found] = Prepared(Customer.objects.all()).all()

    assert found.phone.as_e164 == customer.phone.as_e164 == "+6561234567"


def test_follows_a_relation_of_one_to_one_from_either_end():
    programme = LoyaltyProgrammeFactory()
    without = CompanyFactory()
    programmes = LoyaltyProgramme.objects.select_related("company")
    companies = Company.objects.select_related("loyalty_programme").order_by("pk")

    with CaptureQueriesContext(connection) as queries:
        [found] = Prepared(programmes).all()
        same = found.company.loyalty_programme is found
        first, second = Prepared(companies).all()
        other = first.loyalty_programme.company is first
        has_none = not hasattr(second, "loyalty_programme")

    assert (found, first, second) == (programme, programme.company, without)
    assert (same, other, has_none) == (True, True, True)
    assert len(queries) == 2
