"""Fiscal fields: what a document says of a sale, its lines and its tenders; one table.

Three things are made of it: the canonical text (``sales/checkout/fiscal_text.py``),
the trigger that keeps the lines of a finished sale
(``sales/migrations/_finished_lines.py``) and check I28 (``sales/books/documents.py``).
So a new column of one of these tables is one entry here: a field that is said, or a
column that is not, and why.

A field that was added later is ``optional``: a document does not say it where it is
neutral, so that no document that was written before changes its meaning.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True)
class Form:
    """How a value is written: as JSON in Python, and by what cast in SQL."""

    write: Callable[[Any], object]
    cast: str = ""


AS_IT_IS = Form(lambda value: value)
AMOUNT = Form(lambda value: f"{value:.3f}", "::text")
FRACTION = Form(lambda value: f"{value:.5f}", "::text")
FACTOR = Form(lambda value: f"{value:.2f}", "::text")
DATE = Form(str, "::text")
UID = Form(str, "::text")
# In SQL it stays a time: PostgreSQL writes one in another way than ISO 8601.
TIME = Form(lambda value: value.isoformat())


@dataclass(frozen=True, slots=True)
class Neutral:
    """What an optional field does not say: a constant, or the value of a column."""

    value: object = None
    sql: str = ""
    column: str = ""


NULL = Neutral()
ZERO = Neutral(0, "0")
ONE = Neutral(1, "1")
EMPTY = Neutral("", "''")
NO_LIST = Neutral([], "'[]'")


def like(column: str) -> Neutral:
    return Neutral(column=column)


@dataclass(frozen=True, slots=True)
class Field:
    """A column that the document says.

    ``key`` is its name in the text; without one it has the column's.
    """

    column: str
    form: Form = AS_IT_IS
    key: str = ""
    unless: Neutral | None = None

    @property
    def name(self) -> str:
        return self.key or self.column

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def given(self, alias: str) -> str:
        """Return SQL that is NULL where the field is neutral."""
        value = f"{alias}.{self.column}"
        if self.unless is None or self.unless == NULL:
            return value
        column = self.unless.column
        return f"nullif({value}, {f'{alias}.{column}' if column else self.unless.sql})"

    def sql(self, alias: str) -> str:
        return f"{self.given(alias)}{self.form.cast}"

    def read(self, row: Any) -> object:
        """Return what the text says of this row; None where it is neutral."""
        value = getattr(row, self.column)
        unless = self.unless
        if unless is not None:
            column = unless.column
            neutral = getattr(row, column) if column else unless.value
            if value is None or value == neutral:
                return None
        return self.form.write(value)


@dataclass(frozen=True, slots=True)
class Related:
    """A field of another row, which a foreign key names.

    ``of`` is what the key refers to in SQL: an alias of the query, or a table.
    Without such a row the document says ``absent``; where that is None, nothing.
    """

    column: str
    field: str
    of: str
    form: Form = AS_IT_IS
    key: str = ""
    absent: str | None = None

    @property
    def name(self) -> str:
        return self.key or self.column.removesuffix("_id")

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def given(self, alias: str) -> str:
        return f"{alias}.{self.column}"

    def sql(self, alias: str) -> str:
        value = f"{self.of}.{self.field}{self.form.cast}"
        if self.absent is not None:
            return f"coalesce({value}, '{self.absent}')"
        return f"(SELECT {value} FROM {self.of} WHERE id = {alias}.{self.column})"  # noqa: S608

    def read(self, row: Any) -> object:
        if getattr(row, self.column) is None:
            return self.absent
        related = getattr(row, self.column.removesuffix("_id"))
        return self.form.write(getattr(related, self.field))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns that the document says together."""

    key: str
    fields: tuple[Field, Field]

    @property
    def name(self) -> str:
        return self.key

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.column for field in self.fields)

    def sql(self, alias: str) -> str:
        first, second = (field.sql(alias) for field in self.fields)
        return f"json_build_array({first}, {second})"

    def read(self, row: Any) -> object:
        return [field.read(row) for field in self.fields]


@dataclass(frozen=True)
class FiscalRow:
    """The columns of one table.

    ``said`` is in every document, ``optional`` only where it is not neutral.
    ``not_said`` maps the other columns to the reason, and ``moving`` those that change
    although the sale is finished. What the database works out is in none of them.
    """

    said: tuple[Field | Related | Pair, ...]
    not_said: Mapping[str, str]
    optional: tuple[Field | Related, ...] = ()
    moving: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def permanent(self) -> frozenset[str]:
        """The columns that stay as they are once the sale is finished."""
        said = (field.columns for field in (*self.said, *self.optional))
        return frozenset(self.not_said).union(*said)

    def read_optional(self, row: Any) -> dict[str, object]:
        """Return what is not neutral in this row, by key."""
        found = ((field.name, field.read(row)) for field in self.optional)
        return {name: value for name, value in found if value is not None}

    def read_list(self, row: Any) -> list[object]:
        """Return the row as a list; what is optional and not neutral comes last."""
        values = [field.read(row) for field in self.said]
        if optional := self.read_optional(row):
            values.append(optional)
        return values

    def list_sql(self, alias: str) -> str:
        """Return the SQL of the same list."""
        said = ", ".join(field.sql(alias) for field in self.said)
        if not self.optional:
            return f"json_build_array({said})"
        given = ", ".join(field.given(alias) for field in self.optional)
        named = ", ".join(f"'{f.name}', {f.sql(alias)}" for f in self.optional)
        return (
            f"CASE WHEN num_nonnulls({given}) = 0 THEN json_build_array({said})"
            f" ELSE json_build_array({said},"
            f" json_strip_nulls(json_build_object({named}))) END"
        )


SALE = FiscalRow(
    said=(
        Field("finalized_at", TIME, key="at"),
        Field("business_date", DATE),
        Related("cashier_id", "uid", "cashier", UID, absent=""),
        Related("approved_by_id", "uid", "approver", UID, absent=""),
        Related("original_id", "receipt_number", "original", absent=""),
        Field("kind"),
        Field("receipt_number", key="number"),
        Field("uid", UID),
        Field("prices_include_tax"),
        Field("tax_rounding", key="tax_basis"),
        Field("total", AMOUNT),
        Field("net_total", AMOUNT, key="net"),
        Pair(
            "discount",
            (Field("discount_rate", FRACTION), Field("discount_amount", AMOUNT)),
        ),
        Pair("points", (Field("points_redeemed"), Field("points_value", AMOUNT))),
        Field("rounding", AMOUNT),
    ),
    optional=(
        Field("tax_date", DATE, unless=like("business_date")),
        Related("device_id", "uid", "pos_device", UID),
        Field("priced_at", TIME, unless=NULL),
        Field("coupon_value", AMOUNT, unless=ZERO),
        Field("deposits", AMOUNT, unless=ZERO),
        Field("issued", AMOUNT, unless=ZERO),
    ),
    not_said={
        "id": "means nothing outside the database",
        "company_id": "the letterhead names the company",
        "till_id": "the letterhead names the till",
        "customer_id": "no personal data is in a text that is never erased",
        "shift_id": "the Z report of the shift names it",
        "status": "only a finalized sale has a document",
        "number": "the receipt number is made of it",
        "exchanged_for_id": "a tender says that it is an exchange",
        "discount_reason": "free words may name a person",
        "reason": "free words may name a person",
        "note": "free words may name a person",
        "label": "free words may name a person",
        "void_reason": "free words may name a person",
        "point_value": "what the points were worth together is said",
        "line_count": "the lines are said",
        "held_amount": "a finished sale holds no money",
        "confirmed_age": "no part of the account; the audit trail says it",
        "age_confirmed_by_id": "no part of the account; the audit trail says it",
        "age_confirmed_at": "no part of the account; the audit trail says it",
        "tenders_fingerprint": "the tenders are said",
        "returned_goods": "belongs to the basket: the refund says what came back",
        "revision": "belongs to the basket",
        "last_seq": "belongs to the basket",
        "opened_at": "belongs to the basket",
        "parked_at": "belongs to the basket",
        "voided_at": "a voided basket has no document",
        "voided_by_id": "a voided basket has no document",
        "voided_after_id": "a voided basket has no document",
        "recorded_at": "the database sets it, after the text is made",
    },
)

LINE = FiscalRow(
    said=(
        Field("position"),
        Field("sku"),
        Field("name"),
        Field("second_name"),
        Field("unit"),
        Field("quantity", AMOUNT),
        Field("unit_price", AMOUNT),
        Field("tax_code"),
        Field("tax_rate", FRACTION),
        Field("total", AMOUNT),
        Field("net_total", AMOUNT),
        Field("list_amount", AMOUNT),
        Field("line_discount", AMOUNT),
        Field("sale_discount", AMOUNT),
        Field("points_discount", AMOUNT),
        Field("is_restocked"),
    ),
    optional=(
        Related("original_line_id", "position", "sales_saleline", key="original"),
        Field("base_price", AMOUNT, unless=like("unit_price")),
        Field("price_source", unless=Neutral("catalogue", "'catalogue'")),
        Related("priced_by_id", "uid", "pos_staffmember", UID),
        Field("label_amount", AMOUNT, unless=NULL),
        Field("offers_discount", AMOUNT, unless=ZERO),
        Field("offers", unless=NO_LIST),
        Field("points_factor", FACTOR, unless=ONE),
        Field("serial", unless=EMPTY),
        Field("modifiers", unless=NO_LIST),
        Field("deposit", AMOUNT, unless=ZERO),
        Field("containers", unless=ZERO),
        Field("deposit_rate", AMOUNT, unless=ZERO),
    ),
    not_said={
        "id": "means nothing outside the database",
        "uid": "the till's name for the act that made the line",
        "company_id": "the letterhead names the company",
        "sale_id": "the document is that of the sale",
        "product_id": "its SKU and name are said",
        "scanned_code": "how the product was found",
        "unit_cost": "what the shop paid is nobody else's to read",
        "has_stated_tax": "what the tax comes to is said",
        "discount_rate": "what it took off is said",
        "discount_amount": "what it took off is said",
        "discount_reason": "free words may name a person",
        "price_reason": "free words may name a person",
        "minimum_age": "no part of the account; the audit trail says it",
        "removed_by": "a removed line is in no document",
    },
    moving={
        "refunded_quantity": "rises with each refund",
        "refunded_total": "rises with each refund",
    },
)

TENDER = FiscalRow(
    said=(
        Field("kind"),
        Field("tendered", AMOUNT),
        Field("change", AMOUNT),
        Field("reference"),
        Field("is_pending"),
        Field("is_alternative_method"),
    ),
    optional=(Field("face_value", AMOUNT, unless=NULL),),
    not_said={
        "id": "means nothing outside the database",
        "company_id": "the letterhead names the company",
        "sale_id": "the document is that of the sale",
        "position": "the order of the tenders says it",
    },
)
