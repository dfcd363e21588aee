"""Mutations of the ledgers: points, stock, basket operations and prints."""

from tests.sales.books.mutations.sql import (
    A_STRANGER,
    ADA,
    BIG,
    BO,
    BUSY,
    OPEN_SALE,
    REFUND,
    SOMEBODY_ELSE,
    WHOLE_REFUND,
    WITH_POINTS,
    WRITTEN_OFF,
    copy,
    delete,
    mutation,
    select_id,
    select_points_entry,
    select_stock_movement,
    update,
)

EARNED = select_points_entry(BIG, "earn")
GIFT = select_id("customers_pointsentry", "kind = 'adjust'")
LAST_EARNED = select_points_entry(OPEN_SALE, "earn")
THREE_HOURS = "interval '3 hours'"


def update_points(change: str, row: str = EARNED) -> str:
    return update("customers_pointsentry", change, row)


def remove_points_entry(row: str, number: int) -> tuple[str, ...]:
    """Take an entry away, and bring every balance after it in line."""
    return (
        "UPDATE customers_pointsentry SET balance_after = balance_after -"
        f" ({number}) WHERE customer_id = {ADA} AND id > {row}",
        f"UPDATE customers_customer SET points_balance = points_balance - ({number})"
        f" WHERE id = {ADA}",
        delete("customers_pointsentry", row),
    )


OF_POINTS = {
    "a sale earned more points": mutation(
        "I16 I62 I85", update_points("points = points + 1")
    ),
    "a sale earned more points, and the balance with it": mutation(
        "I85",
        update_points("points = points + 1"),
        "UPDATE customers_pointsentry SET balance_after = balance_after + 1"
        f" WHERE customer_id = {ADA} AND id >= {EARNED}",
        "UPDATE customers_customer SET points_balance = points_balance + 1"
        f" WHERE id = {ADA}",
    ),
    "a sale earned nothing": mutation("I120", *remove_points_entry(EARNED, 8)),
    "a sale in the open shift earned nothing": mutation(
        "I128", *remove_points_entry(LAST_EARNED, 2)
    ),
    "a refund reversed nothing": mutation(
        "I120 I129",
        *remove_points_entry(select_points_entry(WHOLE_REFUND, "reverse"), -6),
    ),
    "a refund reversed less": mutation(
        "I62 I129",
        update_points(
            "points = points + 1", select_points_entry(WHOLE_REFUND, "reverse")
        ),
    ),
    "a refund reversed more": mutation(
        "I18 I62 I129",
        update_points(
            "points = points - 1", select_points_entry(WHOLE_REFUND, "reverse")
        ),
    ),
    "a refund returned no points": mutation(
        "I129", *remove_points_entry(select_points_entry(WHOLE_REFUND, "return"), 70)
    ),
    "a refund returned fewer points": mutation(
        "I62 I129",
        update_points("points = 60", select_points_entry(WHOLE_REFUND, "return")),
    ),
    "a refund and its entry returned fewer points": mutation(
        "I28 I62 I129",
        update_points("points = 60", select_points_entry(WHOLE_REFUND, "return")),
        update("sales_sale", "points_redeemed = -60", WHOLE_REFUND),
    ),
    "a sale used fewer points": mutation(
        "I62 I86",
        update_points("points = -60", select_points_entry(WITH_POINTS, "redeem")),
    ),
    "a sale used no points": mutation(
        "I86 I120",
        *remove_points_entry(select_points_entry(WITH_POINTS, "redeem"), -70),
    ),
    "a balance is another": mutation(
        "I16", update("customers_customer", "points_balance = points_balance + 1", ADA)
    ),
    "an entry says another balance": mutation(
        "I62", update_points("balance_after = balance_after + 1")
    ),
    "a gift was larger": mutation("I16 I62", update_points("points = 200", GIFT)),
    "a gift of points that were used was none": mutation(
        "I86", *remove_points_entry(GIFT, 100)
    ),
    "a gift was for no reason": mutation("I130", update_points("reason = ''", GIFT)),
    "a gift was from nobody": mutation(
        "I130", update_points("staff_member_id = NULL", GIFT)
    ),
    "a gift was earned": mutation(
        "I17 I87", update_points("kind = 'earn', amount_per_point = 10", GIFT)
    ),
    "earned points were a gift": mutation(
        "I120 I130",
        update_points("kind = 'adjust', reason = 'Gift', amount_per_point = NULL"),
    ),
    "earned points have no rate": mutation(
        "I130", update_points("amount_per_point = NULL")
    ),
    "earned points have half the rate": mutation(
        "I85", update_points("amount_per_point = 5")
    ),
    "points were earned by somebody else": mutation(
        "I16 I17 I62", update_points(f"customer_id = {BO}")
    ),
    "points were earned by another sale": mutation(
        "I120", update_points("source = gen_random_uuid()")
    ),
    "points were earned twice": mutation(
        "I16 I17", copy("customers_pointsentry", EARNED)
    ),
    "points were earned earlier": mutation(
        "I124", update_points(f"entered_at = entered_at - {THREE_HOURS}")
    ),
    "points were earned later": mutation(
        "I124", update_points(f"entered_at = entered_at + {THREE_HOURS}")
    ),
    "points were recorded in the future": mutation(
        "I46", update_points("recorded_at = recorded_at + interval '1 day'")
    ),
    "points were earned at another person's till": mutation(
        "I124", update_points(f"staff_member_id = {SOMEBODY_ELSE}")
    ),
    "points were earned at nobody's till": mutation(
        "I124", update_points("staff_member_id = NULL")
    ),
    "points are of another company": mutation(
        "I42 I43", update_points("company_id = 1")
    ),
    "a reversal is of another refund": mutation(
        "I129",
        update_points(
            f"source = (SELECT uid FROM sales_sale WHERE id = {REFUND})",
            select_points_entry(WHOLE_REFUND, "reverse"),
        ),
    ),
}

SOLD = select_stock_movement(BIG)
COUNTED = select_id("pos_stockmovement", "kind = 'count'")
RECEIVED = select_id("pos_stockmovement", "kind = 'receive'")
ITEM = f"(SELECT stock_item_id FROM pos_stockmovement WHERE id = {COUNTED})"


def update_stock_movement(change: str, row: str = SOLD) -> str:
    return update("pos_stockmovement", change, row)


def update_on_hand(change: str) -> str:
    return update("pos_stockitem", f"on_hand = on_hand {change}", ITEM)


OF_STOCK = {
    "on hand is another": mutation("I12", update_on_hand("+ 1")),
    "a sale took more": mutation(
        "I12 I13", update_stock_movement("quantity = quantity - 1")
    ),
    "a sale took more, and on hand with it": mutation(
        "I13", update_stock_movement("quantity = quantity - 1"), update_on_hand("- 1")
    ),
    "a sale brought stock": mutation(
        "I13 I61", update_stock_movement("quantity = -quantity")
    ),
    "a delivery was larger": mutation(
        "I12 I127", update_stock_movement("quantity = quantity + 5", RECEIVED)
    ),
    "a delivery was larger, and on hand with it": mutation(
        "I127",
        update_stock_movement("quantity = quantity + 5", RECEIVED),
        update_on_hand("+ 5"),
    ),
    "a delivery did not come": mutation(
        "I127", delete("pos_stockmovement", RECEIVED), update_on_hand("- 50")
    ),
    "a delivery came below zero": mutation(
        "I61", update_stock_movement("quantity = -quantity", RECEIVED)
    ),
    "a count found something else": mutation(
        "I127", update_stock_movement("counted = counted + 1", COUNTED)
    ),
    "a count found something else, and on hand with it": mutation(
        "I127",
        update_stock_movement("quantity = quantity + 1", COUNTED),
        update_on_hand("+ 1"),
    ),
    "a count was a delivery": mutation(
        "I61", update_stock_movement("kind = 'receive', counted = NULL", COUNTED)
    ),
    "a count says nothing": mutation(
        "I61", update_stock_movement("counted = NULL", COUNTED)
    ),
    "a sale took it from another shelf": mutation(
        "I12 I13",
        update_stock_movement(f"stock_item_id = {select_id('pos_stockitem', skip=1)}"),
    ),
    "a movement is of another sale": mutation(
        "I15 I13", update_stock_movement("source = gen_random_uuid()")
    ),
    "a movement is of another line": mutation(
        "I13 I15", update_stock_movement("source_line = 99")
    ),
    "a sale took it as a write-off": mutation(
        "I13 I15", update_stock_movement("kind = 'write_off'")
    ),
    "a sale's movement is deleted": mutation(
        "I12 I13", delete("pos_stockmovement", SOLD)
    ),
    "a sale took it twice": mutation("I12", copy("pos_stockmovement", SOLD)),
    "a refund brought more": mutation(
        "I14",
        update_stock_movement("quantity = 2", select_stock_movement(REFUND, "refund")),
    ),
    "a write-off is deleted": mutation(
        "I14",
        delete("pos_stockmovement", select_stock_movement(WRITTEN_OFF, "write_off")),
    ),
    "a sale took it earlier": mutation(
        "I124", update_stock_movement(f"moved_at = moved_at - {THREE_HOURS}")
    ),
    "a sale took it later": mutation(
        "I124", update_stock_movement(f"moved_at = moved_at + {THREE_HOURS}")
    ),
    "a movement is of another person": mutation(
        "I124", update_stock_movement(f"staff_member_id = {SOMEBODY_ELSE}")
    ),
    "a movement is of nobody": mutation(
        "I124", update_stock_movement("staff_member_id = NULL")
    ),
    "a movement is of another company": mutation(
        "I42 I43", update_stock_movement("company_id = 1")
    ),
    "a stock item is of another product": mutation(
        "I13",
        update(
            "pos_stockitem", f"product_id = {select_id('pos_product', skip=1)}", ITEM
        ),
    ),
}

ACT = select_id("sales_saleoperation", f"sale_id = {BIG} AND seq = 2")
PRINT = select_id("sales_receiptprint", f"sale_id = {BIG} AND copy_number = 1")


def update_operation(change: str, row: str = ACT) -> str:
    return update("sales_saleoperation", change, row)


def update_print(change: str, row: str = PRINT) -> str:
    return update("sales_receiptprint", change, row)


OF_BASKETS = {
    "an act is deleted": mutation("I37", delete("sales_saleoperation", ACT)),
    "the last act is deleted": mutation(
        "I37",
        delete(
            "sales_saleoperation",
            select_id("sales_saleoperation", f"sale_id = {BIG}", order="seq DESC"),
        ),
    ),
    "an act is there twice": mutation("I36 I37", copy("sales_saleoperation", ACT)),
    "an act has another number": mutation("I37", update_operation("seq = 99")),
    "an act is of another sale": mutation(
        "I37 I132", update_operation(f"sale_id = {WITH_POINTS}, seq = 99")
    ),
    "an act is of an unknown kind": mutation("I132", update_operation("kind = 'give'")),
    "an act has no fingerprint": mutation("I132", update_operation("fingerprint = ''")),
    "an act has no answer": mutation("I37", update_operation("result = '{}'")),
    "an act's answer names another line": mutation(
        "I132",
        update_operation(
            "result = jsonb_set(result, '{line}', to_jsonb(gen_random_uuid()))"
        ),
    ),
    "an act came before the one before": mutation(
        "I126", update_operation(f"recorded_at = recorded_at - {THREE_HOURS}")
    ),
    "an act came after the sale": mutation(
        "I126", update_operation(f"recorded_at = recorded_at + {THREE_HOURS}")
    ),
    "an act is of another company": mutation("I42", update_operation("company_id = 1")),
    "an act is of a person of another company": mutation(
        "I42", update_operation(f"staff_member_id = {A_STRANGER}")
    ),
    "a print is deleted": mutation("I64", delete("sales_receiptprint", PRINT)),
    "a print is there twice": mutation("I64", copy("sales_receiptprint", PRINT)),
    "a print has another number": mutation("I64", update_print("copy_number = 7")),
    "a print is of another sale": mutation(
        "I64", update_print(f"sale_id = {WITH_POINTS}")
    ),
    "a print came before the sale": mutation(
        "I126", update_print(f"printed_at = printed_at - {THREE_HOURS}")
    ),
    "a print came in the future": mutation(
        "I46", update_print("printed_at = now() + interval '1 day'")
    ),
    "a print is of another company": mutation("I42", update_print("company_id = 1")),
    "the company is in another currency": mutation(
        "I11", f"UPDATE pos_company SET currency = 'MYR' WHERE id = {BUSY}"
    ),
}
