"""Mutations of shifts: their hours, cash movements, counts and Z reports."""

from tests.sales.books.mutations.sql import (
    A_STRANGER,
    FIRST,
    NOW_OPEN,
    OF_B,
    SECOND,
    SOMEBODY_ELSE,
    caught,
    copy,
    delete,
    one,
    report,
    report_document,
    update,
)

THREE_HOURS = "interval '3 hours'"


def shift(change: str, row: str = FIRST) -> str:
    return update("sales_shift", change, row)


OF_SHIFTS = {
    "a shift closed at another time": caught(
        "I121", shift("closed_at = closed_at + interval '1 second'")
    ),
    "a shift opened at another time": caught(
        "I121", shift("opened_at = opened_at - interval '1 second'")
    ),
    "a shift closed hours later": caught(
        "I121", shift(f"closed_at = closed_at + {THREE_HOURS}")
    ),
    "a shift closed before it opened": caught(
        "I32 I33 I125", shift(f"closed_at = closed_at - {THREE_HOURS}")
    ),
    "a shift's variance has another reason": caught(
        "I121", shift("variance_reason = 'Lost'")
    ),
    "a shift's variance has no reason": caught("I31", shift("variance_reason = ''")),
    "a shift was closed by somebody else": caught(
        "I121", shift(f"closed_by_id = {SOMEBODY_ELSE}")
    ),
    "a shift's variance was approved by somebody else": caught(
        "I121", shift(f"approved_by_id = {one('pos_staffmember')}")
    ),
    "a shift's variance was approved by nobody": caught(
        "I121", shift("approved_by_id = NULL")
    ),
    "a shift is of another cashier": caught(
        "I121 I133", shift(f"cashier_id = {SOMEBODY_ELSE}")
    ),
    "a shift is of a cashier of another company": caught(
        "I42", shift(f"cashier_id = {A_STRANGER}")
    ),
    "a shift is of another business date": caught(
        "I121", shift("business_date = business_date - 1")
    ),
    "a shift began with another float": caught(
        "I30 I78 I120", shift("opening_float = opening_float + 1")
    ),
    "a shift and its first count had another float": caught(
        "I120",
        shift("opening_float = opening_float + 1, expected_cash = expected_cash + 1"),
        "UPDATE sales_cashcount SET total = total + 1"
        f" WHERE moment = 'opening' AND shift_id = {FIRST}",
    ),
    "a shift counted other cash": caught(
        "I78 I80", shift("counted_cash = counted_cash + 1")
    ),
    "a shift was not short": caught(
        "I78 I120",
        shift(
            "counted_cash = expected_cash, variance_reason = '', approved_by_id = NULL"
        ),
    ),
    "a shift and its last count counted other cash": caught(
        "I120",
        shift("counted_cash = counted_cash + 1"),
        "UPDATE sales_cashcount SET total = total + 1 WHERE moment = 'closing'"
        f" AND shift_id = {FIRST}",
    ),
    "a shift expected other cash": caught(
        "I30 I120", shift("expected_cash = expected_cash + 1")
    ),
    "a shift is of another till": caught(
        "I33 I35", shift("till_id = (SELECT id FROM pos_till WHERE code = 'B')")
    ),
    "a closed shift is open": caught("I31 I35", shift("closed_at = NULL")),
    "a closed shift is open as if never counted": caught(
        "I35",
        shift(
            "closed_at = NULL, closed_by_id = NULL, counted_cash = NULL,"
            " expected_cash = NULL, variance_reason = '', approved_by_id = NULL"
        ),
    ),
    "an open shift is closed without a Z report": caught(
        "I35",
        shift(
            "closed_at = opened_at, closed_by_id = cashier_id, counted_cash = 125,"
            " expected_cash = 125",
            NOW_OPEN,
        ),
    ),
    "two shifts of a till are open": caught(
        "I32", copy("sales_shift", NOW_OPEN, uid="gen_random_uuid()")
    ),
    "a shift is deleted": caught("I33 I42", delete("sales_shift", SECOND)),
    "a shift has another uid": caught("I121", shift("uid = gen_random_uuid()")),
    "two shifts change their sales": caught(
        "I32 I35 I120",
        f"UPDATE sales_sale SET shift_id = CASE shift_id WHEN {FIRST} THEN {SECOND}"
        f" ELSE {FIRST} END WHERE shift_id IN ({FIRST}, {SECOND})",
    ),
}

PAID_IN = one("sales_cashmovement", "kind = 'pay_in'")
PAID_OUT = one("sales_cashmovement", "kind = 'pay_out'")
NO_SALE = one("sales_cashmovement", "kind = 'no_sale'")


def movement(change: str, row: str = PAID_IN) -> str:
    return update("sales_cashmovement", change, row)


def more_cash(kind: str, amount: int) -> str:
    return copy(
        "sales_cashmovement",
        PAID_IN,
        uid="gen_random_uuid()",
        kind=f"'{kind}'::text",
        amount=str(amount),
    )


OF_MOVEMENTS = {
    "cash came in and went out of a closed shift": caught(
        "I120", more_cash("pay_in", 50), more_cash("pay_out", -50)
    ),
    "cash came in and went to the safe": caught(
        "I120", more_cash("pay_in", 50), more_cash("drop", -50)
    ),
    "cash came in as it had before": caught("I30 I120", more_cash("pay_in", 50)),
    "cash came in of another amount": caught("I30 I120", movement("amount = 31")),
    "two cash movements change their amounts": caught(
        "I120",
        movement("amount = 31"),
        movement("amount = -21", PAID_OUT),
    ),
    "a drop was a cash out": caught(
        "I120",
        movement("kind = 'pay_out'", one("sales_cashmovement", "kind = 'drop'")),
    ),
    "cash came in below zero": caught("I77", movement("amount = -30")),
    "cash came in for no reason": caught("I77", movement("reason = ''")),
    "cash moved in another shift": caught("I30 I120", movement(f"shift_id = {SECOND}")),
    "a no-sale was of another shift": caught(
        "I120", movement(f"shift_id = {SECOND}", NO_SALE)
    ),
    "a no-sale was of another till": caught(
        "I120", movement(f"shift_id = {OF_B}", NO_SALE)
    ),
    "a no-sale is deleted": caught("I120", delete("sales_cashmovement", NO_SALE)),
    "a no-sale is there twice": caught(
        "I120", copy("sales_cashmovement", NO_SALE, uid="gen_random_uuid()")
    ),
    "two cash movements are one": caught(
        "I120",
        movement("amount = 35"),
        delete("sales_cashmovement", one("sales_cashmovement", "amount = 5")),
    ),
    "cash moved before its shift": caught(
        "I125", movement(f"moved_at = moved_at - {THREE_HOURS}")
    ),
    "cash moved after its shift": caught(
        "I125", movement(f"moved_at = moved_at + {THREE_HOURS}")
    ),
    "cash movement was recorded after the Z report": caught(
        "I122", movement(f"recorded_at = recorded_at + {THREE_HOURS}")
    ),
    "cash moved by somebody of another company": caught(
        "I42", movement(f"staff_member_id = {A_STRANGER}")
    ),
    "a cash movement is there twice under one uid": caught(
        "I36 I120", copy("sales_cashmovement", PAID_IN)
    ),
}


def count_of(moment: str, of: str = FIRST) -> str:
    return one(
        "sales_cashcount", f"moment = '{moment}' AND shift_id = {of}", order="id DESC"
    )


def count(change: str, row: str = count_of("opening")) -> str:
    return update("sales_cashcount", change, row)


OF_COUNTS = {
    "a float was counted as another": caught(
        "I78 I79 I133", count("total = total + 1")
    ),
    "a float's notes are others": caught("I79", count("""pieces = '{"50": 3}'""")),
    "the last count is another": caught(
        "I78", count("total = total + 1", count_of("closing"))
    ),
    "the last count was by notes": caught(
        "I121",
        count("""pieces = '{"0.05": 2002}', total = 100.10""", count_of("closing")),
    ),
    "a closing count was the opening one": caught(
        "I78 I133", count("moment = 'opening'", count_of("closing"))
    ),
    "a shift has no last count": caught(
        "I78", delete("sales_cashcount", count_of("closing"))
    ),
    "a shift has two opening counts": caught(
        "I133", copy("sales_cashcount", count_of("opening"), uid="gen_random_uuid()")
    ),
    "a closed shift is counted once more": caught(
        "I78",
        copy(
            "sales_cashcount",
            count_of("closing"),
            uid="gen_random_uuid()",
            total="1",
        ),
    ),
    "a float was counted by somebody else": caught(
        "I133", count(f"staff_member_id = {SOMEBODY_ELSE}")
    ),
    "a float was counted earlier": caught(
        "I125 I133", count(f"counted_at = counted_at - {THREE_HOURS}")
    ),
    "the last count was after the shift": caught(
        "I125", count(f"counted_at = counted_at + {THREE_HOURS}", count_of("closing"))
    ),
    "an opening count is of another shift": caught(
        "I133", count(f"shift_id = {SECOND}")
    ),
    "a count was recorded after the Z report": caught(
        "I122", count(f"recorded_at = recorded_at + {THREE_HOURS}")
    ),
    "a count is of another company": caught("I42", count("company_id = 1")),
}


def z(change: str, row: str = report(FIRST)) -> str:
    return update("sales_zreport", change, row)


def figure(path: str, value: str) -> str:
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
}

OF_Z_REPORTS = {
    f"a Z report says another {path.replace(',', ' ')}": caught(
        "I120 I121", z(figure(path, value))
    )
    for path, value in FIGURES.items()
} | {
    "a Z report counts another number of voids": caught(
        "I95 I121", z(figure("counts,voids", "99"))
    ),
    "a Z report's float differs from the last count by something else": caught(
        "I95", z(figure("cash,since_last_count", '"1.000"'), report(SECOND))
    ),
    "a Z report's total is another": caught("I34 I35 I80", z("total = total + 1")),
    "a Z report's tax is another": caught("I35 I80", z("tax_total = tax_total + 1")),
    "a Z report's rounding is another": caught("I35 I80", z("rounding = rounding + 1")),
    "a Z report's grand total is another": caught(
        "I34 I80", z("grand_total = grand_total + 1")
    ),
    "a Z report has another number": caught("I34 I82", z("number = 7")),
    "a Z report is numbered as another": caught(
        "I82 I121", z("report_number = 'A-Z-000009'")
    ),
    "a Z report is of another till": caught(
        "I35", z("till_id = (SELECT id FROM pos_till WHERE code = 'B')")
    ),
    "two Z reports change their shifts": caught(
        "I35 I120",
        f"UPDATE sales_zreport SET shift_id = CASE shift_id WHEN {FIRST} THEN {SECOND}"
        f" ELSE {FIRST} END WHERE shift_id IN ({FIRST}, {SECOND})",
    ),
    "a Z report is deleted": caught("I35", delete("sales_zreport", report(SECOND))),
    "a Z report and its document are deleted": caught(
        "I27 I35",
        delete("sales_fiscaldocument", report_document(SECOND)),
        delete("sales_zreport", report(SECOND)),
    ),
    "a Z report was recorded before the close": caught(
        "I122", z(f"recorded_at = recorded_at - {THREE_HOURS}")
    ),
    "a Z report is of another company": caught("I42", z("company_id = 1")),
    "a Z report loses a figure": caught("I120 I121", z("figures = figures - 'points'")),
}
