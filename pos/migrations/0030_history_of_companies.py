from django.db import migrations

from pos.core.history_triggers import write_history


class Migration(migrations.Migration):
    """What a company's settings were is written down, those of PINs as well."""

    dependencies = [("pos", "0029_tries_are_the_owners_to_see")]

    operations = [
        write_history(
            "pos_company",
            *("code", "name", "registration_number", "tax_name", "gst_number"),
            *("gst_registered_on", "address", "phone", "currency", "currency_symbol"),
            *("currency_places", "time_zone", "prices_include_tax", "tax_rounding"),
            *("label_value", "label_item_digits", "label_value_digits"),
            *("cash_rounding_step", "cash_rounding", "variance_max"),
            *("allows_cash_below_zero", "accepted_tenders", "pin_digits", "lock_minutes"),
            *("receipt_header", "receipt_footer"),
            company="id",
        ),
    ]
