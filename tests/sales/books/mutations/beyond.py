"""Mutations that no row can witness, and why; docs/books.md lists them.

What only one column says can be changed past the triggers, and nothing that is written
elsewhere contradicts it. A name is what the page says.
"""

from tests.sales.books.mutations.of_ledgers import (
    COUNTED,
    GIFT,
    RECEIVED,
    act,
    points,
    printed,
    stock,
)
from tests.sales.books.mutations.of_money import CONFIRMATION, CORRECTION
from tests.sales.books.mutations.of_part_payments import GIVEN_BACK, TAKEN, of_part
from tests.sales.books.mutations.of_sales import of_line, sale
from tests.sales.books.mutations.of_shifts import NO_SALE, count_of, movement
from tests.sales.books.mutations.sql import (
    ADA,
    BIG,
    FIRST,
    NEW_HEAD,
    PAYNOW,
    REWRITE,
    SOMEBODY_ELSE,
    VOIDED,
    delete,
    document,
    line,
    one,
    tender,
    update,
)

LAST_DELIVERY = one("pos_stockmovement", "kind = 'receive'", order="id DESC")

BEYOND: dict[str, tuple[str, ...]] = {
    "free words: reasons, notes, labels, references of corrections and confirmations": (
        sale("reason = 'x', note = 'x', label = 'x'"),
        sale("discount_reason = 'x'"),
        of_line("discount_reason = 'x'"),
        sale("void_reason = 'x'", VOIDED),
        movement("reason = 'x'"),
        update("sales_tenderconfirmation", "reference = 'x'", CONFIRMATION),
        update("sales_tendercorrection", "reference = 'x', reason = 'x'", CORRECTION),
        stock("reason = 'x'", RECEIVED),
    ),
    "who did what only one row names a person for: moved cash, took part payments and"
    " gave them back, confirmed, corrected, printed, voided, received, counted stock,"
    " scanned": (
        movement(f"staff_member_id = {SOMEBODY_ELSE}"),
        movement("approved_by_id = NULL", NO_SALE),
        of_part(f"staff_member_id = {SOMEBODY_ELSE}", TAKEN),
        of_part(f"approved_by_id = {SOMEBODY_ELSE}", GIVEN_BACK),
        update(
            "sales_tenderconfirmation",
            f"staff_member_id = {SOMEBODY_ELSE}",
            CONFIRMATION,
        ),
        update(
            "sales_tendercorrection", f"staff_member_id = {SOMEBODY_ELSE}", CORRECTION
        ),
        printed(f"staff_member_id = {SOMEBODY_ELSE}"),
        sale(f"voided_by_id = {SOMEBODY_ELSE}", VOIDED),
        stock(f"staff_member_id = {SOMEBODY_ELSE}", RECEIVED),
        stock(f"staff_member_id = {SOMEBODY_ELSE}", COUNTED),
        act(f"staff_member_id = {SOMEBODY_ELSE}"),
    ),
    "the uid of an act that no other row names": (
        movement("uid = gen_random_uuid()"),
        of_part("uid = gen_random_uuid()", TAKEN),
        update("sales_tenderconfirmation", "uid = gen_random_uuid()", CONFIRMATION),
        update("sales_tendercorrection", "uid = gen_random_uuid()", CORRECTION),
        update("sales_cashcount", "uid = gen_random_uuid()", count_of("closing")),
    ),
    "what a line cost, where none of it was refunded": (
        of_line("unit_cost = 1", line(PAYNOW)),
    ),
    "which code was scanned": (of_line("scanned_code = 'x'"),),
    "when a row was recorded, if it was earlier": (
        sale("recorded_at = recorded_at - interval '1 second'"),
        stock("recorded_at = recorded_at - interval '3 hours'"),
        points("recorded_at = recorded_at - interval '3 hours'"),
        of_part("recorded_at = recorded_at - interval '3 hours'", TAKEN),
        movement("recorded_at = recorded_at - interval '3 hours'"),
    ),
    "when a basket was opened, if it was earlier": (
        sale("opened_at = opened_at - interval '3 hours'"),
    ),
    "a count that was followed by another": (
        delete(
            "sales_cashcount",
            one("sales_cashcount", f"moment = 'closing' AND shift_id = {FIRST}"),
        ),
    ),
    "the count that opened a shift": (delete("sales_cashcount", count_of("opening")),),
    "the last print of a receipt": (
        delete("sales_receiptprint", one("sales_receiptprint", order="id DESC")),
    ),
    "a confirmation that was taken away": (
        delete("sales_tenderconfirmation", CONFIRMATION),
    ),
    "the last delivery of a product, with what is on hand": (
        "UPDATE pos_stockitem SET on_hand = on_hand - 50 WHERE id ="
        " (SELECT stock_item_id FROM pos_stockmovement WHERE id ="
        f" {LAST_DELIVERY})",
        delete(
            "pos_stockmovement",
            LAST_DELIVERY,
        ),
    ),
    "how large a gift of points was, with every balance after it": (
        points("points = points - 1", GIFT),
        "UPDATE customers_pointsentry SET balance_after = balance_after - 1"
        f" WHERE customer_id = {ADA}",
        update("customers_customer", "points_balance = points_balance - 1", ADA),
    ),
    "the rate of earned points, where it comes to as many": (
        points("amount_per_point = 10.01"),
    ),
    "master data: names, prices, rates and rules of today": (
        "UPDATE customers_loyaltyprogramme SET point_value = 1, redeem_min = 1",
        "UPDATE pos_till SET name = 'x', is_active = false",
        "UPDATE pos_stockitem SET low_at = 9",
    ),
    "a sale, its document and every hash after it, with the till's head": (
        sale("note = 'x'"),
        update("sales_tender", "reference = 'x'", tender(BIG, 1)),
        f"UPDATE sales_fiscaldocument SET text = replace(text, '056012', 'x')"
        f" WHERE id = {document(BIG)}",
        update(
            "sales_sale",
            "tenders_fingerprint = encode(sha256(convert_to("
            """'[["card","20","x"],["cash","200",""]]', 'UTF8')), 'hex')""",
            BIG,
        ),
        REWRITE,
        NEW_HEAD,
    ),
}
