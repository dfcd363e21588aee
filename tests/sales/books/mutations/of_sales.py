"""Mutations of sales and their lines."""

from tests.sales.books.mutations.sql import (
    A_STRANGER,
    BIG,
    BO,
    EXCHANGE_REFUND,
    EXCHANGED,
    NO_RECEIPT,
    NOW_OPEN,
    OF_B,
    PARKED,
    PAYNOW,
    PENDING,
    REFUND,
    SECOND,
    SECOND_SALE,
    SOMEBODY_ELSE,
    VOIDED,
    WHOLE_REFUND,
    WITH_POINTS,
    WRITTEN_OFF,
    caught,
    copy,
    delete,
    line,
    one,
    update,
)


def sale(change: str, row: str = BIG) -> str:
    return update("sales_sale", change, row)


def of_line(change: str, row: str = line(BIG)) -> str:
    return update("sales_saleline", change, row)


OF_SALES = {
    "a sale's total is another": caught("I01 I28", sale("total = total + 1")),
    "a sale's total and net are others": caught(
        "I01 I03 I28 I35", sale("total = total + 1, net_total = net_total + 1")
    ),
    "a sale's net is another": caught("I01 I07", sale("net_total = net_total + 0.01")),
    "a sale is rounded by another amount": caught("I03", sale("rounding = 0.01")),
    "a sale is said to have another discount": caught(
        "I28 I71", sale("discount_rate = 0.07")
    ),
    "a sale's discount is an amount instead": caught(
        "I28 I71", sale("discount_amount = discount_amount + 1")
    ),
    "a sale's discount loses its reason": caught("I72", sale("discount_reason = ''")),
    "a sale used other points": caught(
        "I86 I71", sale("points_redeemed = 60, points_value = 6", WITH_POINTS)
    ),
    "a sale's points were worth something else": caught(
        "I86", sale("point_value = 0.20", WITH_POINTS)
    ),
    "a sale has another receipt number": caught(
        "I63 I28", sale("receipt_number = 'A-S-000099'")
    ),
    "a sale has another number": caught("I25 I63", sale("number = 99")),
    "two sales change their numbers": caught(
        "I29 I28",
        "UPDATE sales_sale SET number = 9 - number, receipt_number = 'A-S-00000'"
        " || (9 - number) WHERE id IN"
        f" ({PENDING}, {EXCHANGED})",
    ),
    "a sale is of another till": caught(
        "I33 I66", sale("till_id = (SELECT id FROM pos_till WHERE code = 'B')")
    ),
    "a sale is of another company": caught(
        "I42 I43", sale("company_id = (SELECT min(id) FROM pos_company)")
    ),
    "a sale is of another closed shift": caught(
        "I30 I35 I120", sale(f"shift_id = {SECOND}")
    ),
    "a sale is of another till's shift": caught("I33", sale(f"shift_id = {OF_B}")),
    "a sale moves into the open shift": caught(
        "I33 I120", sale(f"shift_id = {NOW_OPEN}")
    ),
    "a sale is of no shift": caught("I33", sale("shift_id = NULL")),
    "a sale is of another customer": caught("I17", sale(f"customer_id = {BO}")),
    "a sale is of no customer": caught("I17", sale("customer_id = NULL")),
    "a sale gets a customer who had none": caught(
        "I128",
        sale(f"customer_id = {BO}, shift_id = {NOW_OPEN}", PAYNOW),
    ),
    "a refund is of another customer": caught(
        "I131", sale(f"customer_id = {BO}", REFUND)
    ),
    "a refund is of no customer": caught("I131", sale("customer_id = NULL", REFUND)),
    "a sale has another cashier": caught(
        "I28 I124", sale(f"cashier_id = {SOMEBODY_ELSE}")
    ),
    "a sale has a cashier of another company": caught(
        "I42", sale(f"cashier_id = {A_STRANGER}")
    ),
    "a sale is of the day before": caught(
        "I28", sale("business_date = business_date - 1")
    ),
    "a sale is of the week before": caught(
        "I45", sale("business_date = business_date - 7")
    ),
    "a sale was finalized earlier": caught(
        "I28 I33", sale("finalized_at = finalized_at - interval '3 hours'")
    ),
    "a sale was finalized later": caught(
        "I28 I33", sale("finalized_at = finalized_at + interval '3 hours'")
    ),
    "a sale was recorded after the Z report of its shift": caught(
        "I122", sale("recorded_at = recorded_at + interval '3 hours'")
    ),
    "a sale is open again": caught("I40 I56", sale("status = 'open'", PAYNOW)),
    "a sale is parked again": caught("I40 I56", sale("status = 'parked'", PAYNOW)),
    "a sale is voided though it was paid": caught(
        "I40 I56 I84", sale("status = 'voided'", PAYNOW)
    ),
    "a sale becomes a refund": caught("I09 I63", sale("kind = 'refund'")),
    "a refund becomes a sale": caught("I09 I63", sale("kind = 'sale'", REFUND)),
    "a sale's prices are without tax": caught(
        "I28 I69", sale("prices_include_tax = false")
    ),
    "a sale's tax is rounded by line": caught(
        "I28",
        sale(
            "tax_rounding = CASE tax_rounding WHEN 'line' THEN 'rate_group'"
            " ELSE 'line' END"
        ),
    ),
    "a sale has another number of lines": caught("I08", sale("line_count = 9")),
    "a sale has more acts": caught("I37", sale("last_seq = last_seq + 1")),
    "a sale's request named other tenders": caught(
        "I38", sale("tenders_fingerprint = repeat('0', 64)")
    ),
    "a sale has another uid": caught("I28 I13", sale("uid = gen_random_uuid()")),
    "a sale is deleted": caught("I25 I42 I66", delete("sales_sale", PAYNOW)),
    "the last sale of a till is deleted": caught(
        "I26 I42", delete("sales_sale", SECOND_SALE)
    ),
    "a sale is there twice": caught("I25 I36", copy("sales_sale", PAYNOW)),
    "a refund is of another sale": caught(
        "I23 I28", sale(f"original_id = {PAYNOW}", REFUND)
    ),
    "a refund is of a refund": caught(
        "I21", sale(f"original_id = {REFUND}", WRITTEN_OFF)
    ),
    "a refund loses its original": caught(
        "I21 I28", sale("original_id = NULL", REFUND)
    ),
    "a refund without receipt loses its approval": caught(
        "I21 I24 I28", sale("approved_by_id = NULL", NO_RECEIPT)
    ),
    "a refund was approved by somebody else": caught(
        "I28",
        sale(
            f"approved_by_id = {one('pos_staffmember')}",
            NO_RECEIPT,
        ),
    ),
    "an exchange loses its sale": caught(
        "I131", sale("exchanged_for_id = NULL", EXCHANGE_REFUND)
    ),
    "an exchange is for another sale": caught(
        "I75", sale(f"exchanged_for_id = {PAYNOW}", EXCHANGE_REFUND)
    ),
    "an exchange is for a sale of another shift": caught(
        "I131", sale(f"exchanged_for_id = {SECOND_SALE}", EXCHANGE_REFUND)
    ),
    "a voided basket is open": caught("I84 I95", sale("status = 'open'", VOIDED)),
    "a voided basket says no reason": caught("I84", sale("void_reason = ''", VOIDED)),
    "a voided basket says nobody": caught("I84", sale("voided_by_id = NULL", VOIDED)),
    "a basket was voided before its shift": caught(
        "I125", sale("voided_at = voided_at - interval '3 hours'", VOIDED)
    ),
    "a basket was voided after its shift": caught(
        "I125", sale("voided_at = voided_at + interval '3 hours'", VOIDED)
    ),
    "a basket was voided in another shift": caught(
        "I95", sale(f"shift_id = {SECOND}", VOIDED)
    ),
    "a parked basket comes to something else": caught(
        "I55", sale("total = total + 1", PARKED)
    ),
    "a parked basket has a number": caught("I56", sale("number = 8", PARKED)),
}

OF_LINES = {
    f"a line's {column} is another": caught(
        "I28", of_line(f"{column} = {column} || 'x'")
    )
    for column in ("sku", "name", "second_name")
} | {
    "a line's quantity is another": caught("I05 I13 I28", of_line("quantity = 3")),
    "a line's price is another": caught(
        "I05 I28", of_line("unit_price = unit_price + 1")
    ),
    "a line's price and list amount are others": caught(
        "I28 I69",
        of_line("unit_price = unit_price + 1, list_amount = list_amount + quantity"),
    ),
    "a line costs less and was discounted more": caught(
        "I28 I70",
        of_line("line_discount = line_discount + 1, total = total - 1"),
    ),
    "a discount moves to the line next to it": caught(
        "I28 I69",
        of_line("sale_discount = sale_discount - 0.10"),
        of_line("sale_discount = sale_discount + 0.10", line(BIG, 2)),
    ),
    "an amount moves to the line next to it": caught(
        "I28 I69",
        of_line("total = total - 1"),
        of_line("total = total + 1", line(BIG, 2)),
    ),
    "a line's net is another": caught(
        "I01 I06", of_line("net_total = net_total + 0.01")
    ),
    "tax moves to the line next to it": caught(
        "I28",
        of_line("net_total = net_total - 0.01"),
        of_line("net_total = net_total + 0.01", line(BIG, 2)),
    ),
    "a line's rate is another": caught("I06 I28", of_line("tax_rate = 0.08")),
    "a line's tax code is another": caught("I28", of_line("tax_code = 'ZR'")),
    "a line was discounted by another percent": caught(
        "I70", of_line("discount_rate = 0.2")
    ),
    "a line's discount loses its reason": caught(
        "I72", of_line("discount_reason = ''")
    ),
    "a line was paid with points": caught(
        "I71", of_line("points_discount = 1, line_discount = line_discount - 1")
    ),
    "a line is of another product": caught(
        "I13", of_line(f"product_id = {one('pos_product', skip=1)}")
    ),
    "a line is of another sale": caught(
        "I01 I08 I28", of_line(f"sale_id = {PAYNOW}, position = 2")
    ),
    "a line is of another company": caught("I42 I43", of_line("company_id = 1")),
    "a line is in another place": caught("I08 I28", of_line("position = 9")),
    "two lines change places": caught(
        "I28",
        f"UPDATE sales_saleline SET position = 3 - position WHERE sale_id = {BIG}"
        " AND position IN (1, 2)",
    ),
    "a line's unit is another": caught("I28", of_line("unit = 'kg'")),
    "a line is deleted": caught("I01 I08 I28", delete("sales_saleline", line(BIG, 3))),
    "a line is there twice": caught("I08 I36", copy("sales_saleline", line(BIG, 2))),
    "a line is taken off a finished sale": caught(
        "I01 I132", of_line("removed_by = gen_random_uuid()", line(BIG, 2))
    ),
    "a line taken off comes back": caught(
        "I01",
        f"UPDATE sales_saleline SET removed_by = NULL WHERE sale_id = {BIG}",
    ),
    "a line has another uid": caught("I132", of_line("uid = gen_random_uuid()")),
    "less of a line was refunded": caught(
        "I20", of_line("refunded_quantity = 1, refunded_total = total / 2")
    ),
    "nothing of a line was refunded": caught(
        "I20", of_line("refunded_quantity = 0, refunded_total = 0")
    ),
    "a refund gives back another line": caught(
        "I23", of_line(f"original_line_id = {line(BIG, 2)}", line(REFUND))
    ),
    "a refund gives back no line": caught(
        "I20 I23", of_line("original_line_id = NULL", line(REFUND))
    ),
    "a refund gives back more money": caught(
        "I01 I20",
        of_line("total = total - 1, list_amount = list_amount - 1", line(REFUND)),
    ),
    "a refund gives back two": caught(
        "I14 I20", of_line("quantity = -2", line(REFUND))
    ),
    "what is fit for sale was written off": caught(
        "I14 I28", of_line("is_restocked = false", line(REFUND))
    ),
    "what was written off is fit for sale": caught(
        "I14 I28", of_line("is_restocked = true", line(WRITTEN_OFF))
    ),
    "a refund's cost is another": caught(
        "I23", of_line("unit_cost = unit_cost + 1", line(REFUND))
    ),
    "a refunded line's cost is another": caught(
        "I23", of_line("unit_cost = unit_cost + 1")
    ),
    "a refund's share of discounts is another": caught(
        "I28 I69", of_line("line_discount = line_discount - 0.10", line(WHOLE_REFUND))
    ),
}
