"""Bulk books: what SQL copies is what the services would have written."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from config.localdb.conf import SUPERUSER
from pos.core.ids import uuid7
from pos.models import StaffMember, Till
from sales.basket.create import NewLine, create_open_sale
from sales.books.run import verify
from sales.checkout.finalize import finalize_sale
from sales.checkout.fiscal_text import sale_text, z_report_text
from sales.models import FiscalDocument, Sale, SaleLine, ZReport
from sales.shifts.open import open_shift
from tests.benchmark.bulk.maker import make_books
from tests.support.tenders import cash

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.exhaustive,
    pytest.mark.no_lock_check,  # the demo shop's services, and plain SQL
]


def test_big_books_hold_to_the_last_letter_and_go_on():
    database = connection.settings_dict
    conninfo = f"host={database['HOST']} dbname={database['NAME']} user={SUPERUSER}"

    made = make_books(
        conninfo,
        sales=600,
        today=date(2026, 11, 25),
        sales_of_shift=(2, 4),
        weeks_max=12,
    )

    assert made >= 600
    assert Sale.objects.finalized().count() == made
    finished = SaleLine.objects.filter(sale__status="finalized")
    assert finished.exclude(removed_by=None).exists()
    assert [o.check.id for o in verify() if not o.is_clean] == []
    last = FiscalDocument.objects.exclude(sale=None).latest("pk")
    for document in [last, *FiscalDocument.objects.filter(kind="refund")[:3]]:
        assert document.text == _text_of(document)
    z_report = ZReport.objects.select_related("shift__cashier").latest("pk")
    assert z_report.fiscal_document.text == _text_of_z(z_report)
    sale = _sell_at(Till.objects.select_related("company").latest("pk"))
    assert sale.number == sale.till.last_sale_number > 12


def _text_of(document: FiscalDocument) -> str:
    sale = Sale.objects.for_receipt().get(pk=document.sale_id)
    return sale_text(
        sale=sale,
        till=sale.till,
        chain_no=document.chain_no,
        lines=sale.receipt_lines,
        tenders=sale.tenders.all(),
    )


def _text_of_z(z_report: ZReport) -> str:
    shift = z_report.shift
    return z_report_text(
        z_report=z_report,
        shift=shift,
        till=Till.objects.select_related("company", "outlet").get(pk=shift.till_id),
        chain_no=z_report.fiscal_document.chain_no,
        pieces=shift.counts.filter(moment="closing").latest("pk").pieces,
    )


def _sell_at(till: Till) -> Sale:
    """One more sale, by the services."""
    actor = StaffMember.objects.get(username="siewlan")
    open_shift(uid=uuid7(), till=till, opening_float=Decimal(100), actor=actor)
    product = till.company.products.get(sku="KOPI")
    sale = create_open_sale(
        uid=uuid7(), till=till, lines=[NewLine(product, Decimal(1))], actor=actor
    )
    finalize_sale(uid=sale.uid, tenders=[cash(Decimal("1.60"))], actor=actor)
    return Sale.objects.select_related("till").get(pk=sale.pk)
