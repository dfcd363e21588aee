from django.db import migrations

from pos.core.schema import composite_keys


class Migration(migrations.Migration):
    """A row of a company names only rows of the same company."""

    dependencies = [("pos", "0001_initial")]

    operations = [
        composite_keys("pos_outlet"),
        composite_keys("pos_till", outlet="pos_outlet"),
        composite_keys("pos_role"),
        composite_keys("pos_staffmember", role="pos_role"),
        composite_keys("pos_category"),
        composite_keys("pos_taxrate"),
        composite_keys("pos_product", category="pos_category"),
        composite_keys("pos_barcode", product="pos_product"),
        composite_keys("pos_stockitem", outlet="pos_outlet", product="pos_product"),
        composite_keys(
            "pos_stockmovement",
            stock_item="pos_stockitem",
            staff_member="pos_staffmember",
        ),
    ]
