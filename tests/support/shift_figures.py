"""Figures of shifts in tests: shifts at outlets of any zone, and what they came to."""

from datetime import UTC, date, datetime
from decimal import Decimal

from pos.models import TaxRate
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.finalize import finalize_sale
from sales.models import Sale, Shift, ShiftReason
from sales.shifts.close import close_shift
from tests.support.factories import (
    CompanyFactory,
    OutletFactory,
    ProductFactory,
    ShiftFactory,
    TillFactory,
)
from tests.support.refunds import make_refund, sell_products
from tests.support.tenders import card

D = Decimal


def close(shift: Shift, **closing) -> Shift:
    counted = closing.pop("counted", None)
    return close_shift(
        uid=shift.uid,
        counted_cash=expected_cash(shift) if counted is None else counted,
        actor=shift.cashier,
        **closing,
    )


def shift_at(zone: str = "", company=None, **fields) -> Shift:
    """A shift at an outlet in this zone; without tax, so that amounts are plain."""
    company = company or CompanyFactory(gst_number="", gst_registered_on=None)
    outlet = OutletFactory(company=company, time_zone=zone, **fields)
    return ShiftFactory(
        till=TillFactory(outlet=outlet),
        business_date=date(2026, 1, 1),
        opened_at=datetime(2026, 1, 1, 6, tzinfo=UTC),
    )


def rows(model, *columns, **where):
    found = model.objects.filter(**where).order_by(*columns)
    return list(found.values_list(*columns))


def reasons(shift: Shift):
    return {
        what: (count, amount)
        for what, count, amount in rows(
            ShiftReason, "what", "count", "amount", shift=shift
        )
    }


def a_closed_shift() -> Shift:
    shift = shift_at()
    sold = sell_products(shift, "10.00", tenders=[card(10)])
    make_refund(sold, 1, shift=shift)
    return close(shift)


def a_product(shift: Shift, price: str, **fields):
    fields.setdefault("is_tracked", False)
    return ProductFactory(company=shift.company, price=D(price), **fields)


def taxed_shift(rate: str = "0.09", **fields) -> Shift:
    company = CompanyFactory(
        gst_number="M1", gst_registered_on=date(2020, 1, 1), **fields
    )
    TaxRate.objects.filter(company=company, tax_code="SR").delete()
    TaxRate.objects.create(
        company=company, tax_code="SR", rate=D(rate), valid_from=date(2020, 1, 1)
    )
    return shift_at(company=company)


def finalize(sale, shift, *, tenders=None, actor=None, at=None):
    sale = Sale.objects.get(pk=sale.pk)
    finalize_sale(
        uid=sale.uid,
        tenders=[card(sale.total)] if tenders is None else tenders,
        actor=actor or shift.cashier,
        at=at,
    )
