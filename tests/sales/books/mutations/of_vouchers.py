"""Mutations of vouchers: their kinds, face values, numbers and refunds."""

from tests.sales.books.mutations.of_money import update_tender
from tests.sales.books.mutations.sql import (
    BUSY,
    BY_VOUCHERS,
    VOUCHER_REFUND,
    mutation,
    select_tender,
)

FIRST_VOUCHER = select_tender(BY_VOUCHERS)
CUT_VOUCHER = select_tender(BY_VOUCHERS, 2)
GIVEN_BACK = select_tender(VOUCHER_REFUND)

OF_VOUCHERS = {
    "a voucher is of no kind": mutation(
        "I28 I38 I120 I146 I148", update_tender("kind = 'mall'", CUT_VOUCHER)
    ),
    "the kind of vouchers is gone": mutation(
        "I146", f"DELETE FROM pos_voucherkind WHERE company_id = {BUSY}"
    ),
    "a voucher counts for more than it is worth": mutation(
        "I28 I38 I146", update_tender("face_value = 14", CUT_VOUCHER)
    ),
    "a card has a face value": mutation(
        "I28 I38 I146", update_tender("face_value = 100")
    ),
    "a voucher was worth more": mutation(
        "I28 I38", update_tender("face_value = 50", CUT_VOUCHER)
    ),
    "a number was taken twice": mutation(
        "I28 I38 I147",
        update_tender("reference = 'V2'", FIRST_VOUCHER),
    ),
    "a number was given back that was not taken": mutation(
        "I28 I147 I149", update_tender("reference = 'V3'", GIVEN_BACK)
    ),
    "a number was given back that paid for another sale": mutation(
        "I28 I38 I149",
        update_tender("kind = 'cdc', reference = 'V3'"),
        update_tender("reference = 'V3'", GIVEN_BACK),
    ),
    "a voucher went back in cash": mutation(
        "I28 I120 I148", update_tender("kind = 'cash', reference = ''", GIVEN_BACK)
    ),
}
