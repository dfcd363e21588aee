import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils.timezone import now

from customers.models import Customer, LoyaltyProgramme, PointsEntry
from pos.access.demo_staff import PASSWORD
from pos.catalogue.barcodes import is_gtin
from pos.catalogue.codes import ScannedCode
from pos.catalogue.find_products import find_products
from pos.catalogue.restrictions import ClosedHours, read_restriction
from pos.models import (
    Barcode,
    Category,
    Company,
    Product,
    StaffMember,
    StockItem,
    StockMovement,
    Till,
)
from sales.demo.plan.facts import (
    PlannedConfirmation,
    PlannedCorrection,
    PlannedExchange,
    PlannedRefund,
    PlannedSale,
    PlannedVoid,
)
from sales.demo.plan.goods import (
    CATEGORIES,
    EXAMPLES,
    PRODUCTS,
    WEIGHED_EXAMPLE,
    WEIGHED_GRAMS,
)
from sales.demo.plan.month import WAYS_TO_PAY, Month
from sales.models import (
    CashMovement,
    FiscalDocument,
    Sale,
    SaleLine,
    SaleOperation,
    Shift,
    Tender,
    TenderConfirmation,
    TenderCorrection,
    ZReport,
)
from tests.support.factories import CompanyFactory

TODAY = date(2026, 11, 23)
ZONE = ZoneInfo("Asia/Singapore")
# The last link of each till's chain after three days of sales: till, links, hash. It
# changes when the canonical text of any document does, which no renaming may do.
CHAIN_HEADS = [
    ("1", 86, "becdb994fd6a8a1784cac3e730f79fc776bd5a67bf017f77ac75ddd861a645cd"),
    ("2", 81, "1ff36d0e15540fcf676a64d9ded84fec2b782e1813938026f3b69636f5aad15d"),
]


@pytest.fixture(scope="module")
def month():
    return Month(seed="1", today=TODAY, zone=ZONE, days=30)


class TestTheMonth:
    def test_is_a_month_of_both_tills(self, month):
        assert len(month.shifts) == 60
        assert {shift.till for shift in month.shifts} == {"1", "2"}
        assert month.days[0] == date(2026, 10, 24)
        assert month.days[-1] == TODAY - timedelta(days=1)
        assert all(20 <= len(shift.sales) <= 30 for shift in month.shifts)

    def test_is_busy_when_shops_are(self, month):
        hours = Counter(sale.at.hour for shift in month.shifts for sale in shift.sales)

        assert set(hours) <= set(range(7, 22))
        assert hours[18] > hours[14] * 2
        for shift in month.shifts:
            times = [sale.at for sale in shift.sales]
            assert [shift.opens_at, *times, shift.closes_at] == sorted(
                [shift.opens_at, *times, shift.closes_at]
            )

    @pytest.mark.exhaustive
    def test_is_the_same_for_the_same_seed_and_day(self, month):
        again = Month(seed="1", today=TODAY, zone=ZONE, days=30)
        other = Month(seed="2", today=TODAY, zone=ZONE, days=30)

        assert again.shifts == month.shifts
        assert again.morning == month.morning
        assert other.shifts != month.shifts

    def test_takes_a_few_things_back(self, month):
        refunds = planned(month, PlannedRefund)

        assert 5 <= len(refunds) <= 25
        assert {refund.is_restocked for refund in refunds} == {True, False}

    def test_has_everything_that_happens_at_a_till(self, month):
        sales = planned(month, PlannedSale)
        discounts = [discount for sale in sales for discount in sale.discounts]
        assert {discount.reason for discount in discounts} == {
            "Short dated",
            "Damaged",
            "Regular customer",
        }
        assert 40 <= sum(bool(sale.discounts) for sale in sales) <= 160
        assert 40 <= sum(sale.redeems_points for sale in sales) <= 160
        assert {sale.way_to_pay for sale in sales} == set(WAYS_TO_PAY)
        assert len(planned(month, PlannedExchange)) == 10
        assert len(planned(month, PlannedCorrection)) == 30
        assert 15 <= len(planned(month, PlannedVoid)) <= 45

    def test_waits_for_one_transfer_of_yesterday(self, month):
        pending = {s.key: s.at for s in planned(month, PlannedSale) if s.is_pending}
        seen = {act.sale for act in planned(month, PlannedConfirmation)}

        [waiting] = pending.keys() - seen
        assert len(pending) > 50
        assert pending[waiting].date() == month.days[-1]

    def test_nothing_comes_before_what_it_is_about(self, month):
        for shift in month.shifts:
            sold = {sale.key: sale.at for sale in shift.sales}
            for act in shift.acts:
                about = getattr(act, "sale", None)
                assert shift.opens_at < act.at <= shift.closes_at
                assert about is None or sold[about] < act.at

    def test_leaves_what_is_scarce_this_morning(self, month):
        scarce = {product.sku for product in PRODUCTS if product.on_hand is not None}

        sold = {line.product.sku for sale in month.morning.sales for line in sale.lines}

        assert not sold & scarce


def planned(month, kind):
    """All acts of one kind, in the order in which they happen."""
    return [
        act for shift in month.shifts for act in shift.acts if isinstance(act, kind)
    ]


def test_the_goods_are_a_minimart():
    codes = [product.barcode for product in PRODUCTS if product.number]

    assert len(PRODUCTS) == 67
    assert len({product.category for product in PRODUCTS}) == 9
    assert len({category.second_name for category in CATEGORIES} - {""}) == 9
    assert len(codes) == len(set(codes)) > 45
    assert all(is_gtin(code) for code in codes)
    assert sum(bool(product.second_name) for product in PRODUCTS) > 50
    # The favourites fill the till's grid.
    assert sum(product.is_favourite for product in PRODUCTS) == 30


def test_the_readme_names_barcodes_of_the_demo():
    codes = re.findall(r"\b\d{13}\b", (settings.BASE_DIR / "README.md").read_text())

    label = WEIGHED_EXAMPLE.label(WEIGHED_GRAMS)
    assert codes == [*(product.barcode for product in EXAMPLES), label]


@pytest.fixture
def run(db):
    def run(**options):
        output = StringIO()
        options = {"today": TODAY, "days": 3, "stderr": StringIO()} | options
        call_command("create_demo_shop", stdout=output, **options)
        return output.getvalue()

    return run


@pytest.mark.no_lock_check
class TestTheShop:
    def assert_alcohol_is_restricted(self):
        lager = Product.objects.with_restriction().get(sku="LAG330", containers=1)
        rule = read_restriction(lager.restriction_facts)
        assert (rule.name, rule.minimum_age) == ("Alcohol", 18)
        assert rule.closed == (ClosedHours(set(range(1, 8)), time(22, 30), time(7)),)

    def test_is_there_as_on_one_morning(self, run):
        progress = StringIO()
        output = run(stderr=progress)

        till = Till.objects.get(code="1")
        assert Company.objects.get().name == "Seng Poh Provisions"
        assert (Product.objects.count(), Category.objects.count()) == (67, 9)
        self.assert_alcohol_is_restricted()
        assert Category.objects.get(name="Bakery").second_name == "面包糕点"
        assert Customer.objects.count() == 30
        self.assert_traded()
        self.assert_everything_happened()
        self.assert_documents_are_as_ever()
        self.assert_the_readme_s_customer_may_redeem()
        assert progress.getvalue().splitlines() == [
            "The goods and people of the shop are there.",
            "Its sales are made; this morning is next.",
        ]
        assert Shift.objects.open().get().till == till
        parked = Sale.objects.parked().order_by("label")
        assert [(sale.label, sale.total, sale.till) for sale in parked] == [
            ("Red basket, uncle", Decimal("22.20"), till),
            ("Siti Rahmah", Decimal("14.45"), till),
        ]
        assert parked[1].customer.name == "Siti Rahmah"
        assert not Sale.objects.open().exists()
        low = StockItem.objects.filter(product__sku__in=["EGT", "BR6", "KKG250"])
        assert dict(low.values_list("product__sku", "on_hand")) == {
            "EGT": 0,
            "BR6": 4,
            "KKG250": 3,
        }
        assert not StockItem.objects.filter(on_hand__lt=0).exists()
        self.assert_people(output)
        self.assert_weighed(output)
        self.assert_made_once(run, output)

    def assert_made_once(self, run, output):
        """The next day, and with another seed, it is still the same shop."""
        before = Sale.objects.count()

        assert run(today=TODAY + timedelta(days=1), seed="2") == output
        assert Sale.objects.count() == before

    def assert_weighed(self, output):
        """A label of the shop's scale can be tried."""
        code = ScannedCode(WEIGHED_EXAMPLE.label(WEIGHED_GRAMS))
        found = find_products(company=Company.objects.get(), codes=[code])
        assert found.by_code[code].sku == WEIGHED_EXAMPLE.sku
        assert found.measure(code).weight == Decimal("1.25")
        assert code.text in output

    def assert_traded(self):
        sales = Sale.objects.finalized().filter(kind=Sale.Kind.SALE)
        days = Counter(sales.values_list("business_date", "till__code"))
        assert len(days) == 7
        assert all(20 <= days[day, code] <= 30 for day, code in days if day != TODAY)
        assert set(Tender.objects.values_list("kind", flat=True)) == {
            "cash",
            "card",
            "paynow",
            "nets",
            "cdc",
            "exchange",
        }
        assert sales.filter(customer__isnull=False).count() > 30
        assert PointsEntry.objects.exists()
        closed = Shift.objects.filter(closed_at__isnull=False)
        assert closed.count() == 6
        assert all(abs(shift.variance) <= 2 for shift in closed)
        assert set(Shift.objects.values_list("cashier__username", flat=True)) == {
            "meiling",
            "arjun",
            "hafiz",
        }

    def assert_everything_happened(self):
        """What a shop does in a month is there to be looked at."""
        [exchanged] = Sale.objects.filter(exchanged_for__isnull=False)
        refunds = Sale.objects.filter(kind=Sale.Kind.REFUND)
        assert refunds.exclude(pk=exchanged.pk).exists()
        lines = SaleLine.objects.filter(quantity__gt=0)
        assert {"Short dated", "Damaged"} == set(
            lines.filter(line_discount__gt=0).values_list("discount_reason", flat=True)
        )
        sales = Sale.objects.filter(kind=Sale.Kind.SALE)
        assert sales.filter(discount_reason="Regular customer").exists()
        assert sales.filter(points_redeemed__gt=0).exists()
        assert sales.filter(deposits__gt=0).exists()
        kinds = [
            {tender.kind for tender in sale.tenders.all()}
            for sale in sales.prefetch_related("tenders")
        ]
        assert {"card", "cash"} in kinds
        assert {"cdc", "cash"} in kinds
        [waiting] = Tender.objects.pending()
        assert waiting.sale.business_date == TODAY - timedelta(days=1)
        assert TenderConfirmation.objects.count() == 5
        moved = TenderCorrection.objects.values_list("kind_before", "kind_after")
        assert list(moved) == [("card", "nets")] * 3
        assert sales.filter(status=Sale.Status.VOIDED).exclude(void_reason="").exists()
        assert CashMovement.objects.filter(kind=CashMovement.Kind.DROP).count() == 6
        assert ZReport.objects.count() == 6

    def assert_the_readme_s_customer_may_redeem(self):
        """The README has the last digits of a phone number, a name and points."""
        readme = " ".join((settings.BASE_DIR / "README.md").read_text().split())
        promise = re.search(
            r"four digits: (\d{4}), ([\w ]+), who has (\d+) points", readme
        )
        digits, name, points = promise.groups()

        customer = Customer.objects.get(phone__endswith=digits)

        assert customer.name == name
        assert customer.points_balance >= int(points)
        assert int(points) >= LoyaltyProgramme.objects.get().redeem_min

    def assert_documents_are_as_ever(self):
        """Every byte of every document: the chain's head depends on all of them."""
        heads = Till.objects.order_by("code")
        assert (
            list(heads.values_list("code", "last_chain_no", "chain_head"))
            == CHAIN_HEADS
        )
        assert FiscalDocument.objects.count() == sum(
            links for _, links, _ in CHAIN_HEADS
        )

    def assert_people(self, output):
        roles = dict(StaffMember.objects.values_list("username", "role__code"))
        assert roles == {
            "meiling": "cashier",
            "arjun": "cashier",
            "hafiz": "supervisor",
            "siewlan": "owner",
        }
        for person in StaffMember.objects.all():
            assert person.check_password(PASSWORD)
            assert f"{person.username} " in output
        assert output.count(PASSWORD) == 4

    @pytest.mark.exhaustive
    def test_is_the_same_for_the_same_seed_and_day_uids_and_all(self, run):
        shops = []
        for _ in range(2):
            with transaction.atomic():
                run(days=1)
                shops.append(the_shop())
                transaction.set_rollback(True)

        assert shops[0] == shops[1]

    def test_is_not_made_beside_a_company(self, run):
        CompanyFactory()

        with pytest.raises(CommandError, match="in an empty database"):
            run()

        assert Company.objects.count() == 1
        assert not StaffMember.objects.exists()

    @pytest.mark.exhaustive
    @pytest.mark.parametrize("hour", [3, 7, 23])
    def test_nothing_happens_later_than_now(self, run, time_machine, hour):
        time_machine.move_to(datetime(2026, 11, 23, hour, 20, tzinfo=ZONE), tick=False)

        run(today=None, days=1)

        moments = [
            *Sale.objects.values_list("opened_at", flat=True),
            *Sale.objects.finalized().values_list("finalized_at", flat=True),
            *Sale.objects.parked().values_list("parked_at", flat=True),
            *Shift.objects.values_list("opened_at", flat=True),
            *StockMovement.objects.values_list("moved_at", flat=True),
        ]
        assert max(moments) == now()
        assert Shift.objects.open().get().business_date == TODAY
        assert Sale.objects.parked().count() == 2


def the_shop():
    """Everything that the shop's own uids, times and figures say of it."""
    tables = {
        Company: ["uid", "code"],
        Till: ["uid", "chain_head", "last_sale_number"],
        StaffMember: ["uid", "username"],
        Category: ["uid", "name", "second_name", "tint"],
        Product: ["uid", "sku", "price", "tile_position"],
        Barcode: ["code", "product__uid"],
        Customer: ["uid", "code", "points_balance", "registered_at"],
        Shift: ["uid", "opened_at", "closed_at", "counted_cash", "expected_cash"],
        Sale: ["uid", "receipt_number", "status", "total", "rounding", "finalized_at"],
        SaleLine: ["uid", "sale__uid", "position", "sku", "quantity", "total"],
        SaleOperation: ["uid", "sale__uid", "seq", "fingerprint"],
        Tender: ["sale__uid", "position", "kind", "tendered", "change", "reference"],
        TenderConfirmation: ["uid", "tender__sale__uid", "reference", "confirmed_at"],
        TenderCorrection: ["uid", "tender__sale__uid", "kind_after", "corrected_at"],
        FiscalDocument: ["sale__uid", "chain_no", "hash"],
        PointsEntry: ["source", "points", "balance_after", "entered_at"],
        StockMovement: ["source", "source_line", "kind", "quantity", "moved_at"],
    }
    return {
        model.__name__: sorted(model.objects.values_list(*columns), key=str)
        for model, columns in tables.items()
    }
