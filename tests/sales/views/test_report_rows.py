"""Rows of X and Z reports: each has its figures, on every screen and paper."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from sales.checkout.errors import DrawerShortError
from sales.checkout.finalize import finalize_sale
from sales.checkout.tenders import CORRECTS, correct_tender
from sales.models import CashMovement, Tender, ZReport
from sales.shifts.cash_movements import CashMove, record_cash_movement
from sales.shifts.close import close_shift
from tests.support.cashier import Cashier
from tests.support.devices import client_at, enrol
from tests.support.factories import (
    DeviceFactory,
    ProductFactory,
    StaffMemberFactory,
)
from tests.support.refunds import make_refund
from tests.support.tenders import card, cash, give_back, take_part

pytestmark = pytest.mark.django_db

OWNER = (
    "sales.sell",
    "sales.close_shift",
    "sales.move_cash",
    "sales.open_drawer",
    "sales.approve_variance",
    "sales.view_expected",
    "sales.view_zreport",
)


@pytest.fixture
def owner(company):
    return StaffMemberFactory(
        company=company, name="Siew Lan", may=OWNER, is_staff=True
    )


@pytest.fixture
def office(owner, till):
    client = client_at(till, owner)
    enrol(client, till)
    return client


@pytest.fixture
def busy(shift, owner):
    """A shift with something in every row; three of its four sales are discounted."""
    colleague = StaffMemberFactory(company=shift.company)
    for discounts in ({"line", "sale"}, {"line"}, {"sale"}, set()):
        cashier = Cashier(shift, actor=colleague)
        product = ProductFactory(company=shift.company, price=Decimal(30))
        cashier.scan(product.sku)
        line = str(cashier.lines[-1].uid)
        if "line" in discounts:
            cashier.do("discount_line", line=line, amount="1.11", reason="Dented")
        if "sale" in discounts:
            cashier.do("discount_sale", amount="2.22", reason="Dented")
        basket = cashier.sale
        given_back = take_part(basket, cash("3.35"))
        give_back(given_back)
        sale = finalize_sale(
            uid=basket.uid, tenders=[card(basket.total)], actor=shift.cashier
        )
    make_refund(sale, 1, shift=shift, actor=colleague)
    for kind, amount in (("pay_in", 41), ("drop", 7), ("no_sale", 0)):
        move(shift, kind, amount, actor=owner)
    with pytest.raises(DrawerShortError):
        move(shift, "pay_out", 900, actor=owner)
    return shift


def move(shift, kind, amount, *, actor):
    cash_move = CashMove(CashMovement.Kind(kind), Decimal(amount), "Change bought")
    record_cash_movement(uid=uuid7(), till=shift.till, move=cash_move, actor=actor)


def rows_in(html):
    """Return the texts of the cells of each row of the tables."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.S)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) for row in rows]
    return [
        [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in row]
        for row in cells
        if row
    ]


def test_no_row_has_an_empty_cell(office, busy):
    x_report = office.get(reverse("sales:shifts")).content.decode()
    count = {"uid": str(uuid7()), "amount": "134.00"}
    office.post(reverse("sales:shift_count", args=[busy.uid]), count)
    closing = office.get(reverse("sales:shift_close", args=[busy.uid])).content.decode()

    assert ["Discounts", "3", "6.66"] in rows_in(x_report)
    for page in (x_report, closing):
        assert ["Total", "5", "83.34"] in rows_in(page)
        assert [row for row in rows_in(page) if "" in row] == []


def test_the_screen_counts_payments_as_the_paper_does(office, busy, company):
    correct_tender(
        uid=uuid7(),
        tender=Tender.objects.filter(kind="card").earliest("pk"),
        kind="paynow",
        reference="",
        reason="Other terminal",
        actor=StaffMemberFactory(company=company, may=[CORRECTS]),
    )

    report = office.get(reverse("sales:shifts")).content.decode()
    screen, paper = report.split('<article class="paper">')
    count = {"uid": str(uuid7()), "amount": "134.00"}
    office.post(reverse("sales:shift_count", args=[busy.uid]), count)
    closing = office.get(reverse("sales:shift_close", args=[busy.uid])).content.decode()

    payments = [
        ["Card", "4", "113.34"],
        ["Refunds Card", "1", "−30.00"],
        ["Corrected Card", "–", "−26.67"],
        ["Corrected PayNow", "–", "26.67"],
        ["Total", "5", "83.34"],
    ]
    for page in (screen, closing):
        assert [row for row in rows_in(page) if row in payments] == payments
    for name, number, amount in payments[:-1]:
        label = name if number == "–" else f"{name}, {number}"
        assert [label, amount] in rows_in(paper)


def test_the_sheet_says_what_the_roll_says(office, busy, owner):
    close_shift(
        uid=busy.uid,
        counted_cash=Decimal("134.00"),
        actor=owner,
        variance_reason="Unknown",
    )
    page = office.get(reverse("sales:z_report", args=[busy.uid])).content.decode()
    report = ZReport.objects.get()
    in_office = office.get(
        reverse("admin:sales_zreport_change", args=[report.pk])
    ).content.decode()

    roll = page[page.index('<article class="paper">') :]
    sheets = [
        html[html.index('<article class="report-sheet">') :].split("</article>")[0]
        for html in (page, in_office)
    ]
    # But for the number of receipts and refunds, which the sheet has in two rows.
    said = [row[-1] for row in rows_in(roll) if row[0] != "Receipts, refunds"]
    assert len(said) > 30
    for sheet in sheets:
        assert [row for row in rows_in(sheet) if "" in row] == []
        assert ["Refused cash outs", "1"] in rows_in(sheet)
        text = " ".join(re.sub(r"<[^>]+>", " ", sheet).split())
        assert [value for value in said if value not in text] == []


def test_what_a_device_sold_is_said_in_words(office, shift, owner):
    product = ProductFactory(company=shift.company)
    for name, times in (("Counter", 1), ("Phone", 2)):
        device = DeviceFactory(till=shift.till, name=name)
        for _ in range(times):
            cashier = Cashier(shift, device=device)
            cashier.scan(product.sku)
            tenders = [card(cashier.sale.total)]
            sale = finalize_sale(
                uid=cashier.uid, tenders=tenders, actor=shift.cashier, device=device
            )
    make_refund(sale, 1, shift=shift, device=device)

    pages = [office.get(reverse("sales:shifts")).text]
    close_shift(uid=shift.uid, counted_cash=shift.opening_float, actor=owner)
    pages += office.get(reverse("sales:z_report", args=[shift.uid])).text.split(
        '<article class="paper">'
    )

    for page in pages:
        said = [name for name, *_ in rows_in(page)]
        assert "Counter, 1 sale" in said
        assert "Phone, 2 sales, 1 refund" in said
