"""Checks of typed text: no card numbers and no readable passwords."""

from collections.abc import Iterator
from hashlib import sha256

from django.apps import apps
from django.db import connection
from django.db.models import CharField, TextField

from pos.core.card_numbers import holds_card_number
from sales.books.catalogue import list_ledgers
from sales.books.check import Check, Offence, Scope, narrow

# What people write freely. Codes, names and barcodes are not checked: many
# barcodes pass for a card's number.
FREE_TEXT = ("note", "label", "reference", "reason")

# Rows that people write into until their sale is finished, and the key of that sale.
CHANGES_WITH_ITS_SALE = {"sales_sale": "id", "sales_saleline": "sale_id"}

# Thirteen digits and more, perhaps in groups; Python has the last word.
DIGITS = "[0-9]([ -]?[0-9]){12}"


def list_free_text() -> list[tuple[str, str]]:
    """Return every column that people write freely into, with its table."""
    return [
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        if model._meta.app_label in {"pos", "customers", "sales"}
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField)
        and field.name.rpartition("_")[2] in FREE_TEXT
    ]


def _limit_to_added(table: str, scope: Scope) -> str:
    """Return the condition for rows that were written since the last proof."""
    if scope.added is None:
        return ""
    if key := CHANGES_WITH_ITS_SALE.get(table):
        return f" AND written.{key} = ANY (ARRAY{list(scope.added.sales)}::bigint[])"
    if table in list_ledgers():
        return f" AND written.id > {scope.added.rows.get(table, 0):d}"
    return ""


def find_card_numbers(scope: Scope) -> Iterator[Offence]:
    """Find rows whose free text holds what passes for a card number."""
    statement = " UNION ALL ".join(
        narrow(
            f"SELECT written.company_id, '{table}.{column} ' || written.id,"  # noqa: S608
            f" written.{column} FROM {table} written"
            f" WHERE written.{column} ~ '{DIGITS}' /*company written*/"
            + _limit_to_added(table, scope),
            scope,
        )
        for table, column in list_free_text()
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        for company_id, place, text in cursor.fetchall():
            if holds_card_number(text):
                yield company_id, place, sha256(text.encode()).hexdigest()


CHECKS = (
    Check(
        "I47",
        "No card number is in anything that people write.",
        find=find_card_numbers,
    ),
    Check(
        "I51",
        "Passwords are only ever stored hashed.",
        """
        SELECT person.company_id, person.username, md5(person.password)
        FROM pos_staffmember person
        WHERE person.password !~ '^(!|argon2|pbkdf2_|scrypt|bcrypt)'
            /*company person*/
        """,
    ),
)
