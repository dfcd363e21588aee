"""Vouchers in files of past sales: they come back as the file says."""

import pytest
from django.core.management import CommandError

from sales.models import Sale
from tests.sales.history.conftest import HEADER
from tests.support.factories import ProductFactory, RestrictionFactory
from tests.support.refunds import list_tenders
from tests.support.vouchers import VoucherKindFactory

RICE = "1,RICE,Rice,1,2010-12-01T08:26,18.40,7,UK"
BEER = "1,BEER,Beer,1,2010-12-01T08:26,20.00,7,UK"
RICE_BACK = "C2,RICE,Rice,-1,2010-12-02T08:26,18.40,7,UK"
BEER_BACK = "C2,BEER,Beer,-1,2010-12-02T08:26,20.00,7,UK"


@pytest.fixture
def sell(replay, company, tmp_path):
    """Replay these lines in a company whose vouchers do not pay for beer today."""
    kind = VoucherKindFactory(company=company)
    alcohol = RestrictionFactory(company=company, name="Alcohol")
    kind.exclusions.create(company=company, restriction=alcohol)
    ProductFactory(company=company, sku="BEER", restriction=alcohol, is_tracked=False)

    def run(*lines: str):
        file = tmp_path / "payments.csv"
        file.write_text("\n".join([f"{HEADER},Payment", *lines]), encoding="utf-8")
        return replay(file=file)

    return run


def list_refunds() -> list[list[tuple[str, str]]]:
    refunds = Sale.objects.filter(kind="refund").order_by("pk")
    return [[(k, f"{a:.2f}") for k, a in list_tenders(one)] for one in refunds]


class TestWhatCameBack:
    def test_in_cash_is_booked_in_cash(self, sell):
        lines = (f"{RICE},cdc", f"{BEER},cash", f"{BEER_BACK},cash")

        result, _said = sell(*lines)

        assert list_refunds() == [[("cash", "-20.00")]]
        assert result["refunded"]["total"] == "20.00"
        assert sell(*lines)[0] == result

    def test_of_other_goods_than_a_voucher_pays_for_now(self, sell):
        lines = (f"{BEER},cdc", f"{RICE},cash", f"{BEER_BACK},cdc")

        result, _said = sell(*lines)

        assert list_refunds() == [[("cdc", "-20.00")]]
        assert sell(*lines)[0] == result

    def test_in_cash_is_the_vouchers_where_no_more_was_paid_in_cash(self, sell):
        """What vouchers paid never goes back in cash, in a file neither."""
        back = (f"{RICE_BACK},cash", f"{BEER_BACK},cash")
        lines = (f"{RICE},cdc", f"{BEER},cash", *back)

        result, _said = sell(*lines)

        assert list_refunds() == [[("cdc", "-18.40"), ("cash", "-20.00")]]
        assert sell(*lines)[0] == result

    def test_by_voucher_is_cash_to_the_cent_where_no_more_was_paid_by_voucher(
        self, sell, company
    ):
        company.cash_rounding = "nearest"
        company.save(update_fields=["cash_rounding"])
        rice, back = (one.replace("18.40", "18.42") for one in (RICE, RICE_BACK))
        lines = (f"{rice},cash", f"{BEER},cdc", f"{back},cdc", f"{BEER_BACK},cdc")

        result, _said = sell(*lines)

        assert list_refunds() == [[("cdc", "-20.00"), ("cash", "-18.42")]]
        assert sell(*lines)[0] == result

    def test_in_another_way_than_is_booked_is_refused(self, sell, capsys):
        sold = (f"{RICE},cdc", f"{BEER},cash")
        sell(*sold, f"{RICE_BACK},cash", f"{BEER_BACK},cash")

        with pytest.raises(CommandError, match="1 invoices were refused"):
            sell(*sold, f"{RICE_BACK},card", f"{BEER_BACK},card")

    def test_in_cash_of_what_vouchers_paid_alone_is_named(self, sell, capsys):
        with pytest.raises(CommandError, match="1 invoices were refused"):
            sell(f"{RICE},cdc", f"{RICE_BACK},cash")

        assert "goes back by voucher only" in capsys.readouterr().err
        assert not list_refunds()
