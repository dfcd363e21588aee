"""SQL of the mutations: short names for the rows of the busy shop."""

from dataclasses import dataclass

from sales.books.companies import list_owned_models

BUSY = "(SELECT id FROM pos_company WHERE code = 'BUSY')"
OTHER = "(SELECT min(id) FROM pos_company WHERE code <> 'BUSY')"


# What can be written into each table: all but what the database works out.
COLUMNS = {
    model._meta.db_table: [
        str(field.column)
        for field in model._meta.concrete_fields
        if not getattr(field, "generated", False)
    ]
    for model in list_owned_models()
}


@dataclass(frozen=True, slots=True)
class Mutation:
    """Statements past the triggers, and the checks that see what they did."""

    checks: tuple[str, ...]
    statements: tuple[str, ...]


def mutation(checks: str, *statements: str) -> Mutation:
    return Mutation(tuple(checks.split()), statements)


def select_id(
    table: str, condition: str = "true", *, order: str = "id", skip: int = 0
) -> str:
    """The id of one row of the busy shop."""
    return (
        f"(SELECT id FROM {table} WHERE company_id = {BUSY} AND {condition}"
        f" ORDER BY {order} LIMIT 1 OFFSET {skip})"
    )


def select_sale(number: str) -> str:
    return select_id("sales_sale", f"receipt_number = '{number}'")


def update(table: str, change: str, row: str) -> str:
    return f"UPDATE {table} SET {change} WHERE id = {row}"


def delete(table: str, row: str) -> str:
    return f"DELETE FROM {table} WHERE id = {row}"


def copy(table: str, row: str, **changes: str) -> str:
    """A second row like this one, but for these columns."""
    names = [name for name in COLUMNS[table] if name != "id"]
    values = [changes.get(name, name) for name in names]
    return (
        f"INSERT INTO {table} ({', '.join(names)})"
        f" SELECT {', '.join(values)} FROM {table} WHERE id = {row}"
    )


# Sales of till A in its first, closed shift.
BIG = select_sale("A-S-000001")  # discounts, card and cash; refunded in part, twice
WITH_POINTS = select_sale("A-S-000002")  # 70 points redeemed; refunded as a whole
PENDING = select_sale("A-S-000003")  # PayNow, confirmed; exchanged later
CORRECTED = select_sale("A-S-000004")  # card, then NETS, then PayNow
PAYNOW = select_sale("A-S-000005")
EXCHANGED = select_sale("A-S-000006")
REFUND = select_sale("A-R-000001")
WRITTEN_OFF = select_sale("A-R-000002")
WHOLE_REFUND = select_sale("A-R-000003")
NO_RECEIPT = select_sale("A-R-000004")
EXCHANGE_REFUND = select_sale("A-R-000005")
SECOND_SALE = select_sale("A-S-000008")
DRINK = select_sale("B-S-000001")  # with a deposit; refunded
DRINK_REFUND = select_sale("B-R-000001")
PAID_IN_PARTS = select_sale("B-S-000003")
BY_VOUCHERS = select_sale("B-S-000004")  # one cut; refunded by voucher
VOUCHER_REFUND = select_sale("B-R-000002")
OPEN_SALE = select_sale("B-S-000005")  # finalized in a shift that is still open
CHECKED = select_sale("B-S-000002")  # with an age that somebody checked
VOIDED = select_id("sales_sale", "status = 'voided'")
PARKED = select_id("sales_sale", "status = 'parked'")

FIRST = select_id("sales_shift")
SECOND = select_id("sales_shift", skip=1)
OF_B = select_id("sales_shift", skip=2)
NOW_OPEN = select_id("sales_shift", skip=3)

ADA = select_id("customers_customer", "code = 'ADA'")
BO = select_id("customers_customer", "code = 'BO'")
SOMEBODY_ELSE = select_id("pos_staffmember", order="id DESC")
A_STRANGER = f"(SELECT min(id) FROM pos_staffmember WHERE company_id = {OTHER})"


def select_line(sale: str, place: int = 1) -> str:
    return select_id("sales_saleline", f"sale_id = {sale} AND position = {place}")


def select_tender(sale: str, place: int = 1) -> str:
    return select_id("sales_tender", f"sale_id = {sale} AND position = {place}")


def select_document(sale: str) -> str:
    return select_id("sales_fiscaldocument", f"sale_id = {sale}")


def select_points_entry(sale: str, kind: str) -> str:
    return select_id(
        "customers_pointsentry",
        f"kind = '{kind}' AND source = (SELECT uid FROM sales_sale WHERE id = {sale})",
    )


def select_stock_movement(sale: str, kind: str = "sale") -> str:
    return select_id(
        "pos_stockmovement",
        f"kind = '{kind}' AND source = (SELECT uid FROM sales_sale WHERE id = {sale})",
    )


def select_z_report(shift: str) -> str:
    return select_id("sales_zreport", f"shift_id = {shift}")


def select_z_document(shift: str) -> str:
    return select_id("sales_fiscaldocument", f"z_report_id = {select_z_report(shift)}")


# Hashes all documents of a till again, as the program does, and leaves its head.
REWRITE = """
    DO $$
    DECLARE
        link record;
        before text := repeat('0', 64);
    BEGIN
        FOR link IN SELECT id, text FROM sales_fiscaldocument
            WHERE till_id = (SELECT id FROM pos_till WHERE code = 'A')
            ORDER BY chain_no
        LOOP
            UPDATE sales_fiscaldocument SET previous_hash = before,
                hash = encode(sha256(convert_to(before || text, 'UTF8')), 'hex')
            WHERE id = link.id RETURNING hash INTO before;
        END LOOP;
    END $$
"""
NEW_HEAD = (
    "UPDATE pos_till SET chain_head = (SELECT hash FROM sales_fiscaldocument"
    " WHERE till_id = pos_till.id ORDER BY chain_no DESC LIMIT 1) WHERE code = 'A'"
)
