"""Product file: the products that a CSV file names, in our columns or Shopify's.

``docs/import-products.md`` describes the columns. Nothing is looked up in the
catalogue: the import does that.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, cast

from django.utils.translation import gettext as _

from pos.catalogue.barcodes import code_key
from pos.catalogue.clean_codes import clean_barcode
from pos.catalogue.details import ProductDetails
from pos.core.csv_reader import Problem, Table, UnreadableError
from pos.core.errors import DomainError
from pos.core.money import round_money
from pos.models import Product, TaxCode
from pos.models.catalogue import CONTAINERS_MAX

PLAIN_NUMBER = re.compile(r"[0-9]{1,11}(\.[0-9]{1,20})?")
ROUNDED = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
# How a formula starts in a spreadsheet, and the result of one that failed.
FORMULA = ("=", "+", "-", "@", "#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!")
YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})


class CellError(ValueError):
    """A cell does not fit its column; the message says why."""


@dataclass(frozen=True, slots=True)
class ProductLine:
    """One product of the file. ``details`` has only what the line gives."""

    line: int
    sku: str
    details: ProductDetails
    stock: Decimal | None = None


@dataclass(slots=True)
class ProductFile:
    """The lines that were read, those that were not, and notices."""

    lines: list[ProductLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def read_line(
        self,
        line: int,
        cells: Mapping[str, str],
        columns: Mapping[str, tuple[str, "Reader"]],
    ) -> None:
        """Read one product's cells; report those that cannot be read as problems."""
        values: dict[str, Any] = {}
        reasons = []
        for column, (name, read) in columns.items():
            if cell := cells.get(column, ""):
                try:
                    values[name] = read(cell)
                except CellError as error:
                    reasons.append(f"{column}: {error}")
        sku = values.pop("sku", "")
        stock = values.pop("stock", None)
        if not sku and not reasons:
            reasons.append(_("sku: is empty."))
        if reasons:
            self.problems.append(Problem(line, " ".join(reasons)))
        else:
            details = cast(ProductDetails, values)
            self.lines.append(ProductLine(line, sku, details, stock))

    def refuse_repeats(self) -> None:
        """Report later lines of the same SKU as problems, in capitals or not."""
        first: dict[str, int] = {}
        lines, self.lines = self.lines, []
        for line in lines:
            known = first.setdefault(code_key(line.sku), line.line)
            if known == line.line:
                self.lines.append(line)
            else:
                reason = _("SKU %(sku)s is already in line %(line)d.")
                facts = {"sku": line.sku, "line": known}
                self.problems.append(Problem(line.line, reason % facts))
        self.problems.sort(key=lambda problem: problem.line)


Reader = Callable[[str], Any]


def read_own_columns(table: Table, *, places: int) -> ProductFile:
    """Read a file in the columns of our own documentation.

    ``places`` are the decimal places of the company's currency. Raises
    UnreadableError when there is no column of SKUs.
    """
    names = {column: column.lower().replace(" ", "_") for column in table.columns}
    if "sku" not in names.values():
        raise UnreadableError(_("The file has no column “sku”."))
    if len(set(names.values())) < len(names):
        raise UnreadableError(_("A column appears twice in the first line."))
    columns = own_columns(places)
    file = ProductFile(problems=list(table.problems))
    if unknown := [column for column in names if names[column] not in columns]:
        text = _("Unknown columns were ignored: %(columns)s.")
        file.notices.append(text % {"columns": ", ".join(unknown)})
    for row in table.rows:
        cells = {names[column]: cell for column, cell in row.cells.items()}
        file.read_line(row.line, cells, columns)
    file.refuse_repeats()
    return file


def own_columns(places: int) -> dict[str, tuple[str, Reader]]:
    """Return each column with its field of a product, and how its cells are read."""
    money = partial(read_money, places=places)
    return {
        "sku": ("sku", read_text),
        "name": ("name", read_text),
        "second_name": ("second_name", read_text),
        "description": ("description", read_description),
        "category": ("category", read_text),
        "restriction": ("restriction", read_text),
        "price": ("price", money),
        "open_price": ("is_open_price", read_yes_or_no),
        "cost": ("cost", money),
        "tax_code": ("tax_code", partial(read_choice, choices=TaxCode.values)),
        "unit": ("unit", partial(read_choice, choices=Product.Unit.values)),
        "containers": ("containers", read_containers),
        "tracked": ("is_tracked", read_yes_or_no),
        "when_out": ("when_out", partial(read_choice, choices=Product.WhenOut.values)),
        "favourite": ("is_favourite", read_yes_or_no),
        "active": ("is_active", read_yes_or_no),
        "barcodes": ("barcodes", read_barcodes),
        "stock": ("stock", read_stock),
    }


def read_text(cell: str) -> str:
    if cell.startswith(FORMULA):
        raise CellError(
            _("“%(start)s…” looks like a spreadsheet formula.") % {"start": cell[:8]}
        )
    return " ".join(cell.split())


def read_description(cell: str) -> str:
    if cell.startswith("="):
        return read_text(cell)
    return cell


def read_number(cell: str) -> Decimal:
    if not PLAIN_NUMBER.fullmatch(cell):
        if "," in cell:
            raise CellError(
                _("“%(cell)s” has a comma: write 1234.50.") % {"cell": cell[:20]}
            )
        if PLAIN_NUMBER.fullmatch(cell.removeprefix("-")):
            raise CellError(
                _("“%(cell)s” must not be below zero.") % {"cell": cell[:20]}
            )
        raise CellError(
            _("“%(cell)s” is not a number such as 12.50.") % {"cell": cell[:20]}
        )
    return Decimal(cell)


def read_money(cell: str, *, places: int) -> Decimal:
    amount = read_number(cell)
    if amount != round_money(amount, places=places):
        raise CellError(
            _("“%(cell)s” has more than %(places)d decimal places.")
            % {"cell": cell[:20], "places": places}
        )
    return amount


def read_stock(cell: str) -> Decimal:
    count = read_number(cell)
    if count != round_money(count, places=3):
        raise CellError(
            _("“%(cell)s” has more than %(places)d decimal places.")
            % {"cell": cell[:20], "places": 3}
        )
    return count


def read_containers(cell: str) -> int:
    count = read_number(cell)
    if count != int(count) or count > CONTAINERS_MAX:
        raise CellError(
            _("“%(cell)s” is not a whole number up to %(limit)d.")
            % {"cell": cell[:20], "limit": CONTAINERS_MAX}
        )
    return int(count)


def read_yes_or_no(cell: str) -> bool:
    if cell.lower() in YES:
        return True
    if cell.lower() in NO:
        return False
    raise CellError(_("“%(cell)s” is neither yes nor no.") % {"cell": cell[:20]})


def read_choice(cell: str, *, choices: list[str]) -> str:
    for choice in choices:
        if cell.lower() == choice.lower():
            return choice
    raise CellError(
        _("“%(cell)s” is not one of %(choices)s.")
        % {"cell": cell[:20], "choices": ", ".join(choices)}
    )


def read_barcodes(cell: str) -> tuple[str, ...]:
    return tuple(_barcode(code.strip()) for code in cell.split("|") if code.strip())


def _barcode(code: str) -> str:
    if ROUNDED.fullmatch(code):
        raise CellError(
            _("“%(cell)s” was rounded by a spreadsheet: format the column as text.")
            % {"cell": code[:20]}
        )
    code = read_text(code)
    try:
        return clean_barcode(code)
    except DomainError as error:
        raise CellError(str(error)) from error
