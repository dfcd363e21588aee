from django.db import migrations

from pos.core.history_triggers import write_history

PERSONAL = ("code", "name", "email", "phone", "address", "birthday")


class Migration(migrations.Migration):
    """What a customer's fields were is written down; the points have a ledger."""

    dependencies = [
        ("customers", "0004_search_without_accents"),
        ("pos", "0023_field_history"),
    ]

    operations = [
        write_history("customers_customer", *PERSONAL, "is_active", personal=PERSONAL),
        write_history(
            "customers_loyaltyprogramme",
            *("name", "amount_per_point", "point_value", "redeem_min"),
            *("may_go_negative", "is_active"),
        ),
    ]
