"""Mutations of part payments: what was taken, given back and used."""

from tests.sales.books.mutations.sql import (
    A_STRANGER,
    BIG,
    FIRST,
    NOW_OPEN,
    PAID_IN_PARTS,
    copy,
    delete,
    mutation,
    select_id,
    select_tender,
    update,
)

THREE_HOURS = "interval '3 hours'"
PARTS = "sales_partpayment"


def select_part_payment(event: str, kind: str = "cash", *, skip: int = 0) -> str:
    """One of the basket that was paid in parts."""
    condition = f"event = '{event}' AND kind = '{kind}' AND sale_id = {PAID_IN_PARTS}"
    return select_id(PARTS, condition, skip=skip)


TAKEN = select_part_payment("taken")
BY_CARD = select_part_payment("taken", "card")
GIVEN_BACK = select_part_payment("given_back")
USED = select_part_payment("used")
HELD = select_id(PARTS, f"sale_id <> {PAID_IN_PARTS}")


def update_part_payment(change: str, row: str = TAKEN) -> str:
    return update(PARTS, change, row)


def update_ending_and_taken(change: str, *, ending: str) -> str:
    """Change an ending and what it ends alike."""
    both = f"{ending}, (SELECT taken_id FROM {PARTS} WHERE id = {ending})"
    return f"UPDATE {PARTS} SET {change} WHERE id IN ({both})"


OF_PART_PAYMENTS = {
    f"a part payment that was {event} is dated hours {word}": mutation(
        "I125",
        update_part_payment(f"happened_at = happened_at {sign} {THREE_HOURS}", row),
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
    "a part payment was recorded after the Z report": mutation(
        "I122", update_part_payment(f"recorded_at = recorded_at + {THREE_HOURS}")
    ),
    "what was taken in part is more": mutation(
        "I30 I110 I111 I113", update_part_payment("amount = amount + 1")
    ),
    "what was given back is less": mutation(
        "I30 I110 I111 I113", update_part_payment("amount = amount + 1", GIVEN_BACK)
    ),
    "what was used is more": mutation(
        "I30 I110 I111 I112 I113", update_part_payment("amount = amount - 1", USED)
    ),
    "more was taken and given back": mutation(
        "I113", update_ending_and_taken("amount = amount * 2", ending=GIVEN_BACK)
    ),
    "what is held is more, on the basket, too": mutation(
        "I30 I113",
        update_part_payment("amount = amount + 1", HELD),
        "UPDATE sales_sale SET held_amount = held_amount + 1 WHERE id ="
        f" (SELECT sale_id FROM {PARTS} WHERE id = {HELD})",
    ),
    "cash in part was taken and given back by card": mutation(
        "I113", update_ending_and_taken("kind = 'card'", ending=GIVEN_BACK)
    ),
    "cash in part was taken by card": mutation(
        "I30 I110 I113", update_part_payment("kind = 'card'")
    ),
    "a part payment is deleted": mutation("I30 I42 I111 I113", delete(PARTS, TAKEN)),
    "a part payment and its return are deleted": mutation(
        "I113",
        f"DELETE FROM {PARTS} WHERE id = {GIVEN_BACK}"
        f" OR id = (SELECT taken_id FROM {PARTS} WHERE id = {GIVEN_BACK})",
    ),
    "what is held is deleted": mutation("I30 I111 I113", delete(PARTS, HELD)),
    "a part payment was never given back": mutation(
        "I30 I111 I113", delete(PARTS, GIVEN_BACK)
    ),
    "a part payment was never used": mutation("I30 I111 I113", delete(PARTS, USED)),
    "a part payment is there twice": mutation(
        "I30 I111 I113", copy(PARTS, TAKEN, uid="gen_random_uuid()")
    ),
    "a part payment is given back twice": mutation(
        "I30 I110 I111 I113", copy(PARTS, GIVEN_BACK, uid="gen_random_uuid()")
    ),
    "a part payment that was used is given back": mutation(
        "I110 I111",
        copy(
            PARTS,
            USED,
            uid="gen_random_uuid()",
            event="'given_back'",
            tender_id="NULL",
        ),
    ),
    "a part payment that was given back was used": mutation(
        "I112 I113", update_part_payment("event = 'used'", GIVEN_BACK)
    ),
    "a part payment was used for another tender": mutation(
        "I112",
        update_part_payment(f"tender_id = {select_tender(PAID_IN_PARTS, 3)}", USED),
    ),
    "a part payment was used for a tender of another sale": mutation(
        "I112", update_part_payment(f"tender_id = {select_tender(BIG)}", USED)
    ),
    "a return ends another part payment": mutation(
        "I110", update_part_payment(f"taken_id = {BY_CARD}", GIVEN_BACK)
    ),
    "a part payment is of another basket": mutation(
        "I110 I111", update_part_payment(f"sale_id = {BIG}")
    ),
    "a part payment is in a shift of another till": mutation(
        "I30 I112 I113", update_part_payment(f"shift_id = {FIRST}")
    ),
    "a part payment is in a later shift": mutation(
        "I30 I113", update_part_payment(f"shift_id = {NOW_OPEN}")
    ),
    "a part payment is at another till": mutation(
        "I112",
        update_part_payment("till_id = (SELECT id FROM pos_till WHERE code = 'A')"),
    ),
    "a part payment has another reference": mutation(
        "I110", update_part_payment("reference = 'x'", BY_CARD)
    ),
    "a part payment is still to be confirmed": mutation(
        "I110", update_part_payment("is_pending = true", BY_CARD)
    ),
    "a part payment was taken by somebody of another company": mutation(
        "I42", update_part_payment(f"staff_member_id = {A_STRANGER}")
    ),
    "a return was approved by somebody of another company": mutation(
        "I42", update_part_payment(f"approved_by_id = {A_STRANGER}", GIVEN_BACK)
    ),
    "a part payment is of another company": mutation(
        "I42", update_part_payment("company_id = 1")
    ),
    "a part payment is not a number": mutation(
        "I110", update_part_payment("amount = 'NaN'")
    ),
}
