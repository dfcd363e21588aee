"""The overview: five figures, what they are compared with, and what needs a look."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pos.models import AttemptAlarm, StaffMember, StockItem
from tests.support.factories import (
    CompanyFactory,
    OutletFactory,
    ShiftFactory,
    TillFactory,
)
from tests.support.owners import OWNER, READS, browser_of, make_reader
from tests.support.questions import sell_at
from tests.support.refunds import make_refund
from tests.support.report_pages import NOW
from tests.support.shift_figures import (
    a_product,
    close,
    shift_at,
    taxed_shift,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

D = Decimal
PAGE = "/overview/"


def figures(page) -> dict[str, str]:
    return {figure["label"]: figure["text"] for figure in page.context["figures"]}


def said(page) -> dict[str, str]:
    return {figure["label"]: figure["said"] for figure in page.context["figures"]}


def concerns(page) -> list[str]:
    return [concern["title"] for concern in page.context["concerns"]]


def test_five_figures_say_how_the_day_goes(shift, owner):
    sold = sell_at(shift, "10.00", "2026-03-16T01:00Z")
    sell_at(shift, "6.00", "2026-03-16T04:00Z")
    make_refund(sold, 1, shift=shift, at=datetime(2026, 3, 16, 5, tzinfo=UTC))

    page = owner.get(PAGE)

    assert page.context["heading"] == "Monday, 16 March"
    assert figures(page) == {
        "Sales": "S$6.00",
        "Discounts": "S$0.00",
        "Receipts": "2",
        "Average basket": "S$8.00",
        "Refunds": "−S$10.00",
    }


def test_a_registered_company_sees_sales_before_tax():
    shift = taxed_shift()
    sell_at(shift, "10.90", "2026-03-16T01:00Z")

    page = browser_of(make_reader(shift.company)).get(PAGE)

    assert figures(page)["Sales, GST included"] == "S$10.90"
    assert figures(page)["Sales before GST"] == "S$10.00"
    assert said(page)["Sales before GST"] == "GST 0.90"


def test_today_is_compared_up_to_the_same_minute_of_the_week_before(shift, owner):
    for at in ("01:00", "06:32", "06:33", "09:00"):
        sell_at(shift, "10.00", f"2026-03-09T{at}Z")
    sell_at(shift, "30.00", "2026-03-16T01:00Z")

    page = owner.get(PAGE)

    assert page.context["compared"] == "Compared with Mon 9 Mar up to 14:32"
    assert said(page)["Sales"] == "50.0% from 20.00"
    assert said(page)["Receipts"] == "50.0% from 2"
    # The chart shows the whole day before.
    chart = {row[0].text: row[3].text for row in page.context["times"].tables[0].rows}
    assert chart["14"] == "20.00"
    assert chart["17"] == "10.00"


def test_a_day_that_runs_is_compared_as_sales_by_day_do(shift, owner):
    for at in ("01:00", "06:32", "06:33", "09:00"):
        sell_at(shift, "10.00", f"2026-03-09T{at}Z")
    sell_at(shift, "7.00", "2026-03-15T01:00Z")
    sell_at(shift, "30.00", "2026-03-16T01:00Z")
    query = {"from": "2026-03-15", "to": "2026-03-16", "compare": "week"}

    page = owner.get(PAGE, query)
    report = owner.get(reverse("sales:report", args=["days"]), query)

    found = {row[0].value: row[3].text for row in page.context["times"].tables[0].rows}
    assert found == {"2026-03-15": "–", "2026-03-16": "20.00"}
    heads = [head.key for head in report.context["drawn"].tables[0].heads]
    by_day = {
        row[0].value: row[heads.index("total_before")].text
        for row in report.context["drawn"].tables[0].rows
    }
    assert by_day["2026-03-16"] == "20.00"
    assert said(page)["Sales"] == "85.0% from 20.00"


def test_more_refunds_are_no_good_news(shift, owner):
    sold = sell_at(shift, "10.00", "2026-03-09T01:00Z")
    make_refund(sold, 1, shift=shift, at=datetime(2026, 3, 9, 2, tzinfo=UTC))
    twice = sell_at(shift, "20.00", "2026-03-16T01:00Z")
    make_refund(twice, 1, shift=shift, at=datetime(2026, 3, 16, 2, tzinfo=UTC))

    refunds = owner.get(PAGE).context["figures"][-1]

    assert (refunds["icon"], refunds["tone"]) == ("up", "bad")
    assert refunds["said"] == "100.0% from 10.00"


def test_from_nothing_it_is_new_and_nothing_is_a_dash(shift, owner):
    sold = sell_at(shift, "10.00", "2026-03-09T01:00Z")
    make_refund(sold, 1, shift=shift, at=datetime(2026, 3, 16, 2, tzinfo=UTC))
    sell_at(shift, "10.00", "2026-03-16T01:00Z")

    changes = said(owner.get(PAGE))

    assert changes["Refunds"] == "new"


def test_no_figure_is_new_where_nothing_was_sold_before(shift, owner):
    sell_at(shift, "10.00", "2026-03-16T01:00Z")

    changes = said(owner.get(PAGE))

    assert "new" not in changes.values()
    assert changes["Sales"] == changes["Receipts"] == "–"


def test_the_year_is_where_the_language_has_it(shift, owner):
    def heading(since: str, until: str) -> str:
        return owner.get(PAGE, {"from": since, "to": until}).context["heading"]

    assert heading("2026-02-27", "2026-03-02") == "27 Feb to 2 Mar 2026"
    owner.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert heading("2026-03-01", "2026-03-16") == "2026年3月1日 至 3月16日"
    assert heading("2026-02-27", "2026-03-02") == "2026年2月27日 至 3月2日"
    assert heading("2025-12-30", "2026-01-02") == "2025年12月30日 至 2026年1月2日"


def test_a_month_has_a_row_for_each_day(shift, owner):
    sell_at(shift, "10.00", "2026-03-02T04:00Z")
    sell_at(shift, "6.00", "2026-03-16T04:00Z")

    page = owner.get(PAGE, {"period": "this-month"})

    rows = page.context["times"].tables[0].rows
    assert [row[0].value for row in rows] == ["2026-03-02", "2026-03-16"]
    assert page.context["heading"] == "1 to 16 Mar 2026"


def test_open_and_closed_shifts_are_added_up(shift, owner):
    sell_at(shift, "10.00", "2026-03-16T01:00Z")
    close(shift)
    till = TillFactory(outlet=shift.till.outlet)
    other = ShiftFactory(till=till, opened_at=shift.opened_at)
    sell_at(other, "5.00", "2026-03-16T02:00Z")

    page = owner.get(PAGE)

    assert figures(page)["Sales"] == "S$15.00"
    [still_open] = page.context["overview"].shifts
    assert (still_open.till, still_open.total) == (till.name, D(5))


def test_an_open_till_has_all_that_it_sold_while_today_is_looked_at(shift):
    may = (*OWNER, "sales.view_shift")
    owner = browser_of(make_reader(shift.company, may=may))
    sell_at(shift, "10.00", "2026-03-15T10:00Z")
    sell_at(shift, "5.00", "2026-03-16T01:00Z")

    today = owner.get(PAGE, {"period": "today"})
    yesterday = owner.get(PAGE, {"period": "yesterday"})
    before = owner.get(PAGE, {"from": "2026-03-14"})

    assert [one.total for one in today.context["overview"].shifts] == [D(15)]
    assert "Sales so far" in today.content.decode()
    for page in (yesterday, before):
        assert page.context["overview"].shifts is None
        assert "Sales so far" not in page.content.decode()
        assert "No till is open." not in page.content.decode()
        # That a shift was forgotten is said whatever is looked at.
        assert any("has been open for" in title for title in concerns(page))


def test_the_best_products_have_their_margin_and_open_their_receipts(shift, owner):
    sell_at(shift, "10.00", "2026-03-16T01:00Z", name="Kopi", cost=D(4))

    page = owner.get(PAGE)

    [row] = page.context["products"].rows
    assert [cell.text for cell in row] == ["Kopi", "1", "10.00", "60.0%"]
    assert reverse("sales:report_receipts") in row[2].url
    assert "product=" in row[2].url


def test_who_may_not_see_margin_or_staff_is_handed_neither(shift):
    sell_at(shift, "10.00", "2026-03-16T01:00Z", cost=D(4))
    reader = make_reader(shift.company, may=(READS, "pos.use_every_outlet"))

    page = browser_of(reader).get(PAGE)

    assert page.context["staff"] is None
    assert shift.till.name in page.content.decode()
    assert shift.cashier.name not in page.content.decode()
    assert [head.key for head in page.context["products"].heads] == [
        *("product", "quantity", "total")
    ]
    assert "Margin" not in page.content.decode()


def test_what_needs_a_look_leads_to_where_it_is(shift, owner):
    item = StockItem.objects.create(
        company=shift.company,
        outlet=shift.till.outlet,
        product=a_product(shift, "2.00", name="Butter Rolls", is_tracked=True),
    )
    # Nobody counts coffee, so it is never low.
    StockItem.objects.create(
        company=shift.company,
        outlet=shift.till.outlet,
        product=a_product(shift, "2.00", name="Kopi", is_tracked=False),
    )
    AttemptAlarm.objects.create(company=shift.company, raised_at=NOW)

    page = owner.get(PAGE)

    assert item.on_hand == 0
    assert "1 product is low" in concerns(page)
    # Who may not see tries learns nothing of them.
    assert not any("tries" in title for title in concerns(page))


def test_people_see_the_outlets_that_they_were_given(shift):
    elsewhere = OutletFactory(company=shift.company, name="Havelock")
    till = TillFactory(outlet=elsewhere)
    other = ShiftFactory(till=till, opened_at=shift.opened_at)
    sell_at(shift, "10.00", "2026-03-16T01:00Z")
    sell_at(other, "5.00", "2026-03-16T01:00Z")
    bound = tuple(name for name in OWNER if name != "pos.use_every_outlet")
    reader = make_reader(shift.company, may=bound, outlets=[elsewhere])

    page = browser_of(reader).get(PAGE, {"outlet": shift.till.outlet.code})

    assert figures(page)["Sales"] == "S$5.00"
    assert page.context["question"].notes == [
        "There is no such outlet. These are all that you may see."
    ]


def test_a_shop_that_never_sold_says_where_to_begin(shift, owner):
    page = owner.get(PAGE)

    assert "Nothing has been sold yet" in page.content.decode()
    assert figures(page)["Average basket"] == "–"


def test_a_day_without_sales_leads_to_the_last_one(shift, owner):
    sell_at(shift, "10.00", "2026-03-12T04:00Z")

    page = owner.get(PAGE)

    assert "?from=2026-03-12&amp;to=2026-03-12" in page.content.decode()


@pytest.mark.parametrize("may", [(), ("sales.view_sale",)])
def test_who_may_not_read_reports_is_refused(shift, may):
    assert browser_of(make_reader(shift.company, may=may)).get(PAGE).status_code == 403


def test_a_reader_who_may_not_enter_the_back_office_is_refused(shift):
    reader = make_reader(shift.company)
    reader.is_staff = False
    reader.save(update_fields=["is_staff"])

    assert browser_of(reader).get(PAGE, follow=True).status_code == 403


def test_an_administrator_is_asked_for_the_company():
    person = StaffMember.objects.create_superuser("root", "correct horse")

    assert browser_of(person).get(PAGE).url == reverse("admin:company")


def test_the_first_page_of_the_back_office_is_the_overview(shift, owner):
    assert owner.get(reverse("admin:index")).url == PAGE


def test_the_figures_alone_take_the_place_of_those_shown(shift, owner):
    page = owner.get(PAGE, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in page
    assert "key-figures" in page


@pytest.mark.parametrize(
    "query",
    [
        *({"period": "nonsense"}, {"from": "2026-99-99"}, {"from": "x", "to": "x"}),
        *({"outlet": "'--"}, {"compare": "tomorrow"}, {"from": "0001-01-01"}),
        {"from": "9999-12-31", "to": "0001-01-01", "compare": "year"},
    ],
)
def test_nonsense_is_answered_with_what_makes_sense(shift, owner, query):
    sell_at(shift, "10.00", "2026-03-16T01:00Z")

    assert owner.get(PAGE, query).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.no_books_check
@pytest.mark.parametrize("query", [{}, {"period": "this-month"}])
def test_it_takes_thirteen_statements_however_much_is_sold(query):
    shift = shift_at("Asia/Singapore")
    owner = browser_of(make_reader(shift.company))
    for hour in range(1, 6):
        sell_at(shift, "10.00", f"2026-03-16T0{hour}:00Z")
        sell_at(shift, "10.00", f"2026-03-09T0{hour}:00Z")
    owner.get(PAGE, query)

    with CaptureQueriesContext(connection) as found:
        owner.get(PAGE, query)

    asked = [one["sql"] for one in found if one["sql"] not in {"BEGIN", "ROLLBACK"}]
    assert len(asked) == 13, "\n".join(asked)


def test_another_company_is_not_added_up(shift, owner):
    sell_at(shift, "10.00", "2026-03-16T01:00Z")
    foreign = shift_at("Asia/Singapore", company=CompanyFactory())
    sell_at(foreign, "70.00", "2026-03-16T01:00Z")

    assert figures(owner.get(PAGE))["Sales"] == "S$10.00"
