"""Mutations of part payments: what was taken, given back and used."""

from tests.sales.books.mutations.sql import (
    A_STRANGER,
    BIG,
    FIRST,
    NOW_OPEN,
    PAID_IN_PARTS,
    caught,
    copy,
    delete,
    one,
    tender,
    update,
)

THREE_HOURS = "interval '3 hours'"
PARTS = "sales_partpayment"


def part(event: str, kind: str = "cash", *, skip: int = 0) -> str:
    """One of the basket that was paid in parts."""
    condition = f"event = '{event}' AND kind = '{kind}' AND sale_id = {PAID_IN_PARTS}"
    return one(PARTS, condition, skip=skip)


TAKEN = part("taken")
BY_CARD = part("taken", "card")
GIVEN_BACK = part("given_back")
USED = part("used")
HELD = one(PARTS, f"sale_id <> {PAID_IN_PARTS}")


def of_part(change: str, row: str = TAKEN) -> str:
    return update(PARTS, change, row)


def pair(change: str, *, ending: str) -> str:
    """Change an ending and what it ends alike."""
    both = f"{ending}, (SELECT taken_id FROM {PARTS} WHERE id = {ending})"
    return f"UPDATE {PARTS} SET {change} WHERE id IN ({both})"


OF_PART_PAYMENTS = {
    f"a part payment that was {event} is dated hours {word}": caught(
        "I125", of_part(f"happened_at = happened_at {sign} {THREE_HOURS}", row)
    )
    for event, row in (
        ("taken", TAKEN),
        ("taken by card", BY_CARD),
        ("given back", GIVEN_BACK),
        ("used", USED),
        ("taken and is held", HELD),
    )
    for word, sign in (("before its shift", "-"), ("after its shift", "+"))
} | {
    "a part payment was recorded after the Z report": caught(
        "I122", of_part(f"recorded_at = recorded_at + {THREE_HOURS}")
    ),
    "what was taken in part is more": caught(
        "I30 I110 I111 I113", of_part("amount = amount + 1")
    ),
    "what was given back is less": caught(
        "I30 I110 I111 I113", of_part("amount = amount + 1", GIVEN_BACK)
    ),
    "what was used is more": caught(
        "I30 I110 I111 I112 I113", of_part("amount = amount - 1", USED)
    ),
    "more was taken and given back": caught(
        "I113", pair("amount = amount * 2", ending=GIVEN_BACK)
    ),
    "what is held is more, on the basket, too": caught(
        "I30 I113",
        of_part("amount = amount + 1", HELD),
        "UPDATE sales_sale SET held_amount = held_amount + 1 WHERE id ="
        f" (SELECT sale_id FROM {PARTS} WHERE id = {HELD})",
    ),
    "cash in part was taken and given back by card": caught(
        "I113", pair("kind = 'card'", ending=GIVEN_BACK)
    ),
    "cash in part was taken by card": caught("I30 I110 I113", of_part("kind = 'card'")),
    "a part payment is deleted": caught("I30 I42 I111 I113", delete(PARTS, TAKEN)),
    "a part payment and its return are deleted": caught(
        "I113",
        f"DELETE FROM {PARTS} WHERE id = {GIVEN_BACK}"
        f" OR id = (SELECT taken_id FROM {PARTS} WHERE id = {GIVEN_BACK})",
    ),
    "what is held is deleted": caught("I30 I111 I113", delete(PARTS, HELD)),
    "a part payment was never given back": caught(
        "I30 I111 I113", delete(PARTS, GIVEN_BACK)
    ),
    "a part payment was never used": caught("I30 I111 I113", delete(PARTS, USED)),
    "a part payment is there twice": caught(
        "I30 I111 I113", copy(PARTS, TAKEN, uid="gen_random_uuid()")
    ),
    "a part payment is given back twice": caught(
        "I30 I110 I111 I113", copy(PARTS, GIVEN_BACK, uid="gen_random_uuid()")
    ),
    "a part payment that was used is given back": caught(
        "I110 I111",
        copy(
            PARTS,
            USED,
            uid="gen_random_uuid()",
            event="'given_back'",
            tender_id="NULL",
        ),
    ),
    "a part payment that was given back was used": caught(
        "I112 I113", of_part("event = 'used'", GIVEN_BACK)
    ),
    "a part payment was used for another tender": caught(
        "I112", of_part(f"tender_id = {tender(PAID_IN_PARTS, 3)}", USED)
    ),
    "a part payment was used for a tender of another sale": caught(
        "I112", of_part(f"tender_id = {tender(BIG)}", USED)
    ),
    "a return ends another part payment": caught(
        "I110", of_part(f"taken_id = {BY_CARD}", GIVEN_BACK)
    ),
    "a part payment is of another basket": caught(
        "I110 I111", of_part(f"sale_id = {BIG}")
    ),
    "a part payment is in a shift of another till": caught(
        "I30 I112 I113", of_part(f"shift_id = {FIRST}")
    ),
    "a part payment is in a later shift": caught(
        "I30 I113", of_part(f"shift_id = {NOW_OPEN}")
    ),
    "a part payment is at another till": caught(
        "I112", of_part("till_id = (SELECT id FROM pos_till WHERE code = 'A')")
    ),
    "a part payment has another reference": caught(
        "I110", of_part("reference = 'x'", BY_CARD)
    ),
    "a part payment is still to be confirmed": caught(
        "I110", of_part("is_pending = true", BY_CARD)
    ),
    "a part payment was taken by somebody of another company": caught(
        "I42", of_part(f"staff_member_id = {A_STRANGER}")
    ),
    "a return was approved by somebody of another company": caught(
        "I42", of_part(f"approved_by_id = {A_STRANGER}", GIVEN_BACK)
    ),
    "a part payment is of another company": caught("I42", of_part("company_id = 1")),
    "a part payment is not a number": caught("I110", of_part("amount = 'NaN'")),
}
