"""Mutations of the field history, and of rows past it."""

from tests.sales.books.mutations.sql import (
    BO,
    BUSY,
    delete,
    mutation,
    select_id,
    update,
)

BOOK = select_id("pos_product", "sku = 'BOOK'")
NEWEST = select_id("pos_fieldchange", "field = 'second_name'", order="id DESC")
OF_PHONE = select_id("pos_fieldchange", "field = 'phone'", order="id DESC")

OF_HISTORY = {
    "a field is changed past its history": mutation(
        "I153", update("pos_product", "second_name = 'x'", BOOK)
    ),
    "a phone is changed past its history": mutation(
        "I153", update("customers_customer", "phone = '+6590000000'", BO)
    ),
    "a limit is changed past its history": mutation(
        "I153", f"UPDATE pos_limit SET value = 1 WHERE company_id = {BUSY}"
    ),
    "a limit is deleted past its history": mutation(
        "I153", f"DELETE FROM pos_limit WHERE company_id = {BUSY}"
    ),
    "the newest change is deleted": mutation("I153", delete("pos_fieldchange", NEWEST)),
    "the newest change says another value": mutation(
        "I153", update("pos_fieldchange", "after = 'x'", NEWEST)
    ),
    "a change is of another field": mutation(
        "I153", update("pos_fieldchange", "field = 'name'", OF_PHONE)
    ),
    "a change is of another row": mutation(
        "I153",
        update("pos_fieldchange", f"kind = 'pos.product', row_key = {BOOK}", OF_PHONE),
    ),
    "a change is of another company": mutation(
        "I42", update("pos_fieldchange", "company_id = 1", NEWEST)
    ),
}
