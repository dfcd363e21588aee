"""Report: what a page of figures shows, whatever it is of; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from pos.core.money import ZERO
from sales.reports.table import Table


class Shape(StrEnum):
    """How a chart draws its columns."""

    BARS = "bars"
    SIDEWAYS = "sideways"  # one bar a row, since names need room
    STACKED = "stacked"  # sideways, the columns end to end
    PARTS = "parts"  # one bar of parts, for few rows
    GRID = "grid"  # no canvas: the table itself is tinted


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a table beside it: there is no other source.

    ``label`` is the column that names the bars, ``series`` those that are drawn.
    ``gist`` says in a sentence what it shows. ``before`` is the column that is drawn
    behind the first of the series, as what it is compared with. A table with the newest
    row first ``is_reversed``: bars go from its last row to its first. Of more
    rows than ``rows_max`` only the first are bars, and what the others come to is said.
    ``title`` names what is drawn, where the caption of the table does not, and
    ``rest_label`` what is said of the others.
    """

    shape: Shape
    table: str
    label: str
    series: Sequence[str]
    gist: str
    before: str = ""
    is_reversed: bool = False
    rows_max: int | None = None
    title: str = ""
    rest_label: str = ""


def add_rest(table: Table, chart: Chart) -> Decimal | None:
    """Return what the rows without a bar come to; None where each row has one."""
    others = table.rows[chart.rows_max :] if chart.rows_max else ()
    if not others:
        return None
    values = (row.cells.get(key) or ZERO for row in others for key in chart.series)
    return sum(values, ZERO)


@dataclass(frozen=True, slots=True)
class Report:
    """``sentence`` says what is counted; ``notes`` what else a reader has to know.

    Without rows ``is_empty``, and the page says where there are some.
    """

    name: str
    title: str
    sentence: str
    tables: Sequence[Table]
    chart: Chart | None = None
    notes: Sequence[str] = field(default_factory=tuple)
    # Whether the page ends with the Z and X reports that make it.
    has_tie: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(table.rows for table in self.tables)
