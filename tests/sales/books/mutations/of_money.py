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
    caught,
    copy,
    delete,
    one,
    tender,
    update,
)

CONFIRMATION = one("sales_tenderconfirmation")
CORRECTION = one("sales_tendercorrection")
LAST_CORRECTION = one("sales_tendercorrection", order="id DESC")


def of_tender(change: str, row: str = tender(BIG, 2)) -> str:
    return update("sales_tender", change, row)


def correction(before: str, after: str, **changes: str) -> str:
    return copy(
        "sales_tendercorrection",
        CORRECTION,
        uid="gen_random_uuid()",
        kind_before=f"'{before}'::text",
        kind_after=f"'{after}'::text",
        **changes,
    )


OF_TENDERS = {
    "a tender is of another amount": caught(
        "I03 I28 I30", of_tender("tendered = tendered + 1")
    ),
    "a tender gave other change": caught("I03 I28", of_tender("change = change + 1")),
    "a customer gave more and got more change": caught(
        "I28 I38", of_tender("tendered = tendered + 1, change = change + 1")
    ),
    "cash was a card": caught(
        "I28 I30 I38 I120",
        of_tender("kind = 'card', tendered = tendered - change, change = 0"),
    ),
    "a card was cash": caught("I28 I30 I120", of_tender("kind = 'cash'", tender(BIG))),
    "a tender names another reference": caught(
        "I28 I38", of_tender("reference = 'X'", tender(BIG))
    ),
    "a tender was never pending": caught(
        "I28 I39", of_tender("is_pending = false", tender(PENDING))
    ),
    "a tender is pending": caught(
        "I28 I38", of_tender("is_pending = true", tender(PAYNOW))
    ),
    "a refund was paid another way": caught(
        "I28", of_tender("is_alternative_method = true", tender(REFUND))
    ),
    "a refund was paid from another drawer": caught(
        "I28 I30", of_tender("kind = 'cash'", tender(REFUND))
    ),
    "two tenders change places": caught(
        "I28 I38",
        f"UPDATE sales_tender SET position = 3 - position WHERE sale_id = {BIG}",
    ),
    "a tender is in another place": caught("I60", of_tender("position = 7")),
    "two sales change their tenders": caught(
        "I28",
        "UPDATE sales_tender SET sale_id = CASE sale_id"
        f" WHEN {CORRECTED} THEN {PAYNOW} ELSE {CORRECTED} END"
        f" WHERE sale_id IN ({CORRECTED}, {PAYNOW})",
    ),
    "a tender is of another sale": caught(
        "I03 I28", of_tender(f"sale_id = {SECOND_SALE}, position = 2", tender(PAYNOW))
    ),
    "a tender is of another company": caught("I42 I43", of_tender("company_id = 1")),
    "a tender is deleted": caught("I03 I28", delete("sales_tender", tender(PAYNOW))),
    "a tender is there twice": caught(
        "I03 I28 I60", copy("sales_tender", tender(PAYNOW))
    ),
    "a tender is divided in two": caught(
        "I28 I38",
        of_tender("tendered = 20", tender(PAYNOW)),
        copy("sales_tender", tender(PAYNOW), position="2", tendered="5"),
    ),
    "an exchange's tender is another": caught(
        "I03 I75", of_tender("tendered = tendered + 1", tender(EXCHANGED))
    ),
    "a tender, its sale and its Z report are others": caught(
        "I28 I120",
        of_tender("tendered = tendered + 1", tender(PAYNOW)),
        update("sales_sale", "total = total + 1, net_total = net_total + 1", PAYNOW),
        update(
            "sales_zreport",
            "total = total + 1, grand_total = grand_total + 1, figures = figures"
            """ || '{"total": "115.190"}'""",
            one("sales_zreport"),
        ),
    ),
    "a refund paid back more": caught(
        "I03 I28", of_tender("tendered = tendered - 1", tender(WHOLE_REFUND))
    ),
}

OF_CONFIRMATIONS = {
    "a confirmation is of another tender": caught(
        "I39",
        update(
            "sales_tenderconfirmation", f"tender_id = {tender(PAYNOW)}", CONFIRMATION
        ),
    ),
    "a confirmation names no reference": caught(
        "I39", update("sales_tenderconfirmation", "reference = ''", CONFIRMATION)
    ),
    "a confirmation came before its sale": caught(
        "I126",
        update(
            "sales_tenderconfirmation",
            "confirmed_at = confirmed_at - interval '3 hours'",
            CONFIRMATION,
        ),
    ),
    "a tender is confirmed twice": caught(
        "I39", copy("sales_tenderconfirmation", CONFIRMATION, uid="gen_random_uuid()")
    ),
    "a confirmation is of another company": caught(
        "I42", update("sales_tenderconfirmation", "company_id = 1", CONFIRMATION)
    ),
    "a confirmation is of a corrected tender": caught(
        "I39 I88",
        update(
            "sales_tenderconfirmation", f"tender_id = {tender(CORRECTED)}", CONFIRMATION
        ),
    ),
}


def of_correction(change: str, row: str = CORRECTION) -> str:
    return update("sales_tendercorrection", change, row)


OF_CORRECTIONS = {
    "a correction moved another amount": caught(
        "I76 I120", of_correction("amount = amount + 1")
    ),
    "a correction is to another kind": caught(
        "I76 I81", of_correction("kind_after = 'cash'")
    ),
    "the last correction is to another kind": caught(
        "I30 I81 I120", of_correction("kind_after = 'cash'", LAST_CORRECTION)
    ),
    "a correction is from another kind": caught(
        "I76", of_correction("kind_before = 'cash'")
    ),
    "a correction is of another tender": caught(
        "I76", of_correction(f"tender_id = {tender(PAYNOW)}")
    ),
    "a correction is of another shift": caught(
        "I76 I120", of_correction(f"shift_id = {SECOND}")
    ),
    "a correction is deleted": caught(
        "I76 I120", delete("sales_tendercorrection", CORRECTION)
    ),
    "all corrections are deleted": caught(
        "I120", f"DELETE FROM sales_tendercorrection WHERE shift_id = {FIRST}"
    ),
    "a correction is made in a closed shift": caught(
        "I120", correction("paynow", "cash")
    ),
    "a correction there and back is made in a closed shift": caught(
        "I120", correction("paynow", "nets"), correction("nets", "paynow")
    ),
    "a correction there and back is made today": caught(
        "I120 I122",
        correction("paynow", "nets", recorded_at="clock_timestamp()"),
        correction("nets", "paynow", recorded_at="clock_timestamp()"),
    ),
    "a correction came before its sale": caught(
        "I125 I126", of_correction("corrected_at = corrected_at - interval '3 hours'")
    ),
    "a correction came after its shift": caught(
        "I125", of_correction("corrected_at = corrected_at + interval '3 hours'")
    ),
    "a correction was recorded after the Z report": caught(
        "I122", of_correction("recorded_at = recorded_at + interval '3 hours'")
    ),
}
