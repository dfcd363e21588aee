"""Mutations of which device sold, and whose basket it is."""

from tests.sales.books.mutations.of_sales import update_sale
from tests.sales.books.mutations.sql import PAYNOW, mutation, select_id, update

PHONE = select_id("pos_device", skip=1)
TILL_B = select_id("pos_till", "code = 'B'")

OF_DEVICES = {
    "a sale is of another device": mutation(
        "I28 I120", update_sale(f"device_id = {PHONE}", PAYNOW)
    ),
    "a sale is of no device": mutation(
        "I28 I120", update_sale("device_id = NULL", PAYNOW)
    ),
    "a sale of no device has got one": mutation(
        "I28 I120", update_sale(f"device_id = {PHONE}")
    ),
    "a basket is of another till's device": mutation(
        "I144", update("pos_device", f"till_id = {TILL_B}", PHONE)
    ),
}
