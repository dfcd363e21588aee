from django.db import migrations

from pos.core.schema import composite_keys


class Migration(migrations.Migration):
    """A row of a company names only rows of the same company."""

    dependencies = [
        ("sales", "0001_initial"),
        ("customers", "0002_composite_keys"),
        ("pos", "0002_composite_keys"),
    ]

    operations = [
        composite_keys(
            "sales_shift",
            till="pos_till",
            cashier="pos_staffmember",
            closed_by="pos_staffmember",
        ),
        composite_keys(
            "sales_sale",
            till="pos_till",
            customer="customers_customer",
            cashier="pos_staffmember",
            shift="sales_shift",
            original="sales_sale",
            approved_by="pos_staffmember",
            exchanged_for="sales_sale",
            voided_by="pos_staffmember",
        ),
        composite_keys(
            "sales_saleline",
            sale="sales_sale",
            product="pos_product",
            original_line="sales_saleline",
        ),
        composite_keys(
            "sales_saleoperation", sale="sales_sale", staff_member="pos_staffmember"
        ),
        composite_keys("sales_tender", sale="sales_sale"),
        composite_keys(
            "sales_tenderconfirmation",
            tender="sales_tender",
            staff_member="pos_staffmember",
        ),
        composite_keys(
            "sales_tendercorrection",
            tender="sales_tender",
            shift="sales_shift",
            staff_member="pos_staffmember",
        ),
        composite_keys("sales_fiscaldocument", till="pos_till", sale="sales_sale"),
        composite_keys(
            "sales_receiptprint", sale="sales_sale", staff_member="pos_staffmember"
        ),
    ]
