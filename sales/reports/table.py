"""Table: the rows of a report; the page, the CSV and the XLSX draw the same; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

# What a cell's link narrows the report down to: the fields of an address.
Filter = Mapping[str, str]


class Form(StrEnum):
    """How the cells of a column are written."""

    TEXT = "text"
    MONEY = "money"
    QUANTITY = "quantity"
    COUNT = "count"
    PERCENT = "percent"  # 12.5 is 12.5 %
    DATE = "date"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Column:
    """``help_text`` says in a sentence what is counted, where the label does not."""

    key: str
    label: str
    form: Form = Form.TEXT
    help_text: str = ""
    is_headline: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Values by the key of their column; None where there is none, which is no zero.

    ``links`` has the filter of the receipts that make a cell, by its column. ``mark``
    is a word beside the first cell, as *so far*. ``words`` are in place of figures, by
    their column, as *new* where there is nothing to compare with.
    """

    cells: Mapping[str, Any]
    links: Mapping[str, Filter] = field(default_factory=dict)
    mark: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """``key`` names it in a file and for its chart; ``caption`` says what it has.

    One that ``keeps_order`` is read from the first row to the last, and not sorted.
    ``left_out`` is how many rows more there are; the totals have those as well.
    """

    key: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    totals: Row | None = None
    keeps_order: bool = False
    left_out: int = 0

    @property
    def last_row(self) -> Row | None:
        """The totals as they are written: their first cell says what they are."""
        if self.totals is None:
            return None
        first = self.columns[0].key
        cells = dict(self.totals.cells)
        if cells.get(first) is None:
            cells[first] = _("Total")
        return replace(self.totals, cells=cells)

    def find_column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)
