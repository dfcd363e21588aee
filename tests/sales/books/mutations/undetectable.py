"""Mutations that no row can witness, and why; docs/books.md lists them.

What only one column says can be changed past the triggers, and nothing that is written
elsewhere contradicts it. A name is what the page says.
"""

from tests.sales.books.mutations.of_ledgers import (
    COUNTED,
    GIFT,
    RECEIVED,
    update_operation,
    update_points,
    update_print,
    update_stock_movement,
)
from tests.sales.books.mutations.of_money import CONFIRMATION, CORRECTION
from tests.sales.books.mutations.of_part_payments import (
    GIVEN_BACK,
    TAKEN,
    update_part_payment,
)
from tests.sales.books.mutations.of_sales import update_line, update_sale
from tests.sales.books.mutations.of_shifts import (
    NO_SALE,
    select_count,
    update_cash_movement,
)
from tests.sales.books.mutations.sql import (
    ADA,
    BIG,
    BUSY,
    CHECKED,
    FIRST,
    NEW_HEAD,
    OPEN_SALE,
    REWRITE,
    SOMEBODY_ELSE,
    delete,
    select_document,
    select_id,
    select_line,
    select_tender,
    update,
)

LAST_AT_TILL = "till_id = (SELECT id FROM pos_till WHERE code = 'B')"
LAST_DELIVERY = select_id("pos_stockmovement", "kind = 'receive'", order="id DESC")

UNDETECTABLE: dict[str, tuple[str, ...]] = {
    "free words: notes, labels, references of corrections and confirmations, and"
    " reasons of what an open shift did or came into stock": (
        update_sale("note = 'x', label = 'x'"),
        update_line("price_reason = 'x'", select_line(OPEN_SALE)),
        update("sales_tenderconfirmation", "reference = 'x'", CONFIRMATION),
        update("sales_tendercorrection", "reference = 'x'", CORRECTION),
        update_stock_movement("reason = 'x'", RECEIVED),
    ),
    "who did what only one row names a person for: took part payments and gave them"
    " back, confirmed, approved a movement of cash, printed, received, counted stock,"
    " scanned": (
        update_cash_movement("approved_by_id = NULL", NO_SALE),
        update_part_payment(f"staff_member_id = {SOMEBODY_ELSE}", TAKEN),
        update_part_payment(f"approved_by_id = {SOMEBODY_ELSE}", GIVEN_BACK),
        update(
            "sales_tenderconfirmation",
            f"staff_member_id = {SOMEBODY_ELSE}",
            CONFIRMATION,
        ),
        update_print(f"staff_member_id = {SOMEBODY_ELSE}"),
        update_stock_movement(f"staff_member_id = {SOMEBODY_ELSE}", RECEIVED),
        update_stock_movement(f"staff_member_id = {SOMEBODY_ELSE}", COUNTED),
        update_operation(f"staff_member_id = {SOMEBODY_ELSE}"),
    ),
    "the uid of an act that no other row names": (
        update_part_payment("uid = gen_random_uuid()", TAKEN),
        update("sales_tenderconfirmation", "uid = gen_random_uuid()", CONFIRMATION),
        update("sales_tendercorrection", "uid = gen_random_uuid()", CORRECTION),
        update("sales_cashcount", "uid = gen_random_uuid()", select_count("closing")),
    ),
    "what a line cost, while its shift is open": (
        update_line("unit_cost = 1", select_line(OPEN_SALE)),
    ),
    "which code was scanned": (update_line("scanned_code = 'x'"),),
    "which age a line asked for, if it was higher, and when an age was checked": (
        update_line("minimum_age = 0", select_line(CHECKED)),
        update_sale("age_confirmed_at = age_confirmed_at - interval '1 hour'", CHECKED),
    ),
    "when a row was recorded, if it was earlier": (
        update_sale("recorded_at = recorded_at - interval '1 second'"),
        update_stock_movement("recorded_at = recorded_at - interval '3 hours'"),
        update_points("recorded_at = recorded_at - interval '3 hours'"),
        update_part_payment("recorded_at = recorded_at - interval '3 hours'", TAKEN),
        update_cash_movement("recorded_at = recorded_at - interval '3 hours'"),
    ),
    "when a basket was opened, if it was earlier": (
        update_sale("opened_at = opened_at - interval '3 hours'"),
    ),
    "a count that was followed by another": (
        delete(
            "sales_cashcount",
            select_id("sales_cashcount", f"moment = 'closing' AND shift_id = {FIRST}"),
        ),
    ),
    "the count that opened a shift": (
        delete("sales_cashcount", select_count("opening")),
    ),
    "the last print of a receipt": (
        delete("sales_receiptprint", select_id("sales_receiptprint", order="id DESC")),
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
        update_points("points = points - 1", GIFT),
        "UPDATE customers_pointsentry SET balance_after = balance_after - 1"
        f" WHERE customer_id = {ADA}",
        update("customers_customer", "points_balance = points_balance - 1", ADA),
    ),
    "the rate of earned points, where it comes to as many": (
        update_points("amount_per_point = 10.01"),
    ),
    "master data: names, prices, rates and rules of today": (
        "UPDATE customers_loyaltyprogramme SET point_value = 1, redeem_min = 1",
        "UPDATE pos_till SET name = 'x', is_active = false",
        "UPDATE pos_stockitem SET low_at = 9",
    ),
    "a sale, its document and every hash after it, with the till's head": (
        update_sale("note = 'x'"),
        update("sales_tender", "reference = 'x'", select_tender(BIG, 1)),
        f"UPDATE sales_fiscaldocument SET text = replace(text, '056012', 'x')"
        f" WHERE id = {select_document(BIG)}",
        update(
            "sales_sale",
            "tenders_fingerprint = encode(sha256(convert_to("
            """'[["card","20","x"],["cash","200",""]]', 'UTF8')), 'hex')""",
            BIG,
        ),
        REWRITE,
        NEW_HEAD,
    ),
    "the last entries of an audit trail, with the head of its chain": (
        "DELETE FROM pos_auditentry WHERE id ="
        f" {select_id('pos_auditentry', LAST_AT_TILL, order='number DESC')}",
        "UPDATE pos_till SET (last_audit_no, audit_head) = ("
        "SELECT number, hash FROM pos_auditentry entry"
        " WHERE entry.till_id = pos_till.id ORDER BY number DESC LIMIT 1)"
        " WHERE code = 'B'",
    ),
    "what a field was before its newest change, when it was changed, and who did it": (
        update(
            "pos_fieldchange",
            "before = 'x', staff_member_id = NULL, till_id = NULL,"
            " changed_at = changed_at - interval '1 day'",
            select_id("pos_fieldchange", "field = 'second_name'"),
        ),
        delete(
            "pos_fieldchange", select_id("pos_fieldchange", "field = 'second_name'")
        ),
    ),
    "that goods were sold in their closed hours": (
        "INSERT INTO pos_closedperiod"
        " (company_id, restriction_id, weekdays, begins_at, ends_at)"
        " SELECT company_id, id, '{1,2,3,4,5,6,7}', '00:00', '00:00'"
        f" FROM pos_restriction WHERE company_id = {BUSY}",
    ),
}
