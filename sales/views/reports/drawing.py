"""Drawing: the tables and the chart of a report as a page shows them; no queries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pos.core.money import MINUS, format_money, format_plain
from pos.models import Company
from sales.reports.report import Chart, Report, Shape, add_rest
from sales.reports.table import Column, Form, Row, Table
from sales.reports.words import write_day
from sales.views.reports.addresses import ReceiptsAddress

# More rows than a person reads; the files have all of them.
ROWS_MAX = 500
# Of one hue, from the least to the most.
STEPS = 5
# A bar of parts has as many colours.
PARTS_MAX = 6
DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Cell:
    """``value`` is what the chart reads, ``url`` what the figure opens."""

    text: str
    value: str = ""
    url: str = ""
    classes: str = ""
    mark: str = ""
    # How a chart calls it, where it has less room.
    short: str = ""
    # The colour that it has in a bar of parts.
    swatch: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; ``url`` sorts by it."""

    key: str
    label: str
    help_text: str
    classes: str
    url: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class DrawnTable:
    key: str
    caption: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Cell] = ()
    left_out: int = 0
    is_grid: bool = False


@dataclass(frozen=True, slots=True)
class PartOfBar:
    """A part of a bar that is a hundred wide, and its line in the legend."""

    name: str
    text: str
    x: str
    width: str
    share: str
    number: int


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """What a script draws, or the parts that the page draws itself."""

    chart: Chart
    title: str
    series: Sequence[Head] = ()
    before: Head | None = None
    parts: Sequence[PartOfBar] = ()
    # What the rows without a bar come to, where there are any.
    rest: str = ""


@dataclass(frozen=True, slots=True)
class DrawnReport:
    tables: Sequence[DrawnTable]
    chart: DrawnChart | None = None
    notes: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Drawer:
    """Draws for one company. ``open_receipts`` is the address of a cell's receipts.

    Dates of ``year``, which is that of today, are written without it.
    """

    company: Company
    query: QueryDict
    year: int
    open_receipts: ReceiptsAddress | None = None
    shows_all: bool = False

    def draw(self, report: Report) -> DrawnReport:
        chart = report.chart
        tables = [
            self.draw_table(
                table, chart if chart and table.key == chart.table else None
            )
            for table in report.tables
        ]
        return DrawnReport(tables, self._draw_chart(report), report.notes)

    def draw_table(self, table: Table, chart: Chart | None = None) -> DrawnTable:
        """Return the table; its chart may tint its cells, or number its rows."""
        rows = table.rows if self.shows_all else table.rows[:ROWS_MAX]
        is_grid = chart is not None and chart.shape == Shape.GRID
        columns = _cut_ends(table, chart.series) if chart and is_grid else table.columns
        steps = _find_steps(table, chart.series) if chart and is_grid else None
        parts = _number_parts(table, chart) if chart else {}
        return DrawnTable(
            table.key,
            table.caption,
            [
                self._draw_head(column, is_sorted_by=not (is_grid or table.keeps_order))
                for column in columns
            ],
            [
                self._draw_row(columns, row, steps, swatch=parts.get(place, 0))
                for place, row in enumerate(rows)
            ],
            self._draw_row(columns, table.last_row) if table.last_row else (),
            len(table.rows) - len(rows) + table.left_out,
            is_grid=is_grid,
        )

    def _draw_head(self, column: Column, *, is_sorted_by: bool = True) -> Head:
        asked = self.query.get("sort", "")
        is_sorted = asked.removeprefix("-") == column.key
        goes_down = asked.startswith("-")
        # Figures begin with the largest, words with the first.
        begins = column.key if column.form == Form.TEXT else f"-{column.key}"
        other = column.key if goes_down else f"-{column.key}"
        query = self.query.copy()
        query["sort"] = other if is_sorted else begins
        direction = ("descending" if goes_down else "ascending") if is_sorted else ""
        return Head(
            column.key,
            column.label,
            column.help_text,
            _class_of(column),
            f"?{query.urlencode()}" if is_sorted_by else "",
            direction,
        )

    def _draw_row(
        self,
        columns: Sequence[Column],
        row: Row,
        steps: "Steps | None" = None,
        *,
        swatch: int = 0,
    ) -> list[Cell]:
        cells = [self._draw_cell(column, row, steps) for column in columns]
        cells[0] = replace(cells[0], mark=row.mark, swatch=swatch)
        return cells

    def _draw_cell(self, column: Column, row: Row, steps: "Steps | None") -> Cell:
        value = row.cells.get(column.key)
        link = row.links.get(column.key)
        classes = _class_of(column)
        if steps and column.key in steps.series:
            classes = f"step-{steps.find(value)}"
        text = row.words.get(column.key) or self.write(value, column.form)
        if steps and column.form == Form.MONEY and value is not None:
            # Whole units: a cell of a grid is narrow, and opens what is exact.
            text = format_money(Decimal(value), places=0)
        if steps and value is None:
            text = ""
        return Cell(
            text,
            _plain(value),
            self.open_receipts(link) if link and self.open_receipts else "",
            classes,
            short=_shorten(value),
        )

    def write(self, value: Any, form: Form) -> str:
        """Return a value as a person reads it; a dash where there is none."""
        if value is None or value == "":
            return DASH
        if isinstance(value, str):
            return value
        if form == Form.DATE and isinstance(value, date):
            return write_day(value, this_year=self.year)
        writers: Mapping[Form, Callable[[Any], str]] = {
            Form.MONEY: self._write_money,
            Form.QUANTITY: write_quantity,
            Form.COUNT: _write_count,
            Form.PERCENT: _write_percent,
            Form.SECONDS: _write_seconds,
        }
        return writers.get(form, str)(value)

    def _write_money(self, value: Decimal) -> str:
        return format_money(Decimal(value), places=self.company.currency_places)

    def _draw_chart(self, report: Report) -> DrawnChart | None:
        chart = report.chart
        if chart is None or chart.shape == Shape.GRID:
            return None
        table = next(table for table in report.tables if table.key == chart.table)
        heads = {column.key: self._draw_head(column) for column in table.columns}
        parts = self._draw_parts(table, chart) if chart.shape == Shape.PARTS else ()
        if chart.shape == Shape.PARTS and not parts:
            return None
        return DrawnChart(
            chart,
            chart.title or table.caption,
            [heads[key] for key in chart.series if key in heads],
            heads.get(chart.before),
            parts,
            self._write_rest(table, chart),
        )

    def _write_rest(self, table: Table, chart: Chart) -> str:
        rest = add_rest(table, chart)
        if rest is None:
            return ""
        label = chart.rest_label or _("The rest")
        return f"{label}: {self.write(rest, table.find_column(chart.series[0]).form)}"

    def _draw_parts(self, table: Table, chart: Chart) -> list[PartOfBar]:
        """Return one bar of parts; what is not above zero has no width."""
        key = chart.series[0]
        label = table.find_column(chart.label)
        named = [
            (self.write(row.cells.get(chart.label), label.form), row.cells.get(key))
            for row in table.rows
        ]
        above = [(name, Decimal(value)) for name, value in named if value and value > 0]
        whole = sum((value for _name, value in above), Decimal(0))
        form = table.find_column(key).form
        parts, x = [], Decimal(0)
        for number, (name, value) in enumerate(above, start=1):
            width = value * 100 / whole
            parts.append(
                PartOfBar(
                    name,
                    self.write(value, form),
                    f"{x:.2f}%",
                    f"{width:.2f}%",
                    _write_percent(width),
                    min(number, PARTS_MAX),
                )
            )
            x += width
        return parts


@dataclass(frozen=True, slots=True)
class Steps:
    """The figures at which a darker step of a grid begins."""

    series: frozenset[str]
    begins: Sequence[Decimal]

    def find(self, value: Any) -> int:
        """Return the step of a figure, from 1; 0 where there is none."""
        if value is None:
            return 0
        return max(sum(1 for begin in self.begins if value >= begin), 1)


def _find_steps(table: Table, series: Sequence[str]) -> Steps:
    """Return steps that have as many cells each, as far as equal figures allow."""
    keys = frozenset(series)
    values = sorted(
        row.cells[key] for row in table.rows for key in keys
        if row.cells.get(key) is not None
    )  # fmt: skip
    begins = [values[len(values) * step // STEPS] for step in range(STEPS) if values]
    return Steps(keys, begins)


def _cut_ends(table: Table, series: Sequence[str]) -> list[Column]:
    """Return the columns without those at both ends that have nothing in any row."""
    used = [
        place
        for place, column in enumerate(table.columns)
        if column.key in series
        and any(row.cells.get(column.key) is not None for row in table.rows)
    ]
    first, last = min(used, default=0), max(used, default=0)
    return [
        column
        for place, column in enumerate(table.columns)
        if column.key not in series or first <= place <= last
    ]


def _number_parts(table: Table, chart: Chart) -> dict[int, int]:
    """Return which part of its bar each row is; those that have no width are none."""
    if chart.shape != Shape.PARTS:
        return {}
    above = [
        place
        for place, row in enumerate(table.rows)
        if (row.cells.get(chart.series[0]) or 0) > 0
    ]
    return {
        place: min(number, PARTS_MAX) for number, place in enumerate(above, start=1)
    }


def _shorten(value: Any) -> str:
    if not isinstance(value, date):
        return ""
    return date_format(value, pgettext("date format without year", "j M"))


def _class_of(column: Column) -> str:
    names = [] if column.form in {Form.TEXT, Form.DATE} else ["number"]
    return " ".join([*names, "headline"] if column.is_headline else names)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return format_plain(value) if isinstance(value, Decimal) else str(value)


def write_quantity(value: Decimal | int) -> str:
    """Return a quantity like a sum of money: ``2,352``, ``1,204.35``."""
    return f"{Decimal(format_plain(Decimal(value))):,f}".replace("-", MINUS)


def _write_count(value: int) -> str:
    return f"{value:,}".replace("-", MINUS)


def _write_percent(value: Decimal) -> str:
    return f"{Decimal(value):,.1f}%".replace("-", MINUS)


def _write_seconds(value: Decimal | int) -> str:
    return _("%(seconds)s s") % {"seconds": f"{Decimal(value):.0f}"}
