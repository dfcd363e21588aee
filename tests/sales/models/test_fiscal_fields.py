"""Fiscal fields: every column is said by the document, or there is a reason why not."""

import json
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from sales.checkout.finalize import finalize_sale
from sales.models import FiscalDocument, Sale, SaleLine, Tender
from sales.models.fiscal_fields import LINE, SALE, TENDER
from tests.support.cashier import Cashier
from tests.support.factories import ProductFactory, ShiftFactory, make_sale
from tests.support.refunds import make_refund
from tests.support.tenders import card

ROWS = {Sale: SALE, SaleLine: LINE, Tender: TENDER}


def written_columns(model) -> set[str]:
    return {
        field.column for field in model._meta.concrete_fields if not field.generated
    }


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_every_column_is_an_entry_once(model):
    row = ROWS[model]
    said = [name for field in (*row.said, *row.optional) for name in field.columns]
    entries = [*said, *row.not_said, *row.moving]

    assert sorted(entries) == sorted(written_columns(model))


@pytest.mark.django_db
def test_the_trigger_keeps_the_columns_of_the_table():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgname = 'sales_saleline_update_of_finished_sale'"
        )
        [definition] = cursor.fetchone()

    assert set(re.findall(r'old\."?(\w+)', definition)) == LINE.permanent


@pytest.mark.django_db
class TestTheText:
    def test_says_nothing_of_what_is_neutral(self):
        shift = ShiftFactory()
        sale = make_sale(shift)

        finalize_sale(uid=sale.uid, tenders=[card(sale.total)], actor=shift.cashier)

        document = json.loads(FiscalDocument.objects.get().text)
        assert not {field.name for field in SALE.optional} & document.keys()
        assert len(document["lines"][0]) == len(LINE.said)

    def test_says_what_is_not_neutral_and_a_refund_has_it_too(self):
        shift = ShiftFactory()
        product = ProductFactory(company=shift.company, price=99)
        cashier = Cashier(shift)
        line = str(cashier.scan(product.sku).line)
        cashier.do("override_price", line=line, price="90", reason="Damaged box")
        sale = cashier.sale
        now = timezone.now()
        sale.lines.update(
            points_factor=Decimal("1.5"),
            serial="SN-1",
            modifiers=[["Extra shot", "0.500"]],
        )
        Sale.objects.filter(pk=sale.pk).update(coupon_value=1, priced_at=now)

        finalize_sale(uid=sale.uid, tenders=[card(sale.total)], actor=shift.cashier)
        make_refund(sale, 1, shift=shift)

        said = {
            "base_price": "99.000",
            "price_source": "override",
            "priced_by": str(shift.cashier.uid),
            "points_factor": "1.50",
            "serial": "SN-1",
            "modifiers": [["Extra shot", "0.500"]],
        }
        sold, returned = (
            json.loads(each.text) for each in FiscalDocument.objects.order_by("pk")
        )
        assert sold["lines"][0][-1] == said
        assert returned["lines"][0][-1] == said | {"original": 1}
        assert sold["coupon_value"] == "1.000"
        assert sold["priced_at"] == now.isoformat()
        assert "Damaged" not in json.dumps(sold)
