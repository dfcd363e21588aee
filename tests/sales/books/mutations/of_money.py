"""Mutations of tenders, their confirmations and corrections."""

from tests.sales.books.mutations.sql import (
    BIG,
    CORRECTED,
    EXCHANGED,
    FIRST,
    PAYNOW,
    PENDING,
    REFUND,
    SECOND,
    SECOND_SALE,
    WHOLE_REFUND,
    copy,
    delete,
    mutation,
    select_id,
    select_tender,
    update,
)

CONFIRMATION = select_id("sales_tenderconfirmation")
CORRECTION = select_id("sales_tendercorrection")
LAST_CORRECTION = select_id("sales_tendercorrection", order="id DESC")


def update_tender(change: str, row: str = select_tender(BIG, 2)) -> str:
    return update("sales_tender", change, row)


def insert_correction(before: str, after: str, **changes: str) -> str:
    return copy(
        "sales_tendercorrection",
        CORRECTION,
        uid="gen_random_uuid()",
        kind_before=f"'{before}'::text",
        kind_after=f"'{after}'::text",
        **changes,
    )


OF_TENDERS = {
    "a tender is of another amount": mutation(
        "I03 I28 I30", update_tender("tendered = tendered + 1")
    ),
    "a tender gave other change": mutation(
        "I03 I28", update_tender("change = change + 1")
    ),
    "a customer gave more and got more change": mutation(
        "I28 I38", update_tender("tendered = tendered + 1, change = change + 1")
    ),
    "cash was a card": mutation(
        "I28 I30 I38 I120",
        update_tender("kind = 'card', tendered = tendered - change, change = 0"),
    ),
    "a card was cash": mutation(
        "I28 I30 I120", update_tender("kind = 'cash'", select_tender(BIG))
    ),
    "a tender names another reference": mutation(
        "I28 I38", update_tender("reference = 'X'", select_tender(BIG))
    ),
    "a tender was never pending": mutation(
        "I28 I39", update_tender("is_pending = false", select_tender(PENDING))
    ),
    "a tender is pending": mutation(
        "I28 I38", update_tender("is_pending = true", select_tender(PAYNOW))
    ),
    "a refund was paid another way": mutation(
        "I28", update_tender("is_alternative_method = true", select_tender(REFUND))
    ),
    "a refund was paid from another drawer": mutation(
        "I28 I30", update_tender("kind = 'cash'", select_tender(REFUND))
    ),
    "two tenders change places": mutation(
        "I28 I38",
        f"UPDATE sales_tender SET position = 3 - position WHERE sale_id = {BIG}",
    ),
    "a tender is in another place": mutation("I60", update_tender("position = 7")),
    "two sales change their tenders": mutation(
        "I28",
        "UPDATE sales_tender SET sale_id = CASE sale_id"
        f" WHEN {CORRECTED} THEN {PAYNOW} ELSE {CORRECTED} END"
        f" WHERE sale_id IN ({CORRECTED}, {PAYNOW})",
    ),
    "a tender is of another sale": mutation(
        "I03 I28",
        update_tender(f"sale_id = {SECOND_SALE}, position = 2", select_tender(PAYNOW)),
    ),
    "a tender is of another company": mutation(
        "I42 I43", update_tender("company_id = 1")
    ),
    "a tender is deleted": mutation(
        "I03 I28", delete("sales_tender", select_tender(PAYNOW))
    ),
    "a tender is there twice": mutation(
        "I03 I28 I60", copy("sales_tender", select_tender(PAYNOW))
    ),
    "a tender is divided in two": mutation(
        "I28 I38",
        update_tender("tendered = 20", select_tender(PAYNOW)),
        copy("sales_tender", select_tender(PAYNOW), position="2", tendered="5"),
    ),
    "an exchange's tender is another": mutation(
        "I03 I75", update_tender("tendered = tendered + 1", select_tender(EXCHANGED))
    ),
    "a tender, its sale and its Z report are others": mutation(
        "I28 I120",
        update_tender("tendered = tendered + 1", select_tender(PAYNOW)),
        update("sales_sale", "total = total + 1, net_total = net_total + 1", PAYNOW),
        update(
            "sales_zreport",
            "total = total + 1, grand_total = grand_total + 1, figures = figures"
            """ || '{"total": "115.190"}'""",
            select_id("sales_zreport"),
        ),
    ),
    "a refund paid back more": mutation(
        "I03 I28", update_tender("tendered = tendered - 1", select_tender(WHOLE_REFUND))
    ),
}

OF_CONFIRMATIONS = {
    "a confirmation is of another tender": mutation(
        "I39",
        update(
            "sales_tenderconfirmation",
            f"tender_id = {select_tender(PAYNOW)}",
            CONFIRMATION,
        ),
    ),
    "a confirmation names no reference": mutation(
        "I39", update("sales_tenderconfirmation", "reference = ''", CONFIRMATION)
    ),
    "a confirmation came before its sale": mutation(
        "I126",
        update(
            "sales_tenderconfirmation",
            "confirmed_at = confirmed_at - interval '3 hours'",
            CONFIRMATION,
        ),
    ),
    "a tender is confirmed twice": mutation(
        "I39", copy("sales_tenderconfirmation", CONFIRMATION, uid="gen_random_uuid()")
    ),
    "a confirmation is of another company": mutation(
        "I42", update("sales_tenderconfirmation", "company_id = 1", CONFIRMATION)
    ),
    "a confirmation is of a corrected tender": mutation(
        "I39 I88",
        update(
            "sales_tenderconfirmation",
            f"tender_id = {select_tender(CORRECTED)}",
            CONFIRMATION,
        ),
    ),
}


def update_correction(change: str, row: str = CORRECTION) -> str:
    return update("sales_tendercorrection", change, row)


OF_CORRECTIONS = {
    "a correction moved another amount": mutation(
        "I76 I120", update_correction("amount = amount + 1")
    ),
    "a correction is to another kind": mutation(
        "I76 I81", update_correction("kind_after = 'cash'")
    ),
    "the last correction is to another kind": mutation(
        "I30 I81 I120", update_correction("kind_after = 'cash'", LAST_CORRECTION)
    ),
    "a correction is from another kind": mutation(
        "I76", update_correction("kind_before = 'cash'")
    ),
    "a correction is of another tender": mutation(
        "I76", update_correction(f"tender_id = {select_tender(PAYNOW)}")
    ),
    "a correction is of another shift": mutation(
        "I76 I120", update_correction(f"shift_id = {SECOND}")
    ),
    "a correction is deleted": mutation(
        "I76 I120", delete("sales_tendercorrection", CORRECTION)
    ),
    "all corrections are deleted": mutation(
        "I120", f"DELETE FROM sales_tendercorrection WHERE shift_id = {FIRST}"
    ),
    "a correction is made in a closed shift": mutation(
        "I120", insert_correction("paynow", "cash")
    ),
    "a correction there and back is made in a closed shift": mutation(
        "I120", insert_correction("paynow", "nets"), insert_correction("nets", "paynow")
    ),
    "a correction there and back is made today": mutation(
        "I120 I122",
        insert_correction("paynow", "nets", recorded_at="clock_timestamp()"),
        insert_correction("nets", "paynow", recorded_at="clock_timestamp()"),
    ),
    "a correction came before its sale": mutation(
        "I125 I126",
        update_correction("corrected_at = corrected_at - interval '3 hours'"),
    ),
    "a correction came after its shift": mutation(
        "I125", update_correction("corrected_at = corrected_at + interval '3 hours'")
    ),
    "a correction was recorded after the Z report": mutation(
        "I122", update_correction("recorded_at = recorded_at + interval '3 hours'")
    ),
}
