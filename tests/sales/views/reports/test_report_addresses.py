"""Addresses of figures: what was chosen stays chosen on the way there and back."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.urls import reverse

from sales.reports import receipts
from sales.reports.every import REPORTS
from sales.reports.periods import PeriodName, read_period, read_step
from tests.config.hostile import Forms
from tests.support.factories import OutletFactory
from tests.support.owners import browser_of, make_reader
from tests.support.questions import sell_at
from tests.support.shift_figures import shift_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

OVERVIEW = "/overview/"
DAYS = "/reports/days/"
RECEIPTS = "/reports/receipts/"
TODAY = date(2026, 3, 16)


@pytest.fixture
def shift():
    return shift_at("Asia/Singapore", name="Ang Mo Kio")


@pytest.fixture
def owner(shift):
    OutletFactory(company=shift.company, code="HAV", name="Havelock")
    return browser_of(make_reader(shift.company))


class Links(HTMLParser):
    """The addresses that a page links to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [text or "" for name, text in attrs if (tag, name) == A_LINK]


A_LINK = ("a", "href")


def fields_of(address: str) -> dict[str, str]:
    return QueryDict(address.partition("?")[2]).dict()


def form_with(page, name: str) -> dict[str, str]:
    """The fields that the form with this one sends."""
    return next(
        fields for _, method, fields in Forms(page.text, "").found
        if method == "get" and name in fields
    )  # fmt: skip


def choose(client, path: str, page, **changed: str):
    """Send the form that has these fields, as a browser does."""
    [first, *_rest] = changed
    return client.get(path, form_with(page, first) | changed)


@pytest.mark.parametrize("path", [OVERVIEW, DAYS])
@pytest.mark.parametrize("period", ["", "today", "this-week"])
def test_another_outlet_leaves_the_period_its_name(shift, owner, path, period):
    sell_at(shift, "10.00", "2026-03-16T01:00Z")
    query = {"period": period} if period else {}
    page = owner.get(path, {**query, "compare": "year"})

    there = choose(owner, path, page, outlet="HAV")

    was, now = page.context["question"], there.context["question"]
    assert [outlet.code for outlet in now.chosen] == ["HAV"]
    assert now.period.name == was.period.name
    assert now.comparison == was.comparison == "year"
    chosen = [choice.value for choice in there.context["filters"].periods
              if choice.is_chosen]  # fmt: skip
    assert chosen == [now.period.name]


def test_another_comparison_leaves_the_period_its_name(shift, owner):
    page = owner.get(OVERVIEW, {"period": "today", "outlet": "HAV"})

    there = choose(owner, OVERVIEW, page, compare="year")

    question = there.context["question"]
    assert (question.period.name, question.comparison) == ("today", "year")
    assert [outlet.code for outlet in question.chosen] == ["HAV"]
    # The page asks for itself by that name, also after midnight.
    assert 'hx-get="/overview/?' in there.text
    asked = fields_of(f"?{there.context['address']}")
    assert asked == {"period": "today", "compare": "year", "outlet": "HAV"}


def test_other_dates_are_those(shift, owner):
    page = owner.get(OVERVIEW, {"period": "today", "outlet": "HAV"})

    there = choose(owner, OVERVIEW, page, **{"from": "2026-03-10"})

    period = there.context["question"].period
    assert (period.name, period.since, period.until) == (
        *("own", date(2026, 3, 10)),
        TODAY,
    )
    asked = fields_of(f"?{there.context['address']}")
    assert {"from", "to", "outlet"} <= {*asked}
    assert "period" not in asked


def test_other_dates_keep_how_a_report_is_shown(shift, owner):
    page = owner.get(DAYS, {"step": "week", "sort": "-total", "outlet": "HAV"})

    there = choose(owner, DAYS, page, **{"from": "2026-03-02"})

    question = there.context["question"]
    assert (question.step, question.sort) == ("week", "-total")
    assert [outlet.code for outlet in question.chosen] == ["HAV"]


@pytest.mark.parametrize(
    ("since", "until", "name"),
    [
        ("2026-03-16", "2026-03-16", PeriodName.TODAY),
        ("2026-03-15", "2026-03-15", PeriodName.OWN),
        ("2026-03-15", "2026-03-16", PeriodName.OWN),
        ("2026-03-15", "", PeriodName.OWN),
        ("", "", PeriodName.TODAY),
        ("nonsense", "2026-99-99", PeriodName.TODAY),
    ],
)
def test_a_name_counts_beside_dates_that_are_its_own(since, until, name):
    query = {"period": "today", "from": since, "to": until}

    assert read_period(query, today=TODAY).name == name


def back_of(page) -> str:
    """Where the page of receipts leads back to."""
    query = page.context["report_query"]
    address = reverse("sales:report", args=[page.context["report_name"]])
    assert f"{address}?{query}".replace("&", "&amp;") in page.text
    return f"{address}?{query}"


def open_cell(client, page, key: str = "total"):
    [table, *_others] = page.context["drawn"].tables
    place = [head.key for head in table.heads].index(key)
    return client.get(next(row[place].url for row in table.rows if row[place].url))


def test_receipts_lead_back_to_what_was_chosen(shift, owner):
    sell_at(shift, "10.00", "2026-03-12T01:00Z")
    query = {
        "period": "this-month",
        "outlet": shift.till.outlet.code,
        "compare": "before",
        "step": "week",
        "sort": "-total",
    }
    page = open_cell(owner, owner.get(DAYS, query))

    back = back_of(page)

    assert fields_of(back) == query
    assert owner.get(back).context["question"].period.name == "this-month"


def test_receipts_of_a_month_lead_back_to_the_whole_period(shift, owner, monkeypatch):
    monkeypatch.setattr(receipts, "LISTED_MAX", 1)
    for day in ("2026-02-11", "2026-02-12", "2026-03-12"):
        sell_at(shift, "10.00", f"{day}T01:00Z")
    query = {"period": "this-year", "show": "receipts", "compare": "year"}
    whole = open_cell(owner, owner.get("/reports/staff/", query))
    # A year, a month of it, and a day of that.
    month = owner.get(RECEIPTS + whole.context["parts"][1].url)
    day = owner.get(RECEIPTS + month.context["parts"][0].url)

    assert (len(day.context["rows"]), day.context["period"]) == (1, "12 Feb 2026")
    for page in (whole, month, day):
        assert back_of(page).startswith("/reports/staff/")
        assert fields_of(back_of(page)) == query


def test_receipts_lead_back_from_the_overview_to_its_dates(shift, owner):
    sell_at(shift, "10.00", "2026-03-16T01:00Z")
    total = owner.get(OVERVIEW).context["figures"][0]

    back = back_of(owner.get(total["url"]))

    assert fields_of(back) == {"period": "today", "compare": "week"}


@pytest.mark.parametrize(
    "text",
    [
        *("javascript:alert(1)", "//example.com/", "x" * 3000, "%00", "&&&==", "a;b"),
        *("next=//example.com&period=today", "&".join(f"f{n}=1" for n in range(2000))),
    ],
)
def test_receipts_lead_back_to_a_report_whatever_an_address_says(owner, text):
    page = owner.get(RECEIPTS, {"back": text})

    assert page.status_code == 200
    assert {*fields_of(back_of(page))} <= {"period", "from", "to"}


def test_a_day_with_sales_is_shown_as_the_empty_period_was(shift, owner):
    sell_at(shift, "10.00", "2026-03-12T04:00Z")
    query = {"period": "today", "compare": "year", "outlet": shift.till.outlet.code}
    kept = {name: query[name] for name in ("compare", "outlet")}
    that_day = {"from": "2026-03-12", "to": "2026-03-12"}
    for path, more in ((OVERVIEW, {}), (DAYS, {"step": "week", "sort": "total"})):
        page = owner.get(path, {**query, **more})
        assert "No sales in this period" in page.text
        links = [fields_of(link) for link in Links(page.text).found]
        assert {**that_day, **kept, **more} in links


def test_a_report_says_what_it_is_compared_with(shift, owner):
    """As the overview does: in dates, and up to the minute where it still runs."""
    sell_at(shift, "10.00", "2026-03-10T04:00Z")
    own = {"from": "2026-03-09", "to": "2026-03-15", "compare": "before"}
    now = {"period": "today", "compare": "week"}

    for query, said in (
        (own, "Compared with Mon 2 Mar to Sun 8 Mar"),
        (now, "Compared with Mon 9 Mar up to 14:32"),
    ):
        for path in (OVERVIEW, DAYS):
            page = owner.get(path, query)
            assert f">{said}</p>" in page.text.partition('id="figures"')[0]
            assert page.context["filters"].comparison_label == said


@pytest.mark.parametrize("name", REPORTS)
def test_a_comparison_is_offered_where_it_is_shown(shift, owner, name):
    sell_at(shift, "10.00", "2026-03-10T04:00Z")
    query = {"from": "2026-03-09", "to": "2026-03-15", "compare": "before"}

    page = owner.get(reverse("sales:report", args=(name,)), query)

    keys = {head.key for table in page.context["drawn"].tables for head in table.heads}
    is_shown = "total_before" in keys
    assert ("Compared with" in page.text) == is_shown
    assert ('name="compare"><option' in page.text) == is_shown
    assert f"{DAYS}?from=2026-03-09&amp;to=2026-03-15&amp;compare=before" in page.text
    if page.context["filters"].has_period:
        # Other dates keep it, for the reports that have one.
        assert (
            choose(owner, page.request["PATH_INFO"], page, to="2026-03-14")
            .context["dates"]
            .endswith("compare=before")
        )


def test_reports_without_a_name_are_the_first_one(shift, owner):
    answer = owner.get("/reports/", {"period": "today", "compare": "week"})

    assert answer.status_code == 302
    assert answer["Location"] == f"{DAYS}?period=today&compare=week"
    assert owner.get("/reports/")["Location"] == DAYS
    nobody = browser_of(make_reader(shift.company, may=()))
    assert nobody.get("/reports/").status_code == 403


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2026-12-31", "2026-01-01", ("2026-01-01", "2026-03-16")),
        ("2026-03-10", "2026-03-17", ("2026-03-10", "2026-03-16")),
        ("2027-01-01", "2027-02-01", ("2026-03-16", "2026-03-16")),
    ],
)
def test_no_period_ends_after_today(since, until, found):
    period = read_period({"from": since, "to": until}, today=TODAY)

    assert (f"{period.since}", f"{period.until}") == found
    assert "There is nothing before 1970 or after today." in period.note


def test_a_long_period_has_rows_from_the_first_sale_on(shift, owner):
    sell_at(shift, "10.00", "2026-01-10T04:00Z")
    sell_at(shift, "5.00", "2026-03-10T04:00Z")

    page = owner.get(DAYS, {"from": "0001-01-01", "to": "2026-03-16"})

    [table] = page.context["drawn"].tables
    days = [row[0].value for row in table.rows]
    assert days == ["2026-03-01", "2026-02-01", "2026-01-01"]
    assert "Before the first row nothing was sold." in page.text
    sales = next(n for n, head in enumerate(table.heads) if head.key == "total")
    assert table.totals[sales].text == "15.00"
    assert owner.get(table.totals[sales].url).context["total"] == "15.00"
    # Of a short one no day is left out.
    page = owner.get(DAYS, {"from": "2026-01-01", "to": "2026-03-16"})
    assert len(page.context["drawn"].tables[0].rows) == 75


@pytest.mark.parametrize(
    ("since", "text", "step"),
    [
        ("2025-12-15", "", "day"),
        ("2025-12-14", "", "week"),
        ("2025-09-14", "", "week"),
        ("2025-09-13", "", "month"),
        ("2025-09-13", "day", "day"),
        ("2026-03-16", "month", "month"),
        ("2025-12-14", "fortnight", "week"),
        ("2020-01-01", "day", "month"),
    ],
)
def test_rows_are_as_long_as_a_chart_has_room_for_unless_asked_otherwise(
    since, text, step
):
    period = read_period({"from": since, "to": "2026-03-16"}, today=TODAY)

    assert read_step(text, period) == step


@pytest.mark.parametrize(
    ("name", "today", "since", "until"),
    [
        ("this-quarter", "2026-03-16", "2026-01-01", "2026-03-16"),
        ("last-quarter", "2026-03-16", "2025-10-01", "2025-12-31"),
        ("last-quarter", "2026-05-31", "2026-01-01", "2026-03-31"),
        ("this-year", "2026-03-16", "2026-01-01", "2026-03-16"),
        ("last-year", "2026-03-16", "2025-01-01", "2025-12-31"),
        ("last-year", "2028-02-29", "2027-01-01", "2027-12-31"),
        ("last-month", "2028-03-31", "2028-02-01", "2028-02-29"),
    ],
)
def test_a_named_period_has_whole_months(name, today, since, until):
    period = read_period({"period": name}, today=date.fromisoformat(today))

    assert (f"{period.since}", f"{period.until}") == (since, until)
