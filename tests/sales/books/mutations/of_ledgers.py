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
    caught,
    copy,
    delete,
    entry,
    moved,
    one,
    update,
)

EARNED = entry(BIG, "earn")
GIFT = one("customers_pointsentry", "kind = 'adjust'")
LAST_EARNED = entry(OPEN_SALE, "earn")
THREE_HOURS = "interval '3 hours'"


def points(change: str, row: str = EARNED) -> str:
    return update("customers_pointsentry", change, row)


def without(row: str, number: int) -> tuple[str, ...]:
    """Take an entry away, and bring every balance after it in line."""
    return (
        "UPDATE customers_pointsentry SET balance_after = balance_after -"
        f" ({number}) WHERE customer_id = {ADA} AND id > {row}",
        f"UPDATE customers_customer SET points_balance = points_balance - ({number})"
        f" WHERE id = {ADA}",
        delete("customers_pointsentry", row),
    )


OF_POINTS = {
    "a sale earned more points": caught("I16 I62 I85", points("points = points + 1")),
    "a sale earned more points, and the balance with it": caught(
        "I85",
        points("points = points + 1"),
        "UPDATE customers_pointsentry SET balance_after = balance_after + 1"
        f" WHERE customer_id = {ADA} AND id >= {EARNED}",
        "UPDATE customers_customer SET points_balance = points_balance + 1"
        f" WHERE id = {ADA}",
    ),
    "a sale earned nothing": caught("I120", *without(EARNED, 8)),
    "a sale in the open shift earned nothing": caught("I128", *without(LAST_EARNED, 2)),
    "a refund reversed nothing": caught(
        "I120 I129", *without(entry(WHOLE_REFUND, "reverse"), -6)
    ),
    "a refund reversed less": caught(
        "I62 I129", points("points = points + 1", entry(WHOLE_REFUND, "reverse"))
    ),
    "a refund reversed more": caught(
        "I18 I62 I129", points("points = points - 1", entry(WHOLE_REFUND, "reverse"))
    ),
    "a refund returned no points": caught(
        "I129", *without(entry(WHOLE_REFUND, "return"), 70)
    ),
    "a refund returned fewer points": caught(
        "I62 I129", points("points = 60", entry(WHOLE_REFUND, "return"))
    ),
    "a refund and its entry returned fewer points": caught(
        "I28 I62 I129",
        points("points = 60", entry(WHOLE_REFUND, "return")),
        update("sales_sale", "points_redeemed = -60", WHOLE_REFUND),
    ),
    "a sale used fewer points": caught(
        "I62 I86", points("points = -60", entry(WITH_POINTS, "redeem"))
    ),
    "a sale used no points": caught(
        "I86 I120", *without(entry(WITH_POINTS, "redeem"), -70)
    ),
    "a balance is another": caught(
        "I16", update("customers_customer", "points_balance = points_balance + 1", ADA)
    ),
    "an entry says another balance": caught(
        "I62", points("balance_after = balance_after + 1")
    ),
    "a gift was larger": caught("I16 I62", points("points = 200", GIFT)),
    "a gift of points that were used was none": caught("I86", *without(GIFT, 100)),
    "a gift was for no reason": caught("I130", points("reason = ''", GIFT)),
    "a gift was from nobody": caught("I130", points("staff_member_id = NULL", GIFT)),
    "a gift was earned": caught(
        "I17 I87", points("kind = 'earn', amount_per_point = 10", GIFT)
    ),
    "earned points were a gift": caught(
        "I120 I130",
        points("kind = 'adjust', reason = 'Gift', amount_per_point = NULL"),
    ),
    "earned points have no rate": caught("I130", points("amount_per_point = NULL")),
    "earned points have half the rate": caught("I85", points("amount_per_point = 5")),
    "points were earned by somebody else": caught(
        "I16 I17 I62", points(f"customer_id = {BO}")
    ),
    "points were earned by another sale": caught(
        "I120", points("source = gen_random_uuid()")
    ),
    "points were earned twice": caught(
        "I16 I17", copy("customers_pointsentry", EARNED)
    ),
    "points were earned earlier": caught(
        "I124", points(f"entered_at = entered_at - {THREE_HOURS}")
    ),
    "points were earned later": caught(
        "I124", points(f"entered_at = entered_at + {THREE_HOURS}")
    ),
    "points were recorded in the future": caught(
        "I46", points("recorded_at = recorded_at + interval '1 day'")
    ),
    "points were earned at another person's till": caught(
        "I124", points(f"staff_member_id = {SOMEBODY_ELSE}")
    ),
    "points were earned at nobody's till": caught(
        "I124", points("staff_member_id = NULL")
    ),
    "points are of another company": caught("I42 I43", points("company_id = 1")),
    "a reversal is of another refund": caught(
        "I129",
        points(
            f"source = (SELECT uid FROM sales_sale WHERE id = {REFUND})",
            entry(WHOLE_REFUND, "reverse"),
        ),
    ),
}

SOLD = moved(BIG)
COUNTED = one("pos_stockmovement", "kind = 'count'")
RECEIVED = one("pos_stockmovement", "kind = 'receive'")
ITEM = f"(SELECT stock_item_id FROM pos_stockmovement WHERE id = {COUNTED})"


def stock(change: str, row: str = SOLD) -> str:
    return update("pos_stockmovement", change, row)


def on_hand(change: str) -> str:
    return update("pos_stockitem", f"on_hand = on_hand {change}", ITEM)


OF_STOCK = {
    "on hand is another": caught("I12", on_hand("+ 1")),
    "a sale took more": caught("I12 I13", stock("quantity = quantity - 1")),
    "a sale took more, and on hand with it": caught(
        "I13", stock("quantity = quantity - 1"), on_hand("- 1")
    ),
    "a sale brought stock": caught("I13 I61", stock("quantity = -quantity")),
    "a delivery was larger": caught(
        "I12 I127", stock("quantity = quantity + 5", RECEIVED)
    ),
    "a delivery was larger, and on hand with it": caught(
        "I127", stock("quantity = quantity + 5", RECEIVED), on_hand("+ 5")
    ),
    "a delivery did not come": caught(
        "I127", delete("pos_stockmovement", RECEIVED), on_hand("- 50")
    ),
    "a delivery came below zero": caught(
        "I61", stock("quantity = -quantity", RECEIVED)
    ),
    "a count found something else": caught(
        "I127", stock("counted = counted + 1", COUNTED)
    ),
    "a count found something else, and on hand with it": caught(
        "I127", stock("quantity = quantity + 1", COUNTED), on_hand("+ 1")
    ),
    "a count was a delivery": caught(
        "I61", stock("kind = 'receive', counted = NULL", COUNTED)
    ),
    "a count says nothing": caught("I61", stock("counted = NULL", COUNTED)),
    "a sale took it from another shelf": caught(
        "I12 I13",
        stock(f"stock_item_id = {one('pos_stockitem', skip=1)}"),
    ),
    "a movement is of another sale": caught(
        "I15 I13", stock("source = gen_random_uuid()")
    ),
    "a movement is of another line": caught("I13 I15", stock("source_line = 99")),
    "a sale took it as a write-off": caught("I13 I15", stock("kind = 'write_off'")),
    "a sale's movement is deleted": caught(
        "I12 I13", delete("pos_stockmovement", SOLD)
    ),
    "a sale took it twice": caught("I12", copy("pos_stockmovement", SOLD)),
    "a refund brought more": caught(
        "I14", stock("quantity = 2", moved(REFUND, "refund"))
    ),
    "a write-off is deleted": caught(
        "I14", delete("pos_stockmovement", moved(WRITTEN_OFF, "write_off"))
    ),
    "a sale took it earlier": caught(
        "I124", stock(f"moved_at = moved_at - {THREE_HOURS}")
    ),
    "a sale took it later": caught(
        "I124", stock(f"moved_at = moved_at + {THREE_HOURS}")
    ),
    "a movement is of another person": caught(
        "I124", stock(f"staff_member_id = {SOMEBODY_ELSE}")
    ),
    "a movement is of nobody": caught("I124", stock("staff_member_id = NULL")),
    "a movement is of another company": caught("I42 I43", stock("company_id = 1")),
    "a stock item is of another product": caught(
        "I13",
        update("pos_stockitem", f"product_id = {one('pos_product', skip=1)}", ITEM),
    ),
}

ACT = one("sales_saleoperation", f"sale_id = {BIG} AND seq = 2")
PRINT = one("sales_receiptprint", f"sale_id = {BIG} AND copy_number = 1")


def act(change: str, row: str = ACT) -> str:
    return update("sales_saleoperation", change, row)


def printed(change: str, row: str = PRINT) -> str:
    return update("sales_receiptprint", change, row)


OF_BASKETS = {
    "an act is deleted": caught("I37", delete("sales_saleoperation", ACT)),
    "the last act is deleted": caught(
        "I37",
        delete(
            "sales_saleoperation",
            one("sales_saleoperation", f"sale_id = {BIG}", order="seq DESC"),
        ),
    ),
    "an act is there twice": caught("I36 I37", copy("sales_saleoperation", ACT)),
    "an act has another number": caught("I37", act("seq = 99")),
    "an act is of another sale": caught(
        "I37 I132", act(f"sale_id = {WITH_POINTS}, seq = 99")
    ),
    "an act is of an unknown kind": caught("I132", act("kind = 'give'")),
    "an act has no fingerprint": caught("I132", act("fingerprint = ''")),
    "an act has no answer": caught("I37", act("result = '{}'")),
    "an act's answer names another line": caught(
        "I132",
        act("result = jsonb_set(result, '{line}', to_jsonb(gen_random_uuid()))"),
    ),
    "an act came before the one before": caught(
        "I126", act(f"recorded_at = recorded_at - {THREE_HOURS}")
    ),
    "an act came after the sale": caught(
        "I126", act(f"recorded_at = recorded_at + {THREE_HOURS}")
    ),
    "an act is of another company": caught("I42", act("company_id = 1")),
    "an act is of a person of another company": caught(
        "I42", act(f"staff_member_id = {A_STRANGER}")
    ),
    "a print is deleted": caught("I64", delete("sales_receiptprint", PRINT)),
    "a print is there twice": caught("I64", copy("sales_receiptprint", PRINT)),
    "a print has another number": caught("I64", printed("copy_number = 7")),
    "a print is of another sale": caught("I64", printed(f"sale_id = {WITH_POINTS}")),
    "a print came before the sale": caught(
        "I126", printed(f"printed_at = printed_at - {THREE_HOURS}")
    ),
    "a print came in the future": caught(
        "I46", printed("printed_at = now() + interval '1 day'")
    ),
    "a print is of another company": caught("I42", printed("company_id = 1")),
    "the company is in another currency": caught(
        "I11", f"UPDATE pos_company SET currency = 'MYR' WHERE id = {BUSY}"
    ),
}
