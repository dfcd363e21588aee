"""Prepared rows: they write what ``bulk_create`` and ``bulk_update`` write."""

from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pos.core.ids import uuid7
from pos.core.prepared_rows import PreparedRowInsert, PreparedRows, PreparedRowUpdate
from pos.models import Product, StockItem
from sales.models import Sale, SaleLine, SaleOperation
from tests.support.factories import (
    CustomerFactory,
    ShiftFactory,
    StockItemFactory,
    make_sale,
)

# Rows are written here that no service would write.
pytestmark = [pytest.mark.django_db, pytest.mark.no_books_check]


@pytest.fixture
def sale():
    return make_sale(ShiftFactory(), lines=3)


def operation(sale, seq, **changed):
    given = {
        "uid": uuid7(),
        "company_id": sale.company_id,
        "sale": sale,
        "seq": seq,
        "kind": SaleOperation.Kind.NOTE,
        "fingerprint": "0" * 64,
        "result": {"ok": True, "line": None, "message": 'say "kopi"'},
        "staff_member": sale.cashier,
    }
    return SaleOperation(**given | changed)


class TestUpdate:
    def test_each_row_gets_its_own_values_and_no_other_row_changes(self, sale):
        first, second, third = sale.lines.order_by("position")
        first.quantity, first.discount_reason = Decimal("2.500"), "Dented"
        second.quantity, second.removed_by = Decimal(7), uuid7()
        third.quantity = Decimal(9)
        update = PreparedRowUpdate(
            SaleLine, ["quantity", "removed_by", "discount_reason"]
        )

        with CaptureQueriesContext(connection) as queries:
            update.run([first, second])

        assert len(queries) == 1
        rows = SaleLine.objects.filter(sale=sale).order_by("position")
        read = rows.values_list("quantity", "removed_by", "discount_reason")
        assert list(read) == [
            (Decimal("2.500"), None, "Dented"),
            (Decimal(7), second.removed_by, ""),
            (Decimal(1), None, ""),
        ]

    def test_without_rows_the_database_is_not_asked(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            PreparedRowUpdate(SaleLine, ["quantity"]).run([])

    def test_what_has_no_room_is_refused_and_not_cut(self, sale):
        line = sale.lines.first()
        line.discount_reason = "x" * 1000

        with pytest.raises(DataError), transaction.atomic():
            PreparedRowUpdate(SaleLine, ["discount_reason"]).run([line])

    def test_a_row_that_is_given_twice_or_has_no_key_is_refused(self, sale):
        update = PreparedRowUpdate(SaleLine, ["quantity"])
        line = sale.lines.first()

        for rows in ([line, line], [SaleLine()]):
            with pytest.raises(ValueError, match="once"):
                update.run(rows)

    def test_a_foreign_key_is_named_with_or_without_its_id(self, sale):
        sale.customer = CustomerFactory(company=sale.company)

        PreparedRowUpdate(Sale, ["customer_id", "cashier"]).run([sale])

        assert Sale.objects.get().customer == sale.customer

    def test_runs_with_any_number_of_rows_by_the_same_statement(self):
        items = StockItemFactory.create_batch(5)
        update = PreparedRowUpdate(StockItem, ["on_hand"])
        for number, item in enumerate(items):
            item.on_hand = Decimal(number)

        with CaptureQueriesContext(connection) as queries:
            update.run(items[:1])
            update.run(items)

        assert len(queries) == 2
        kept = StockItem.objects.order_by("pk").values_list("on_hand", flat=True)
        assert list(kept) == [0, 1, 2, 3, 4]


class TestTogether:
    def test_all_is_written_by_one_statement_and_each_row_has_its_key(self, sale):
        line, *_others = sale.lines.order_by("position")
        line.quantity, sale.note = Decimal(4), "Two bags"
        rows = [operation(sale, seq) for seq in (5, 6)]
        write = PreparedRows(
            changed=PreparedRowUpdate(SaleLine, ["quantity"]),
            noted=PreparedRowInsert(SaleOperation),
            sale=PreparedRowUpdate(Sale, ["note"]),
        )

        with CaptureQueriesContext(connection) as queries:
            write.run(changed=[line], noted=rows, sale=[sale])
            write.run(changed=[], noted=[], sale=[])

        assert len(queries) == 2
        assert SaleLine.objects.get(pk=line.pk).quantity == 4
        assert Sale.objects.get().note == "Two bags"
        for row in rows:
            assert SaleOperation.objects.get(uid=row.uid).pk == row.pk

    def test_none_is_written_where_a_rule_refuses_one(self, sale):
        sale.note = "Two bags"
        write = PreparedRows(
            noted=PreparedRowInsert(SaleOperation),
            sale=PreparedRowUpdate(Sale, ["note"]),
        )

        with pytest.raises(IntegrityError), transaction.atomic():
            write.run(noted=[operation(sale, 5), operation(sale, 5)], sale=[sale])

        assert Sale.objects.get().note == ""


class TestInsert:
    def test_each_row_has_its_key_and_what_the_database_filled(self, sale):
        rows = [operation(sale, seq) for seq in (5, 6, 7)]
        before = timezone.now()

        with CaptureQueriesContext(connection) as queries:
            PreparedRowInsert(SaleOperation).run(rows)

        assert len(queries) == 1
        for row in rows:
            kept = SaleOperation.objects.get(uid=row.uid)
            assert (kept.pk, kept.seq) == (row.pk, row.seq)
            assert kept.result == row.result
            assert kept.recorded_at == row.recorded_at
            assert abs(row.recorded_at - before).total_seconds() < 60
            assert not row._state.adding

    def test_writes_what_bulk_create_writes(self, sale):
        line = sale.lines.order_by("position").first()
        copies = []
        for position, write in enumerate(
            (PreparedRowInsert(SaleLine).run, SaleLine.objects.bulk_create), start=8
        ):
            copy = SaleLine.objects.get(pk=line.pk)
            copy.pk, copy.uid, copy.position = None, uuid7(), position
            copy.modifiers, copy.offers = [{"name": "less sugar"}], []
            copy._state.adding = True
            write([copy])
            copies.append(copy.uid)

        one, other = SaleLine.objects.filter(uid__in=copies).order_by("pk").values()
        own = {"id", "uid", "position"}
        assert {k: v for k, v in one.items() if k not in own} == {
            k: v for k, v in other.items() if k not in own
        }

    def test_every_kind_of_value_is_written_as_it_is(self, sale):
        line = sale.lines.order_by("position").first()
        text = 'say "kopi" \\ 咖啡 <b> \u2028\n'
        changed = {
            "name": text,
            "quantity": Decimal("123456789.001"),
            "label_amount": None,
            "tax_rate": Decimal("0.0900"),
            "unit": Product.Unit.KILOGRAM,
            "modifiers": [{"name": text, "price": 0.5, "is_on": True, "none": None}],
            "removed_by": uuid7(),
        }
        for name, value in changed.items():
            setattr(line, name, value)
        line.pk, line.uid, line.position = None, uuid7(), 9

        PreparedRowInsert(SaleLine).run([line])

        kept = SaleLine.objects.get(pk=line.pk)
        assert {name: getattr(kept, name) for name in changed} == changed

    def test_a_field_that_makes_its_value_when_it_is_saved_is_refused(self):
        field = SaleOperation._meta.get_field("recorded_at")
        field.auto_now = True
        try:
            with pytest.raises(NotImplementedError):
                _ = PreparedRowUpdate(SaleOperation, ["recorded_at"]).compiled
        finally:
            field.auto_now = False

    def test_a_rule_of_the_table_refuses_all_rows(self, sale):
        rows = [operation(sale, 5), operation(sale, 5)]

        with pytest.raises(IntegrityError), transaction.atomic():
            PreparedRowInsert(SaleOperation).run(rows)

        assert not SaleOperation.objects.exists()
