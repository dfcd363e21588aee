"""Mutations of figures: what closed shifts came to, by hour, tax, tender, product."""

from sales.books.companies import list_owned_models
from tests.sales.books.mutations.of_money import CORRECTION
from tests.sales.books.mutations.of_sales import update_line, update_sale
from tests.sales.books.mutations.of_shifts import update_cash_movement
from tests.sales.books.mutations.sql import (
    FIRST,
    NOW_OPEN,
    PAYNOW,
    REFUND,
    SECOND,
    SOMEBODY_ELSE,
    VOIDED,
    Mutation,
    copy,
    delete,
    mutation,
    select_id,
    select_line,
    update,
)

HOUR = select_id("sales_shifthour", f"shift_id = {FIRST}")
TAX = select_id("sales_shifttax", f"shift_id = {FIRST} AND document = 'sale'")
CARD = select_id("sales_shifttender", f"shift_id = {FIRST} AND kind = 'card'")
DAY = select_id("sales_productday")
MONTH = select_id("sales_productmonth")

# Columns that tell what a row is of, and not how much.
_KEYS = {
    *("id", "company_id", "shift_id", "outlet_id", "business_date", "hour"),
    *("cashier_id", "tax_date", "tax_code", "tax_rate", "document", "kind", "what"),
    *("person_id", "reason", "product_id"),
}


def select_reason(what: str, shift: str = FIRST) -> str:
    return select_id("sales_shiftreason", f"shift_id = {shift} AND what = '{what}'")


def _values(table: str) -> list[str]:
    [model] = [m for m in list_owned_models() if m._meta.db_table == table]
    return [
        str(field.column)
        for field in model._meta.concrete_fields
        if field.column not in _KEYS and not field.generated
    ]


def _each_value_changed(checks: str, table: str, row: str) -> dict[str, Mutation]:
    return {
        f"{table} has another {column}": mutation(
            checks, update(table, f"{column} = {column} + 1", row)
        )
        for column in _values(table)
    }


def _moved(checks: str, table: str, row: str, **changes: str) -> dict[str, Mutation]:
    return {
        f"{table} is of another {column}": mutation(
            checks, update(table, f"{column} = {value}", row)
        )
        for column, value in changes.items()
    }


def _dropped_and_doubled(checks: str, table: str, row: str) -> dict[str, Mutation]:
    return {
        f"{table} is deleted": mutation(checks, delete(table, row)),
        f"{table} is there twice": mutation(checks, copy(table, row)),
        f"{table} is of another company": mutation(
            "I42", update(table, "company_id = 1", row)
        ),
    }


OF_HOURS: dict[str, Mutation] = {
    **_each_value_changed("I191", "sales_shifthour", HOUR),
    **_dropped_and_doubled("I190 I191 I192 I193 I195", "sales_shifthour", HOUR),
    **_moved(
        "I191",
        "sales_shifthour",
        HOUR,
        shift_id=SECOND,
        outlet_id="outlet_id + 1",
        business_date="business_date - 1",
        hour="(hour + 1) % 24",
        cashier_id=SOMEBODY_ELSE,
    ),
    "an hour is of an open shift": mutation(
        "I190", copy("sales_shifthour", HOUR, shift_id=NOW_OPEN)
    ),
    "an hour that sold nothing": mutation(
        "I191",
        copy(
            "sales_shifthour",
            HOUR,
            hour="(hour + 5) % 24",
            **dict.fromkeys(_values("sales_shifthour"), "0"),
        ),
    ),
    "gross and discounts of an hour are higher by as much": mutation(
        "I190 I191 I194",
        update("sales_shifthour", "gross = gross + 1, discounts = discounts + 1", HOUR),
    ),
    "what was taken off goes from one cashier to another": mutation(
        "I191 I194",
        copy(
            "sales_shifthour",
            HOUR,
            cashier_id=SOMEBODY_ELSE,
            **{
                column: "1" if column in {"gross", "discounts"} else "0"
                for column in _values("sales_shifthour")
            },
        ),
        update("sales_shifthour", "gross = gross - 1, discounts = discounts - 1", HOUR),
    ),
}

OF_TAXES: dict[str, Mutation] = {
    **_each_value_changed("I192", "sales_shifttax", TAX),
    **_dropped_and_doubled("I192", "sales_shifttax", TAX),
    **_moved(
        "I192",
        "sales_shifttax",
        TAX,
        shift_id=SECOND,
        business_date="business_date - 1",
        tax_date="tax_date - 1",
        tax_code="'ZR'",
        tax_rate="0.08",
        document="'refund'",
    ),
    "a tax is of an open shift": mutation(
        "I190", copy("sales_shifttax", TAX, shift_id=NOW_OPEN)
    ),
}

OF_TENDERS_OF_SHIFTS: dict[str, Mutation] = {
    **_each_value_changed("I193", "sales_shifttender", CARD),
    **_dropped_and_doubled("I193", "sales_shifttender", CARD),
    **_moved(
        "I193",
        "sales_shifttender",
        CARD,
        shift_id=SECOND,
        business_date="business_date - 1",
        kind="'nets'",
    ),
    "a tender is of an open shift": mutation(
        "I190", copy("sales_shifttender", CARD, shift_id=NOW_OPEN)
    ),
    "a correction is not in the tenders of its shift": mutation(
        "I193",
        f"UPDATE sales_shifttender SET corrected = 0 WHERE shift_id = {FIRST}",
    ),
}

OF_REASONS: dict[str, Mutation] = {
    **_each_value_changed("I194", "sales_shiftreason", select_reason("line_discount")),
    **_dropped_and_doubled("I194", "sales_shiftreason", select_reason("sale_discount")),
    **_moved(
        "I194",
        "sales_shiftreason",
        select_reason("refund"),
        shift_id=SECOND,
        business_date="business_date - 1",
        what="'void'",
        person_id=SOMEBODY_ELSE,
        reason="'x'",
    ),
    "a reason is of an open shift": mutation(
        "I190", copy("sales_shiftreason", select_reason("refund"), shift_id=NOW_OPEN)
    ),
    **{
        f"{what} is in no reason": mutation(
            "I194",
            f"DELETE FROM sales_shiftreason WHERE company_id ="
            f" (SELECT id FROM pos_company WHERE code = 'BUSY') AND what = '{what}'",
        )
        for what in (
            *("line_discount", "sale_discount", "points", "refund", "void"),
            *("no_sale", "pay_in", "pay_out", "drop", "correction", "variance"),
            *("removed_line",),
        )
    },
}

# What a shift that was added up is the only other witness of.
OF_ACTS: dict[str, Mutation] = {
    "a line cost something else": mutation(
        "I191 I195", update_line("unit_cost = 1", select_line(PAYNOW))
    ),
    **{
        f"{name} of a closed shift has another reason": mutation("I194", statement)
        for name, statement in {
            "a discount of a sale": update_sale("discount_reason = 'x'"),
            "a discount of a line": update_line("discount_reason = 'x'"),
            "a refund": update_sale("reason = 'x'", REFUND),
            "a void": update_sale("void_reason = 'x'", VOIDED),
            "a movement of cash": update_cash_movement("reason = 'x'"),
            "a correction": update(
                "sales_tendercorrection", "reason = 'x'", CORRECTION
            ),
        }.items()
    },
    **{
        f"{name} of a closed shift is of somebody else": mutation("I194", statement)
        for name, statement in {
            "a void": update_sale(f"voided_by_id = {SOMEBODY_ELSE}", VOIDED),
            "a movement of cash": update_cash_movement(
                f"staff_member_id = {SOMEBODY_ELSE}"
            ),
            "a correction": update(
                "sales_tendercorrection",
                f"staff_member_id = {SOMEBODY_ELSE}",
                CORRECTION,
            ),
        }.items()
    },
}

_UNIQUE = ("DROP INDEX product_once_per_day", "DROP INDEX product_once_per_month")

OF_PRODUCTS: dict[str, Mutation] = {
    name: Mutation(it.checks, (*_UNIQUE, *it.statements))
    for table, row in (("sales_productday", DAY), ("sales_productmonth", MONTH))
    for name, it in (
        _each_value_changed("I195", table, row)
        | _dropped_and_doubled("I195", table, row)
        | _moved(
            "I195",
            table,
            row,
            outlet_id="outlet_id + 1",
            business_date="business_date - 31",
            product_id="(SELECT max(id) FROM pos_product WHERE company_id ="
            " (SELECT id FROM pos_company WHERE code = 'BUSY'))",
        )
    ).items()
} | {
    "what an open shift sold is in the day of its product": mutation(
        "I195",
        "INSERT INTO sales_productday (company_id, outlet_id, business_date,"
        " product_id, quantity, refunded_quantity, gross, discounts, total, net, cost,"
        " uncosted)"
        " SELECT line.company_id, till.outlet_id, sale.business_date + 1,"
        " line.product_id, line.quantity, 0, line.total, 0, line.total, line.net_total,"
        " 0, line.net_total FROM sales_saleline line"
        " JOIN sales_sale sale ON sale.id = line.sale_id"
        " JOIN pos_till till ON till.id = sale.till_id"
        f" WHERE sale.shift_id = {NOW_OPEN} AND sale.status = 'finalized'",
    ),
    "one product has what another sold": mutation(
        "I195",
        "UPDATE sales_productday own SET total = own.total + moved.by,"
        " net = own.net + moved.by, gross = own.gross + moved.by"
        f" FROM (VALUES ({DAY}, 1), ({select_id('sales_productday', skip=1)}, -1))"
        " moved (id, by) WHERE own.id = moved.id",
    ),
}
