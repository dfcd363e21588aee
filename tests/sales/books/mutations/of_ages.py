"""Mutations of the ages that lines ask for, and of who checked them."""

from tests.sales.books.mutations.of_sales import update_line, update_sale
from tests.sales.books.mutations.sql import (
    CHECKED,
    REFUND,
    SOMEBODY_ELSE,
    mutation,
    select_line,
)

OF_AGES = {
    "a line asks for an age that nobody checked": mutation(
        "I170", update_line("minimum_age = 18")
    ),
    "a line asks for more than the age that was checked": mutation(
        "I170", update_line("minimum_age = 21", select_line(CHECKED))
    ),
    "a line of a refund asks for an age": mutation(
        "I170", update_line("minimum_age = 18", select_line(REFUND))
    ),
    "a sale says an age that nobody checked": mutation(
        "I171", update_sale("confirmed_age = 18")
    ),
    "an age was checked by somebody without an act": mutation(
        "I171", update_sale(f"age_confirmed_by_id = {SOMEBODY_ELSE}", CHECKED)
    ),
    "an age was checked by nobody": mutation(
        "I171", update_sale("age_confirmed_by_id = NULL", CHECKED)
    ),
    "an age was checked at no time": mutation(
        "I171", update_sale("age_confirmed_at = NULL", CHECKED)
    ),
    "a higher age was checked": mutation(
        "I171", update_sale("confirmed_age = 21", CHECKED)
    ),
    "a lower age was checked": mutation(
        "I170 I171", update_sale("confirmed_age = 16", CHECKED)
    ),
    "no age was checked": mutation(
        "I170",
        update_sale(
            "confirmed_age = 0, age_confirmed_by_id = NULL, age_confirmed_at = NULL",
            CHECKED,
        ),
    ),
    "the act that checked an age is gone": mutation(
        "I37 I171",
        "DELETE FROM sales_saleoperation WHERE kind = 'confirm_age'"
        f" AND sale_id = {CHECKED}",
    ),
}
