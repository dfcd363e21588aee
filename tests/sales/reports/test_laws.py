"""Laws of the reports, over simulated days in three time zones.

Parts of any split of a period, and sums by any dimension, add up to the whole. What a
cell opens comes to the cell, receipt by receipt. Z and X reports make the period.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pos.models import Product
from sales.models import Sale, Shift
from sales.reports.every import REPORTS
from sales.reports.question import Question, read_question
from sales.reports.reading import HOURS, PRODUCTS, REASONS, TAXES, TENDERS, read
from sales.reports.receipt_figures import FIGURES, Source, find_figure
from sales.reports.receipt_filter import read_filter
from sales.reports.receipts import Receipts, find_receipts
from sales.reports.scope import Scope
from sales.reports.tie import TieFigure, make_tie
from tests.simulation import day, drawers
from tests.simulation.choices import Choices, Seeded
from tests.simulation.shop import make_simulated_shop
from tests.simulation.world import World
from tests.support.file_scoped_shop import file_scoped

pytestmark = [pytest.mark.django_db, pytest.mark.no_lock_check, pytest.mark.exhaustive]

# Longer than a night: the shop trades for some days.
STEPS = 110
MINUTES_MAX = 75
# A seed each, with other rules of rounding, tax and points.
ZONES = {"Asia/Singapore": 3, "Europe/London": 18, "America/Los_Angeles": 38}
EVERY = (HOURS, TAXES, TENDERS, REASONS, PRODUCTS)
LAST = date(2025, 12, 31)


def make_days(zone: str) -> World:
    choose = Choices(Seeded(ZONES[zone]))
    world = World(*make_simulated_shop(ZONES[zone], choose), choose)
    company = world.shop.company
    company.time_zone = zone
    company.save(update_fields=["time_zone"])
    products = Product.objects.filter(company=company, sku__in=("MILK", "RICE", "FISH"))
    products.update(cost=Decimal(2))
    for code in world.plain.tills:
        drawers.open_till(world, code)
    for _step in range(STEPS):
        world.now += timedelta(minutes=choose.integer(0, MINUTES_MAX))
        day.take(world, choose.among(day.WEIGHTED_STEPS))
    return world


file_scoped_worlds = file_scoped(lambda: {zone: make_days(zone) for zone in ZONES})


@pytest.fixture(params=ZONES)
def world(request, file_scoped_worlds) -> World:
    return file_scoped_worlds[request.param]


@pytest.fixture
def whole(world) -> Question:
    """All that was sold, asked for by the owner."""
    dates = Sale.objects.filter(company=world.shop.company).finalized()
    days = sorted({*dates.values_list("business_date", flat=True)})
    return ask(world, {"from": f"{days[0] - timedelta(1)}", "to": f"{days[-1]}"})


def ask(world: World, query: Mapping[str, str]) -> Question:
    owner = world.shop.owner
    return read_question(query, company=world.shop.company, person=owner)


def find(world: World, query: Mapping[str, str]) -> Receipts:
    """All pages of a filter, as one."""
    question = ask(world, query)
    chosen = read_filter(
        query, company=world.shop.company, sees_margin=True, sees_staff=True
    )
    found = find_receipts(question, chosen)
    listed, following = [*found.listed], found
    while following.next_page is not None:
        following = find_receipts(question, chosen, before=following.next_page)
        listed += following.listed
    assert not question.notes, (query, question.notes)
    assert not chosen.notes, (query, chosen.notes)
    assert len(listed) == found.count
    assert sum(one.amount for one in listed) == found.summed
    keys = [(one.business_date, one.uid) for one in listed]
    assert len({*keys}) == len(keys)
    assert [key[0] for key in keys] == sorted((k[0] for k in keys), reverse=True)
    return found


def add(rows: Any, names: Any) -> dict[str, Any]:
    return {name: sum(row[name] for row in rows) for name in names}


def test_the_days_have_what_the_laws_are_about(file_scoped_worlds):
    companies = [world.shop.company for world in file_scoped_worlds.values()]
    shifts = Shift.objects.filter(company__in=companies)
    sold = Sale.objects.filter(company__in=companies).finalized()

    assert shifts.open().exists()
    assert shifts.exclude(closed_at=None).count() > 3
    assert sold.values("business_date").distinct().count() > 3
    assert sold.filter(kind=Sale.Kind.REFUND).exists()
    assert {company.prices_include_tax for company in companies} == {True, False}
    for world in file_scoped_worlds.values():
        hours = {row["hour"] for row in read(HOURS, scope_of(world), by=("hour",))}
        assert len(hours) > 4


def scope_of(world: World, **fields: Any) -> Scope:
    dates = {"since": date(2025, 1, 1), "until": LAST} | fields
    return Scope(world.shop.company.pk, **dates)


def test_parts_of_any_split_add_up_to_the_whole(world, whole):
    scope = whole.scope
    for sums in EVERY:
        found = read(sums, scope, by=())
        cut = scope.since
        while cut <= scope.until:
            first = scope_of(world, since=scope.since, until=cut)
            second = scope_of(world, since=cut + timedelta(1), until=scope.until)
            parts = [*read(sums, first, by=()), *read(sums, second, by=())]
            assert add(parts, sums.values) == add(found, sums.values)
            cut += timedelta(1)


def test_sums_by_any_dimension_add_up_to_the_whole(world, whole):
    places = {"outlet_id", "weekday", "month", "business_date"}
    for sums in EVERY:
        found = add(read(sums, whole.scope, by=()), sums.values)
        own = {*sums.keys} if sums is PRODUCTS else {*sums.keys, "till_id"}
        for by in own | places:
            rows = read(sums, whole.scope, by=(by,))
            assert add(rows, sums.values) == found, (sums.table, by)


def test_every_word_is_one_sum_however_it_is_read(world, whole):
    hours, products, taxes, tenders = (
        add(read(sums, whole.scope, by=()), sums.values)
        for sums in (HOURS, PRODUCTS, TAXES, TENDERS)
    )
    beside = hours["rounding"] + hours["deposits_charged"] + hours["deposits_returned"]

    assert hours["total"] == products["total"] == taxes["net"] + taxes["tax"] != 0
    assert hours["net"] == products["net"] == taxes["net"]
    assert hours["gross"] == products["gross"]
    assert hours["discounts"] + hours["points_value"] == products["discounts"]
    assert hours["cost"] == products["cost"]
    assert hours["uncosted"] == products["uncosted"]
    assert tenders["total"] == hours["total"] + beside


def test_sales_and_what_is_beside_them_are_what_was_taken(world, whole):
    since, until = whole.period.since, whole.period.until
    days = [since + timedelta(n) for n in range((until - since).days + 1)]
    seen: set[str] = set()
    for first, last in [(since, until), *((day_, day_) for day_ in days)]:
        report = REPORTS["tenders"].maker(
            ask(world, {"from": f"{first}", "to": f"{last}"})
        )
        if report.is_empty:
            continue
        tenders, bridge = report.tables
        parts = [row.cells["amount"] for row in bridge.rows]
        assert sum(parts) == bridge.totals.cells["amount"]
        assert bridge.totals.cells["amount"] == tenders.totals.cells["total"]
        seen |= {row.cells["what"] for row in bridge.rows if row.cells["amount"]}
    assert "Sales" in seen
    assert len(seen) > 1


def narrowed(world: World, question: Question) -> Iterator[dict[str, str]]:
    """Every value of every key of a filter that the days have, with each source."""
    shop, scope = world.shop, question.scope
    things = {
        "cashier": (shop.cashier, shop.owner),
        "product": shop.products.values(),
        "customer": shop.customers.values(),
    }
    yield from ({key: str(one.uid)} for key in things for one in things[key])
    yield from ({"weekday": str(weekday)} for weekday in range(1, 8))
    yield from ({"of": source} for source in ("products", "taxes", "tenders"))
    yield from ({}, {"category": "none"}, {"customer": "none"})
    for row in read(HOURS, scope, by=("weekday", "hour")):
        yield {key: str(row[key]) for key in ("weekday", "hour")}
    for row in read(TAXES, scope, by=("tax_code", "tax_rate", "document")):
        rate = {"tax": row["tax_code"], "rate": str(row["tax_rate"])}
        yield from (rate, {**rate, "kind": row["document"]})
    yield from ({"tender": row["kind"]} for row in read(TENDERS, scope, by=("kind",)))
    for row in read(REASONS, scope, by=("what", "reason")):
        yield {"what": row["what"]}
        yield {key: row[key] for key in ("what", "reason")}


@pytest.mark.exhaustive
def test_every_figure_comes_to_its_receipts(world, whole):
    dates = {"from": f"{whole.period.since}", "to": f"{whole.period.until}"}
    seen = set()
    for narrowing in narrowed(world, whole):
        query = {**dates, **narrowing}
        source = read_filter(
            query, company=world.shop.company, sees_margin=True, sees_staff=True
        ).source
        for figure in FIGURES[source]:
            found = find(world, {**query, "figure": figure})
            assert found.chosen.figure_name == figure
            assert found.difference == 0, (query, figure, found.reported, found.summed)
            if found.summed:
                seen.add((source, figure))
    assert {source for source, _ in seen} == {*Source}


def test_the_receipts_of_a_day_are_those_of_its_hours(world, whole):
    for row in read(HOURS, whole.scope, by=("business_date",)):
        day_ = {"from": f"{row['business_date']}", "to": f"{row['business_date']}"}
        hours = [find(world, {**day_, "hour": str(hour)}) for hour in range(24)]
        all_day = find(world, day_)

        assert sum(hour.summed for hour in hours) == all_day.summed == row["total"]
        assert sum(hour.count for hour in hours) == all_day.count


def test_every_cell_of_every_report_comes_to_its_receipts(world, whole):
    dates = {"from": f"{whole.period.since}", "to": f"{whole.period.until}"}
    for name, kind in REPORTS.items():
        opened = 0
        for table in kind.maker(whole).tables:
            forms = {column.key: column.form for column in table.columns}
            for row in [*table.rows, *([table.totals] if table.totals else [])]:
                for key, query in row.links.items():
                    found = find(world, {**dates, **query})
                    facts = (name, table.key, key, query, found.summed)
                    assert found.difference == 0, facts
                    if key in forms:
                        assert found.summed == (row.cells[key] or 0), facts
                    opened += 1
        is_silent = name == "stock" or (name == "taxes" and not whole.charges_tax)
        assert bool(opened) != is_silent, name


def test_a_cell_opens_the_figure_that_it_is(world, whole):
    """No report links to a column that receipts have no figure of."""
    for kind in REPORTS.values():
        for table in kind.maker(whole).tables:
            for row in table.rows:
                for query in row.links.values():
                    chosen = read_filter(
                        query,
                        company=world.shop.company,
                        sees_margin=True,
                        sees_staff=True,
                    )
                    assert find_figure(chosen.source, query["figure"])


@pytest.mark.parametrize("figure", TieFigure)
def test_z_and_x_reports_make_every_period(world, whole, figure):
    since, until = whole.period.since, whole.period.until
    days = [since + timedelta(n) for n in range((until - since).days + 1)]
    periods = [(since, until), *((day_, day_) for day_ in days)]
    for first, last in periods:
        tie = make_tie(ask(world, {"from": f"{first}", "to": f"{last}"}), figure)
        assert tie.difference == 0, (first, last)
        assert tie.sum == sum(getattr(row, figure) for row in tie.rows)
    assert any(row.is_open for row in make_tie(whole, figure).rows)
