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
    OPEN_SALE,
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
    copy,
    delete,
    mutation,
    select_id,
    select_line,
    update,
)


def update_sale(change: str, row: str = BIG) -> str:
    return update("sales_sale", change, row)


def update_line(change: str, row: str = select_line(BIG)) -> str:
    return update("sales_saleline", change, row)


OF_SALES = {
    "a sale's total is another": mutation("I01 I28", update_sale("total = total + 1")),
    "a sale's total and net are others": mutation(
        "I01 I03 I28 I35", update_sale("total = total + 1, net_total = net_total + 1")
    ),
    "a sale's net is another": mutation(
        "I01 I07", update_sale("net_total = net_total + 0.01")
    ),
    "a sale is rounded by another amount": mutation(
        "I03", update_sale("rounding = 0.01")
    ),
    "a sale is said to have another discount": mutation(
        "I28 I71", update_sale("discount_rate = 0.07")
    ),
    "a sale's discount is an amount instead": mutation(
        "I28 I71", update_sale("discount_amount = discount_amount + 1")
    ),
    "a sale's discount loses its reason": mutation(
        "I72", update_sale("discount_reason = ''")
    ),
    "a sale used other points": mutation(
        "I86 I71", update_sale("points_redeemed = 60, points_value = 6", WITH_POINTS)
    ),
    "a sale's points were worth something else": mutation(
        "I86", update_sale("point_value = 0.20", WITH_POINTS)
    ),
    "a sale has another receipt number": mutation(
        "I63 I28", update_sale("receipt_number = 'A-S-000099'")
    ),
    "a sale has another number": mutation("I25 I63", update_sale("number = 99")),
    "two sales change their numbers": mutation(
        "I29 I28",
        "UPDATE sales_sale SET number = 9 - number, receipt_number = 'A-S-00000'"
        " || (9 - number) WHERE id IN"
        f" ({PENDING}, {EXCHANGED})",
    ),
    "a sale is of another till": mutation(
        "I33 I66", update_sale("till_id = (SELECT id FROM pos_till WHERE code = 'B')")
    ),
    "a sale is of another company": mutation(
        "I42 I43", update_sale("company_id = (SELECT min(id) FROM pos_company)")
    ),
    "a sale is of another closed shift": mutation(
        "I30 I35 I120", update_sale(f"shift_id = {SECOND}")
    ),
    "a sale is of another till's shift": mutation(
        "I33", update_sale(f"shift_id = {OF_B}")
    ),
    "a sale moves into the open shift": mutation(
        "I33 I120", update_sale(f"shift_id = {NOW_OPEN}")
    ),
    "a sale is of no shift": mutation("I33", update_sale("shift_id = NULL")),
    "a sale is of another customer": mutation(
        "I17", update_sale(f"customer_id = {BO}")
    ),
    "a sale is of no customer": mutation("I17", update_sale("customer_id = NULL")),
    "a sale gets a customer who had none": mutation(
        "I128",
        update_sale(f"customer_id = {BO}, shift_id = {NOW_OPEN}", PAYNOW),
    ),
    "a refund is of another customer": mutation(
        "I131", update_sale(f"customer_id = {BO}", REFUND)
    ),
    "a refund is of no customer": mutation(
        "I131", update_sale("customer_id = NULL", REFUND)
    ),
    "a sale has another cashier": mutation(
        "I28 I124", update_sale(f"cashier_id = {SOMEBODY_ELSE}")
    ),
    "a sale has a cashier of another company": mutation(
        "I42", update_sale(f"cashier_id = {A_STRANGER}")
    ),
    "a sale is of the day before": mutation(
        "I28", update_sale("business_date = business_date - 1")
    ),
    "a sale is of the week before": mutation(
        "I45", update_sale("business_date = business_date - 7")
    ),
    "a sale was finalized earlier": mutation(
        "I28 I33", update_sale("finalized_at = finalized_at - interval '3 hours'")
    ),
    "a sale was finalized later": mutation(
        "I28 I33", update_sale("finalized_at = finalized_at + interval '3 hours'")
    ),
    "a sale was recorded after the Z report of its shift": mutation(
        "I122", update_sale("recorded_at = recorded_at + interval '3 hours'")
    ),
    "a sale is open again": mutation("I40 I56", update_sale("status = 'open'", PAYNOW)),
    "a sale is parked again": mutation(
        "I40 I56", update_sale("status = 'parked'", PAYNOW)
    ),
    "a sale is voided though it was paid": mutation(
        "I40 I56 I84", update_sale("status = 'voided'", PAYNOW)
    ),
    "a sale becomes a refund": mutation("I09 I63", update_sale("kind = 'refund'")),
    "a refund becomes a sale": mutation(
        "I09 I63", update_sale("kind = 'sale'", REFUND)
    ),
    "a sale's prices are without tax": mutation(
        "I28 I69", update_sale("prices_include_tax = false")
    ),
    "a sale's tax is rounded by line": mutation(
        "I28",
        update_sale(
            "tax_rounding = CASE tax_rounding WHEN 'line' THEN 'rate_group'"
            " ELSE 'line' END"
        ),
    ),
    "a sale has another number of lines": mutation(
        "I08", update_sale("line_count = 9")
    ),
    "a sale has more acts": mutation("I37", update_sale("last_seq = last_seq + 1")),
    "a sale's request named other tenders": mutation(
        "I38", update_sale("tenders_fingerprint = repeat('0', 64)")
    ),
    "a sale has another uid": mutation(
        "I28 I13", update_sale("uid = gen_random_uuid()")
    ),
    "a sale is deleted": mutation("I25 I42 I66", delete("sales_sale", PAYNOW)),
    "the last sale of a till is deleted": mutation(
        "I26 I42", delete("sales_sale", SECOND_SALE)
    ),
    "a sale is there twice": mutation("I25 I36", copy("sales_sale", PAYNOW)),
    "a refund is of another sale": mutation(
        "I23 I28", update_sale(f"original_id = {PAYNOW}", REFUND)
    ),
    "a refund is of a refund": mutation(
        "I21", update_sale(f"original_id = {REFUND}", WRITTEN_OFF)
    ),
    "a refund loses its original": mutation(
        "I21 I28", update_sale("original_id = NULL", REFUND)
    ),
    "a refund without receipt loses its approval": mutation(
        "I21 I24 I28", update_sale("approved_by_id = NULL", NO_RECEIPT)
    ),
    "a refund was approved by somebody else": mutation(
        "I28",
        update_sale(
            f"approved_by_id = {select_id('pos_staffmember')}",
            NO_RECEIPT,
        ),
    ),
    "an exchange loses its sale": mutation(
        "I131", update_sale("exchanged_for_id = NULL", EXCHANGE_REFUND)
    ),
    "an exchange is for another sale": mutation(
        "I75", update_sale(f"exchanged_for_id = {PAYNOW}", EXCHANGE_REFUND)
    ),
    "an exchange is for a sale of another shift": mutation(
        "I131", update_sale(f"exchanged_for_id = {SECOND_SALE}", EXCHANGE_REFUND)
    ),
    "a sale is rounded by what its deposits are": mutation(
        "I01 I28", update_sale("rounding = rounding - 0.10, deposits = deposits + 0.10")
    ),
    "a sale's deposits are others": mutation(
        "I01 I03 I28", update_sale("deposits = 0.10")
    ),
    "a sale issued stored value": mutation("I03 I28", update_sale("issued = 10")),
    "a sale's coupon took something off": mutation(
        "I28", update_sale("coupon_value = 1")
    ),
    "a sale has the prices of another day": mutation(
        "I28", update_sale("priced_at = opened_at - interval '1 day'")
    ),
    "a voided basket is open": mutation(
        "I84 I95", update_sale("status = 'open'", VOIDED)
    ),
    "a voided basket says no reason": mutation(
        "I84", update_sale("void_reason = ''", VOIDED)
    ),
    "a voided basket says nobody": mutation(
        "I84", update_sale("voided_by_id = NULL", VOIDED)
    ),
    "a basket was voided before its shift": mutation(
        "I125", update_sale("voided_at = voided_at - interval '3 hours'", VOIDED)
    ),
    "a basket was voided after its shift": mutation(
        "I125", update_sale("voided_at = voided_at + interval '3 hours'", VOIDED)
    ),
    "a basket was voided in another shift": mutation(
        "I95", update_sale(f"shift_id = {SECOND}", VOIDED)
    ),
    "a parked basket comes to something else": mutation(
        "I55", update_sale("total = total + 1", PARKED)
    ),
    "a parked basket has a number": mutation("I56", update_sale("number = 8", PARKED)),
}

OF_LINES = {
    f"a line's {column} is another": mutation(
        "I28", update_line(f"{column} = {column} || 'x'")
    )
    for column in ("sku", "name", "second_name")
} | {
    "a line's quantity is another": mutation(
        "I05 I13 I28", update_line("quantity = 3")
    ),
    "a line's price is another": mutation(
        "I05 I28", update_line("unit_price = unit_price + 1")
    ),
    "a line's price and list amount are others": mutation(
        "I28 I69",
        update_line(
            "unit_price = unit_price + 1, list_amount = list_amount + quantity"
        ),
    ),
    "a line's catalogue price is another": mutation(
        "I28 I142", update_line("base_price = base_price + 1")
    ),
    "a line's price was typed": mutation("I28", update_line("price_source = 'typed'")),
    "a line's price was changed by hand": mutation(
        "I28 I142", update_line("price_source = 'override'")
    ),
    "a line's price has a reason": mutation("I142", update_line("price_reason = 'x'")),
    "a line's price was changed by somebody": mutation(
        "I28 I142", update_line(f"priced_by_id = {SOMEBODY_ELSE}")
    ),
    "a line's price was changed by nobody's act": mutation(
        "I28 I143",
        update_line(
            "price_source = 'override', price_reason = 'x',"
            f" priced_by_id = {SOMEBODY_ELSE}"
        ),
    ),
    "somebody else changed a line's price": mutation(
        "I28 I143",
        update_line(
            f"priced_by_id = {select_id('pos_staffmember')}", select_line(OPEN_SALE)
        ),
    ),
    "a changed price is the catalogue's": mutation(
        "I28 I142",
        update_line("price_source = 'catalogue'", select_line(OPEN_SALE)),
    ),
    "a line has a label": mutation("I28 I142", update_line("label_amount = 1")),
    "offers took something off a line": mutation(
        "I28 I69", update_line("offers_discount = 1")
    ),
    "offers took what a line's discount did": mutation(
        "I28 I70",
        update_line("offers_discount = 1, line_discount = line_discount - 1"),
    ),
    "a line has another offer": mutation("I28", update_line("offers = '[[\"x\"]]'")),
    "a line earns twice the points": mutation("I28", update_line("points_factor = 2")),
    "a line has another serial number": mutation("I28", update_line("serial = 'x'")),
    "a line has another modifier": mutation(
        "I28", update_line("""modifiers = '[["x", "1.000"]]'""")
    ),
    "a line has another deposit": mutation("I01 I28", update_line("deposit = 0.10")),
    "a line costs less and was discounted more": mutation(
        "I28 I70",
        update_line("line_discount = line_discount + 1, total = total - 1"),
    ),
    "a discount moves to the line next to it": mutation(
        "I28 I69",
        update_line("sale_discount = sale_discount - 0.10"),
        update_line("sale_discount = sale_discount + 0.10", select_line(BIG, 2)),
    ),
    "an amount moves to the line next to it": mutation(
        "I28 I69",
        update_line("total = total - 1"),
        update_line("total = total + 1", select_line(BIG, 2)),
    ),
    "a line's net is another": mutation(
        "I01 I06", update_line("net_total = net_total + 0.01")
    ),
    "tax moves to the line next to it": mutation(
        "I28",
        update_line("net_total = net_total - 0.01"),
        update_line("net_total = net_total + 0.01", select_line(BIG, 2)),
    ),
    "a line's rate is another": mutation("I06 I28", update_line("tax_rate = 0.08")),
    "a line's tax code is another": mutation("I28", update_line("tax_code = 'ZR'")),
    "a line was discounted by another percent": mutation(
        "I70", update_line("discount_rate = 0.2")
    ),
    "a line's discount loses its reason": mutation(
        "I72", update_line("discount_reason = ''")
    ),
    "a line was paid with points": mutation(
        "I71", update_line("points_discount = 1, line_discount = line_discount - 1")
    ),
    "a line is of another product": mutation(
        "I13", update_line(f"product_id = {select_id('pos_product', skip=1)}")
    ),
    "a line is of another sale": mutation(
        "I01 I08 I28", update_line(f"sale_id = {PAYNOW}, position = 2")
    ),
    "a line is of another company": mutation("I42 I43", update_line("company_id = 1")),
    "a line is in another place": mutation("I08 I28", update_line("position = 9")),
    "two lines change places": mutation(
        "I28",
        f"UPDATE sales_saleline SET position = 3 - position WHERE sale_id = {BIG}"
        " AND position IN (1, 2)",
    ),
    "a line's unit is another": mutation("I28", update_line("unit = 'kg'")),
    "a line is deleted": mutation(
        "I01 I08 I28", delete("sales_saleline", select_line(BIG, 3))
    ),
    "a line is there twice": mutation(
        "I08 I36", copy("sales_saleline", select_line(BIG, 2))
    ),
    "a line is taken off a finished sale": mutation(
        "I01 I132", update_line("removed_by = gen_random_uuid()", select_line(BIG, 2))
    ),
    "a line taken off comes back": mutation(
        "I01",
        f"UPDATE sales_saleline SET removed_by = NULL WHERE sale_id = {BIG}",
    ),
    "a line has another uid": mutation("I132", update_line("uid = gen_random_uuid()")),
    "less of a line was refunded": mutation(
        "I20", update_line("refunded_quantity = 1, refunded_total = total / 2")
    ),
    "nothing of a line was refunded": mutation(
        "I20", update_line("refunded_quantity = 0, refunded_total = 0")
    ),
    "a refund gives back another line": mutation(
        "I23",
        update_line(f"original_line_id = {select_line(BIG, 2)}", select_line(REFUND)),
    ),
    "a refund gives back no line": mutation(
        "I20 I23", update_line("original_line_id = NULL", select_line(REFUND))
    ),
    "a refund gives back more money": mutation(
        "I01 I20",
        update_line(
            "total = total - 1, list_amount = list_amount - 1", select_line(REFUND)
        ),
    ),
    "a refund gives back two": mutation(
        "I14 I20", update_line("quantity = -2", select_line(REFUND))
    ),
    "what is fit for sale was written off": mutation(
        "I14 I28", update_line("is_restocked = false", select_line(REFUND))
    ),
    "what was written off is fit for sale": mutation(
        "I14 I28", update_line("is_restocked = true", select_line(WRITTEN_OFF))
    ),
    "a refund's cost is another": mutation(
        "I23", update_line("unit_cost = unit_cost + 1", select_line(REFUND))
    ),
    "a refunded line's cost is another": mutation(
        "I23", update_line("unit_cost = unit_cost + 1")
    ),
    "a refund's catalogue price is another": mutation(
        "I23 I142", update_line("base_price = base_price + 1", select_line(REFUND))
    ),
    "a refund's points factor is another": mutation(
        "I23 I28", update_line("points_factor = 2", select_line(REFUND))
    ),
    "a refund's share of discounts is another": mutation(
        "I28 I69",
        update_line("line_discount = line_discount - 0.10", select_line(WHOLE_REFUND)),
    ),
}
