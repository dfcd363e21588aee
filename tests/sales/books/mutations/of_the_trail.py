"""Mutations of the audit trail: entries, their hashes, heads and personal values."""

from tests.sales.books.mutations.sql import (
    BUSY,
    copy,
    delete,
    mutation,
    select_id,
    update,
)

OF_TILL = "till_id = (SELECT id FROM pos_till WHERE code = 'A')"
OF_COMPANY = "till_id IS NULL"
AT_TILL = select_id("pos_auditentry", OF_TILL, order="number", skip=1)
IN_OFFICE = select_id("pos_auditentry", OF_COMPANY, order="number", skip=1)
LAST_AT_TILL = select_id("pos_auditentry", OF_TILL, order="number DESC")
LAST_IN_OFFICE = select_id("pos_auditentry", OF_COMPANY, order="number DESC")
PERSONAL = select_id("pos_auditpersonal")
CHAINED = "I50 I150"


def update_entry(change: str, row: str = AT_TILL) -> str:
    return update("pos_auditentry", change, row)


OWN_HASH = """hash = encode(sha256(convert_to((SELECT before.hash FROM pos_auditentry
    before WHERE before.company_id = pos_auditentry.company_id
    AND before.till_id IS NOT DISTINCT FROM pos_auditentry.till_id
    AND before.number = pos_auditentry.number - 1) || text, 'UTF8')), 'hex')"""

OF_THE_TRAIL = {
    f"{act}, {where}": mutation(checks, *statements)
    for where, row, last, head in (
        ("at a till", AT_TILL, LAST_AT_TILL, "pos_till SET {} WHERE code = 'A'"),
        (
            "in the back office",
            IN_OFFICE,
            LAST_IN_OFFICE,
            f"pos_audithead SET {{}} WHERE company_id = {BUSY}",
        ),
    )
    for act, checks, statements in (
        (
            "an entry says another person",
            CHAINED,
            [update_entry("text = replace(text, 'by_name', 'by-name')", row)],
        ),
        (
            "an entry says something else, with its own hash",
            CHAINED,
            [
                update_entry("text = replace(text, '\"v\":1', '\"v\": 1')", row),
                update_entry(OWN_HASH, row),
            ],
        ),
        ("an entry is no JSON", "I50 I151", [update_entry("text = '[}'", row)]),
        ("an entry is deleted", CHAINED, [delete("pos_auditentry", row)]),
        ("the last entry is deleted", CHAINED, [delete("pos_auditentry", last)]),
        (
            "an entry is there twice",
            CHAINED,
            [copy("pos_auditentry", row, number="99")],
        ),
        ("an entry has another number", CHAINED, [update_entry("number = 99", row)]),
        ("a hash is another", CHAINED, [update_entry("hash = repeat('a', 64)", row)]),
        (
            "a head is another",
            CHAINED,
            ["UPDATE " + head.format("audit_head = repeat('a', 64)")],
        ),
        (
            "a head has another number",
            CHAINED,
            ["UPDATE " + head.format("last_audit_no = 99")],
        ),
        ("an entry is of another act", "I151", [update_entry("act = 'drop'", row)]),
        (
            "an entry is of another person",
            "I151",
            [
                update_entry(
                    "staff_member_id = (SELECT max(id) FROM pos_staffmember"
                    f" WHERE company_id = {BUSY} AND id <> staff_member_id)",
                    row,
                )
            ],
        ),
        (
            "an entry is about something else",
            "I151",
            [update_entry("subject_key = 'x'", row)],
        ),
        (
            "an entry is about something of another name",
            "I151",
            [update_entry("subject_name = 'x'", row)],
        ),
        (
            "an entry is of another time",
            "I151",
            [update_entry("happened_at = happened_at - interval '1 hour'", row)],
        ),
        (
            "an entry was recorded at another time",
            "I151",
            [update_entry("recorded_at = recorded_at - interval '1 s'", row)],
        ),
        (
            "an entry was recorded in the future",
            "I46",
            [update_entry("recorded_at = recorded_at + interval '1 day'", row)],
        ),
    )
} | {
    "an entry is of no till": mutation(
        "I50 I151", update_entry("till_id = NULL, number = 99")
    ),
    "another person agreed": mutation(
        "I151", update_entry("approved_by_id = staff_member_id")
    ),
    **{
        f"an act is not in the trail: {act}": mutation(
            "I49 I50",
            f"DELETE FROM pos_auditentry WHERE act = '{act}' AND company_id = {BUSY}",
        )
        for act in (
            *("basket_voided", "sale_refunded", "tender_corrected"),
            *("receipt_reprinted", "shift_closed", "pay_in", "pay_out", "drop"),
        )
    },
    "the head of a company is missing": mutation(
        "I50", f"DELETE FROM pos_audithead WHERE company_id = {BUSY}"
    ),
    "an entry is of another company": mutation("I42", update_entry("company_id = 1")),
    "personal values are others": mutation(
        "I152",
        update("pos_auditpersonal", "text = replace(text, 'Ada', 'Eda')", PERSONAL),
    ),
    "personal values have another salt": mutation(
        "I152", update("pos_auditpersonal", "salt = repeat('a', 32)", PERSONAL)
    ),
    "personal values are deleted": mutation(
        "I152", delete("pos_auditpersonal", PERSONAL)
    ),
    "personal values are of another entry": mutation(
        "I152", update("pos_auditpersonal", f"entry_id = {AT_TILL}", PERSONAL)
    ),
}
