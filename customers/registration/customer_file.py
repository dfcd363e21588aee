"""Customer file: the customers that a CSV file names.

``docs/import-customers.md`` describes the columns. Nothing is looked up: whom
the company knows already comes afterwards.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber, to_python

from pos.catalogue.product_file import ROUNDED, CellError, read_text, read_yes_or_no
from pos.core.csv_reader import Problem, Table, UnreadableError

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WHOLE_NUMBER = re.compile(r"[0-9]{1,7}")


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One customer of the file. ``details`` has only what the line gives."""

    line: int
    details: dict[str, Any]
    points: int | None = None
    is_active: bool | None = None

    @property
    def identity(self) -> tuple[str, ...]:
        """What identifies the customer: code, else e-mail, else phone and name."""
        for name in ("code", "email"):
            if value := self.details.get(name):
                return name, value.casefold()
        name = self.details.get("name", "").casefold()
        return "phone", self.details["phone"].as_e164, name


@dataclass(slots=True)
class CustomerFile:
    """The lines that were read, those that were not, and notices."""

    lines: list[CustomerLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def read_customers(table: Table) -> CustomerFile:
    """Read every line. An empty cell changes nothing.

    Raises UnreadableError when no column tells customers apart.
    """
    names = {column: column.lower().replace(" ", "_") for column in table.columns}
    if not {"code", "email", "phone"} & set(names.values()):
        raise UnreadableError(_("The file has no column “code”, “email” or “phone”."))
    if len(set(names.values())) < len(names):
        raise UnreadableError(_("A column appears twice in the first line."))
    file = CustomerFile(problems=list(table.problems))
    if unknown := [column for column in names if names[column] not in COLUMNS]:
        text = _("Unknown columns were ignored: %(columns)s.")
        file.notices.append(text % {"columns": ", ".join(unknown)})
    for row in table.rows:
        cells = {names[column]: cell for column, cell in row.cells.items()}
        _read_line(file, row.line, cells)
    _refuse_repeats(file)
    return file


def _read_line(file: CustomerFile, number: int, cells: Mapping[str, str]) -> None:
    values: dict[str, Any] = {}
    reasons = []
    for column, read in COLUMNS.items():
        if cell := cells.get(column, ""):
            try:
                values[column] = read(cell)
            except CellError as error:
                reasons.append(f"{column}: {error}")
    if not reasons and not {"code", "email", "phone"} & values.keys():
        reasons.append(_("Enter a code, an e-mail address or a phone number."))
    if reasons:
        file.problems.append(Problem(number, " ".join(reasons)))
        return
    points, is_active = values.pop("points", None), values.pop("active", None)
    file.lines.append(CustomerLine(number, values, points, is_active))


def _refuse_repeats(file: CustomerFile) -> None:
    """Report later lines of the same customer as problems."""
    first: dict[tuple[str, ...], int] = {}
    for line in file.lines:
        if first.setdefault(line.identity, line.line) != line.line:
            reason = _("The same customer is already in line %(line)d.")
            facts = {"line": first[line.identity]}
            file.problems.append(Problem(line.line, reason % facts))
    file.lines = [line for line in file.lines if first[line.identity] == line.line]
    file.problems.sort(key=lambda problem: problem.line)


def _read_phone(cell: str) -> PhoneNumber:
    if ROUNDED.fullmatch(cell):
        raise CellError(
            _("“%(cell)s” was rounded by a spreadsheet: format the column as text.")
            % {"cell": cell[:20]}
        )
    phone = to_python(cell)
    if not phone.is_valid():
        raise CellError(
            _("“%(cell)s” is not a local phone number, nor one that starts with +.")
            % {"cell": cell[:20]}
        )
    return phone


def _read_email(cell: str) -> str:
    try:
        validate_email(cell)
    except ValidationError as error:
        raise CellError(
            _("“%(cell)s” is not an e-mail address.") % {"cell": cell[:40]}
        ) from error
    return cell.lower()


def _read_address(cell: str) -> str:
    return read_text(cell) if cell.startswith("=") else cell


def _read_birthday(cell: str) -> date:
    try:
        if ISO_DATE.fullmatch(cell):
            return date.fromisoformat(cell)
    except ValueError:
        pass
    raise CellError(
        _("“%(cell)s” is not a date such as 1990-08-09.") % {"cell": cell[:20]}
    )


def _read_points(cell: str) -> int:
    if WHOLE_NUMBER.fullmatch(cell.removeprefix("-")) and cell.startswith("-"):
        raise CellError(_("“%(cell)s” must not be below zero.") % {"cell": cell[:20]})
    if not WHOLE_NUMBER.fullmatch(cell):
        raise CellError(
            _("“%(cell)s” is not a whole number such as 120.") % {"cell": cell[:20]}
        )
    return int(cell)


COLUMNS: dict[str, Callable[[str], Any]] = {
    "code": read_text,
    "name": read_text,
    "email": _read_email,
    "phone": _read_phone,
    "address": _read_address,
    "birthday": _read_birthday,
    "points": _read_points,
    "active": read_yes_or_no,
}
