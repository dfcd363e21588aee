"""Mutations of container deposits."""

from tests.sales.books.mutations.of_sales import update_line
from tests.sales.books.mutations.sql import (
    DRINK,
    DRINK_REFUND,
    mutation,
    select_line,
)

OF_DEPOSITS = {
    "a can has another deposit": mutation(
        "I23 I28 I145",
        update_line("deposit_rate = 0.20", select_line(DRINK)),
    ),
    "a can has no deposit": mutation(
        "I01 I23 I28 I145",
        update_line("deposit_rate = 0, deposit = 0", select_line(DRINK)),
    ),
    "a can has two containers": mutation(
        "I23 I28", update_line("containers = 2", select_line(DRINK))
    ),
    "a refund's deposit is another": mutation(
        "I23 I28", update_line("deposit_rate = 0.20", select_line(DRINK_REFUND))
    ),
    "a refund keeps the deposit": mutation(
        "I01 I28", update_line("deposit = 0", select_line(DRINK_REFUND))
    ),
    "a can became one piece of another quantity": mutation(
        "I01 I05 I13 I28",
        update_line("quantity = 2, deposit = 0.20", select_line(DRINK)),
    ),
}
