"""CSV reader: reads a file, and says line by line what is wrong; pure."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from pos.core.csv_writer import restore

DELIMITERS = ",;\t"
# Characters that no cell needs; PostgreSQL cannot store the first of them.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# What decoding makes of a byte that is not UTF-8.
UNDECODED = re.compile(r"[\udc80-\udcff]")


class UnreadableError(Exception):
    """The file as a whole cannot be read; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line of the file, counted from 1 at its header."""

    line: int
    reason: str

    def __str__(self) -> str:
        return _("Line %(line)d: %(reason)s") % {
            "line": self.line,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One line under the header; ``line`` is its first line in the file."""

    line: int
    cells: dict[str, str]


@dataclass(slots=True)
class Table:
    columns: list[str]
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_table(content: bytes) -> Table:
    """Read a file in UTF-8, its cells separated by comma, semicolon or tab.

    Cells have no space around them. Rows of empty cells are skipped. A line that
    cannot be read is reported as a problem; the other lines are still read.

    Raises UnreadableError when no line can be read, since the header cannot.
    """
    text = _decode(content)
    lines = _lines(text)
    for number, cells in lines:
        if isinstance(cells, str):
            raise UnreadableError(str(Problem(number, cells)))
        if any(cells):
            break
    else:
        raise UnreadableError(_("The file is empty."))
    while not cells[-1]:
        cells.pop()
    _validate_header(cells)
    table = Table(columns=cells)
    for number, cells in lines:
        reason = (
            cells if isinstance(cells, str) else _compare_counts(cells, table.columns)
        )
        if reason:
            table.problems.append(Problem(number, reason))
        elif any(cells):
            row = dict(zip(table.columns, cells, strict=False))
            table.rows.append(Row(number, row))
    return table


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError(
            _("The file is UTF-16 (“Unicode text”): save it as CSV UTF-8.")
        )
    return content.decode("utf-8-sig", errors="surrogateescape")


def _delimiter(text: str) -> str:
    """Return the delimiter that is most frequent in the first line."""
    header = text.lstrip("\r\n").partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def _lines(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Return numbered lines: their cells, or why they cannot be read."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True
    )
    while True:
        number = reader.line_num + 1
        try:
            # What we export has an apostrophe before a text that looks like a formula.
            cells = [restore(cell.strip()).strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            yield number, _explain_error(error)
        else:
            yield number, _find_fault(cells) or cells


def _find_fault(cells: list[str]) -> str:
    """Return what is wrong with the characters of the cells, if anything."""
    for cell in cells:
        if UNDECODED.search(cell):
            return _("not UTF-8: save the file as CSV UTF-8.")
        if found := CONTROL.search(cell):
            code = f"U+{ord(found[0]):04X}"
            return _("a control character (%(code)s).") % {"code": code}
    return ""


def _explain_error(error: csv.Error) -> str:
    text = str(error)
    if "field limit" in text:
        return _("a cell of more than %(limit)d characters.") % {
            "limit": csv.field_size_limit()
        }
    if "end of data" in text:
        return _("a quotation mark is never closed.")
    return _("a quotation mark inside a quoted cell; write it twice.")


def _validate_header(columns: list[str]) -> None:
    name, count = Counter(columns).most_common(1)[0]
    if count > 1:
        raise UnreadableError(
            _("The column “%(name)s” appears twice in the first line.") % {"name": name}
        )


def _compare_counts(cells: list[str], columns: list[str]) -> str:
    """Return why there are not as many cells as columns, or an empty text."""
    filled = len(cells)
    while filled > len(columns) and not cells[filled - 1]:
        filled -= 1
    if not any(cells) or filled == len(columns):
        return ""
    return _("cells: %(cells)d, columns in the first line: %(columns)d.") % {
        "cells": filled,
        "columns": len(columns),
    }
