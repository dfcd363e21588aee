"""Mutations of shifts: their hours, cash movements, counts and Z reports."""

from tests.sales.books.mutations.sql import (
    A_STRANGER,
    FIRST,
    NOW_OPEN,
    OF_B,
    SECOND,
    SOMEBODY_ELSE,
    copy,
    delete,
    mutation,
    select_id,
    select_z_document,
    select_z_report,
    update,
)

THREE_HOURS = "interval '3 hours'"


def update_shift(change: str, row: str = FIRST) -> str:
    return update("sales_shift", change, row)


OF_SHIFTS = {
    "a shift closed at another time": mutation(
        "I121", update_shift("closed_at = closed_at + interval '1 second'")
    ),
    "a shift opened at another time": mutation(
        "I121", update_shift("opened_at = opened_at - interval '1 second'")
    ),
    "a shift closed hours later": mutation(
        "I121", update_shift(f"closed_at = closed_at + {THREE_HOURS}")
    ),
    "a shift closed before it opened": mutation(
        "I32 I33 I125", update_shift(f"closed_at = closed_at - {THREE_HOURS}")
    ),
    "a shift's variance has another reason": mutation(
        "I121", update_shift("variance_reason = 'Lost'")
    ),
    "a shift's variance has no reason": mutation(
        "I31", update_shift("variance_reason = ''")
    ),
    "a shift was closed by somebody else": mutation(
        "I121", update_shift(f"closed_by_id = {SOMEBODY_ELSE}")
    ),
    "a shift's variance was approved by somebody else": mutation(
        "I121", update_shift(f"approved_by_id = {select_id('pos_staffmember')}")
    ),
    "a shift's variance was approved by nobody": mutation(
        "I121", update_shift("approved_by_id = NULL")
    ),
    "a shift is of another cashier": mutation(
        "I121 I133", update_shift(f"cashier_id = {SOMEBODY_ELSE}")
    ),
    "a shift is of a cashier of another company": mutation(
        "I42", update_shift(f"cashier_id = {A_STRANGER}")
    ),
    "a shift is of another business date": mutation(
        "I121", update_shift("business_date = business_date - 1")
    ),
    "a shift began with another float": mutation(
        "I30 I78 I120", update_shift("opening_float = opening_float + 1")
    ),
    "a shift and its first count had another float": mutation(
        "I120",
        update_shift(
            "opening_float = opening_float + 1, expected_cash = expected_cash + 1"
        ),
        "UPDATE sales_cashcount SET total = total + 1"
        f" WHERE moment = 'opening' AND shift_id = {FIRST}",
    ),
    "a shift counted other cash": mutation(
        "I78 I80", update_shift("counted_cash = counted_cash + 1")
    ),
    "a shift was not short": mutation(
        "I78 I120",
        update_shift(
            "counted_cash = expected_cash, variance_reason = '', approved_by_id = NULL"
        ),
    ),
    "a shift and its last count counted other cash": mutation(
        "I120",
        update_shift("counted_cash = counted_cash + 1"),
        "UPDATE sales_cashcount SET total = total + 1 WHERE moment = 'closing'"
        f" AND shift_id = {FIRST}",
    ),
    "a shift expected other cash": mutation(
        "I30 I120", update_shift("expected_cash = expected_cash + 1")
    ),
    "a shift was closed in another time zone": mutation(
        "I191", update_shift("time_zone = 'Pacific/Auckland'")
    ),
    "a shift was closed by another end of the day": mutation(
        # Later than any clock: all that happened was on the day before.
        "I194",
        update_shift("day_ends_at = '23:59:59.999999'"),
    ),
    "a shift was closed without a clock": mutation(
        "I31", update_shift("time_zone = ''")
    ),
    "a shift is of another till": mutation(
        "I33 I35", update_shift("till_id = (SELECT id FROM pos_till WHERE code = 'B')")
    ),
    "a closed shift is open": mutation("I31 I35", update_shift("closed_at = NULL")),
    "a closed shift is open as if never counted": mutation(
        "I35",
        update_shift(
            "closed_at = NULL, closed_by_id = NULL, counted_cash = NULL,"
            " expected_cash = NULL, variance_reason = '', approved_by_id = NULL,"
            " time_zone = '', day_ends_at = NULL"
        ),
    ),
    "an open shift is closed without a Z report": mutation(
        "I35",
        update_shift(
            "closed_at = opened_at, closed_by_id = cashier_id, counted_cash = 125,"
            " expected_cash = 125, time_zone = 'UTC', day_ends_at = '00:00'",
            NOW_OPEN,
        ),
    ),
    "two shifts of a till are open": mutation(
        "I32", copy("sales_shift", NOW_OPEN, uid="gen_random_uuid()")
    ),
    "a shift is deleted": mutation("I33 I42", delete("sales_shift", SECOND)),
    "a shift has another uid": mutation(
        "I121", update_shift("uid = gen_random_uuid()")
    ),
    "two shifts change their sales": mutation(
        "I32 I35 I120",
        f"UPDATE sales_sale SET shift_id = CASE shift_id WHEN {FIRST} THEN {SECOND}"
        f" ELSE {FIRST} END WHERE shift_id IN ({FIRST}, {SECOND})",
    ),
}

PAID_IN = select_id("sales_cashmovement", "kind = 'pay_in'")
PAID_OUT = select_id("sales_cashmovement", "kind = 'pay_out'")
NO_SALE = select_id("sales_cashmovement", "kind = 'no_sale'")


def update_cash_movement(change: str, row: str = PAID_IN) -> str:
    return update("sales_cashmovement", change, row)


def insert_cash_movement(kind: str, amount: int) -> str:
    return copy(
        "sales_cashmovement",
        PAID_IN,
        uid="gen_random_uuid()",
        kind=f"'{kind}'::text",
        amount=str(amount),
    )


OF_MOVEMENTS = {
    "cash came in and went out of a closed shift": mutation(
        "I120", insert_cash_movement("pay_in", 50), insert_cash_movement("pay_out", -50)
    ),
    "cash came in and went to the safe": mutation(
        "I120", insert_cash_movement("pay_in", 50), insert_cash_movement("drop", -50)
    ),
    "cash came in as it had before": mutation(
        "I30 I120", insert_cash_movement("pay_in", 50)
    ),
    "cash came in of another amount": mutation(
        "I30 I120", update_cash_movement("amount = 31")
    ),
    "two cash movements change their amounts": mutation(
        "I120",
        update_cash_movement("amount = 31"),
        update_cash_movement("amount = -21", PAID_OUT),
    ),
    "a drop was a cash out": mutation(
        "I120",
        update_cash_movement(
            "kind = 'pay_out'", select_id("sales_cashmovement", "kind = 'drop'")
        ),
    ),
    "cash came in under another uid": mutation(
        "I49", update_cash_movement("uid = gen_random_uuid()")
    ),
    "cash came in below zero": mutation("I77", update_cash_movement("amount = -30")),
    "cash came in for no reason": mutation("I77", update_cash_movement("reason = ''")),
    "cash moved in another shift": mutation(
        "I30 I120", update_cash_movement(f"shift_id = {SECOND}")
    ),
    "a no-sale was of another shift": mutation(
        "I120", update_cash_movement(f"shift_id = {SECOND}", NO_SALE)
    ),
    "a no-sale was of another till": mutation(
        "I120", update_cash_movement(f"shift_id = {OF_B}", NO_SALE)
    ),
    "a no-sale is deleted": mutation("I120", delete("sales_cashmovement", NO_SALE)),
    "a no-sale is there twice": mutation(
        "I120", copy("sales_cashmovement", NO_SALE, uid="gen_random_uuid()")
    ),
    "two cash movements are one": mutation(
        "I120",
        update_cash_movement("amount = 35"),
        delete("sales_cashmovement", select_id("sales_cashmovement", "amount = 5")),
    ),
    "cash moved before its shift": mutation(
        "I125", update_cash_movement(f"moved_at = moved_at - {THREE_HOURS}")
    ),
    "cash moved after its shift": mutation(
        "I125", update_cash_movement(f"moved_at = moved_at + {THREE_HOURS}")
    ),
    "cash movement was recorded after the Z report": mutation(
        "I122", update_cash_movement(f"recorded_at = recorded_at + {THREE_HOURS}")
    ),
    "cash moved by somebody of another company": mutation(
        "I42", update_cash_movement(f"staff_member_id = {A_STRANGER}")
    ),
    "a cash movement is there twice under one uid": mutation(
        "I36 I120", copy("sales_cashmovement", PAID_IN)
    ),
}


def select_count(moment: str, of: str = FIRST) -> str:
    return select_id(
        "sales_cashcount", f"moment = '{moment}' AND shift_id = {of}", order="id DESC"
    )


def update_count(change: str, row: str = select_count("opening")) -> str:
    return update("sales_cashcount", change, row)


OF_COUNTS = {
    "a float was counted as another": mutation(
        "I78 I79 I133", update_count("total = total + 1")
    ),
    "a float's notes are others": mutation(
        "I79", update_count("""pieces = '{"50": 3}'""")
    ),
    "the last count is another": mutation(
        "I78", update_count("total = total + 1", select_count("closing"))
    ),
    "the last count was by notes": mutation(
        "I121",
        update_count(
            """pieces = '{"0.05": 2002}', total = 100.10""", select_count("closing")
        ),
    ),
    "a closing count was the opening one": mutation(
        "I78 I133", update_count("moment = 'opening'", select_count("closing"))
    ),
    "a shift has no last count": mutation(
        "I78", delete("sales_cashcount", select_count("closing"))
    ),
    "a shift has two opening counts": mutation(
        "I133",
        copy("sales_cashcount", select_count("opening"), uid="gen_random_uuid()"),
    ),
    "a closed shift is counted once more": mutation(
        "I78",
        copy(
            "sales_cashcount",
            select_count("closing"),
            uid="gen_random_uuid()",
            total="1",
        ),
    ),
    "a float was counted by somebody else": mutation(
        "I133", update_count(f"staff_member_id = {SOMEBODY_ELSE}")
    ),
    "a float was counted earlier": mutation(
        "I125 I133", update_count(f"counted_at = counted_at - {THREE_HOURS}")
    ),
    "the last count was after the shift": mutation(
        "I125",
        update_count(
            f"counted_at = counted_at + {THREE_HOURS}", select_count("closing")
        ),
    ),
    "an opening count is of another shift": mutation(
        "I133", update_count(f"shift_id = {SECOND}")
    ),
    "a count was recorded after the Z report": mutation(
        "I122", update_count(f"recorded_at = recorded_at + {THREE_HOURS}")
    ),
    "a count is of another company": mutation("I42", update_count("company_id = 1")),
}


def update_z_report(change: str, row: str = select_z_report(FIRST)) -> str:
    return update("sales_zreport", change, row)


def set_figure(path: str, value: str) -> str:
    return f"figures = jsonb_set(figures, '{{{path}}}', '{value}')"


FIGURES = {
    "gross": '"1.000"',
    "discounts": '"1.000"',
    "points_value": '"1.000"',
    "refunds": '"1.000"',
    "net": '"1.000"',
    "taken": '"1.000"',
    "rounding": '"1.000"',
    "taxes,0,3": '"1.000"',
    "tenders,0,1": "9",
    "tenders,1,5": '"1.000"',
    "points,earned": "99",
    "points,redeemed": "99",
    "counts,sales": "99",
    "counts,refunds": "99",
    "counts,no_sales": "99",
    "counts,movements": "99",
    "counts,corrections": "99",
    "receipts,0": '"A-S-000002"',
    "refund_receipts,1": '"A-R-000004"',
    "grand_total_before": '"1.000"',
    "cash,paid_in": '"1.000"',
    "cash,dropped": '"1.000"',
    "cash,corrected": '"1.000"',
    "devices,0,1": '"Another"',
    "devices,0,2": "9",
    "devices,0,4": '"1.000"',
}

OF_Z_REPORTS = {
    f"a Z report says another {path.replace(',', ' ')}": mutation(
        "I120 I121", update_z_report(set_figure(path, value))
    )
    for path, value in FIGURES.items()
} | {
    "a Z report has no deposits": mutation(
        "I120 I121",
        update_z_report("figures = figures - 'deposits'", select_z_report(OF_B)),
    ),
    "a Z report returned no deposits": mutation(
        "I120 I121",
        update_z_report(set_figure("deposits,1", '"0.000"'), select_z_report(OF_B)),
    ),
    "a Z report names no devices": mutation(
        "I120 I121", update_z_report("figures = figures - 'devices'")
    ),
    "a Z report counts another number of voids": mutation(
        "I95 I121", update_z_report(set_figure("counts,voids", "99"))
    ),
    "a Z report's float differs from the last count by something else": mutation(
        "I95",
        update_z_report(
            set_figure("cash,since_last_count", '"1.000"'), select_z_report(SECOND)
        ),
    ),
    "a Z report's total is another": mutation(
        "I34 I35 I80", update_z_report("total = total + 1")
    ),
    "a Z report's tax is another": mutation(
        "I35 I80", update_z_report("tax_total = tax_total + 1")
    ),
    "a Z report's rounding is another": mutation(
        "I35 I80", update_z_report("rounding = rounding + 1")
    ),
    "a Z report's grand total is another": mutation(
        "I34 I80", update_z_report("grand_total = grand_total + 1")
    ),
    "a Z report has another number": mutation("I34 I82", update_z_report("number = 7")),
    "a Z report is numbered as another": mutation(
        "I82 I121", update_z_report("report_number = 'A-Z-000009'")
    ),
    "a Z report is of another till": mutation(
        "I35", update_z_report("till_id = (SELECT id FROM pos_till WHERE code = 'B')")
    ),
    "two Z reports change their shifts": mutation(
        "I35 I120",
        f"UPDATE sales_zreport SET shift_id = CASE shift_id WHEN {FIRST} THEN {SECOND}"
        f" ELSE {FIRST} END WHERE shift_id IN ({FIRST}, {SECOND})",
    ),
    "a Z report is deleted": mutation(
        "I35", delete("sales_zreport", select_z_report(SECOND))
    ),
    "a Z report and its document are deleted": mutation(
        "I27 I35",
        delete("sales_fiscaldocument", select_z_document(SECOND)),
        delete("sales_zreport", select_z_report(SECOND)),
    ),
    "a Z report was recorded before the close": mutation(
        "I122", update_z_report(f"recorded_at = recorded_at - {THREE_HOURS}")
    ),
    "a Z report is of another company": mutation(
        "I42", update_z_report("company_id = 1")
    ),
    "a Z report loses a figure": mutation(
        "I120 I121", update_z_report("figures = figures - 'points'")
    ),
}
