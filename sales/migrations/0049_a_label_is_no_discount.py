from django.db import migrations, models


class Migration(migrations.Migration):
    """What a label or an offer took off is no discount of the cashier."""

    dependencies = [("sales", "0048_a_shift_keeps_its_clock")]

    operations = [
        migrations.AlterField(
            model_name="shiftreason",
            name="what",
            field=models.CharField(
                choices=[
                    ("line_discount", "discount of a line"),
                    ("sale_discount", "discount of a sale"),
                    ("label_price", "price on the label"),
                    ("offer", "offer"),
                    ("points", "points"),
                    ("refund", "refund"),
                    ("void", "void"),
                    ("no_sale", "no sale"),
                    ("pay_in", "cash in"),
                    ("pay_out", "cash out"),
                    ("drop", "drop to the safe"),
                    ("correction", "correction"),
                    ("variance", "variance"),
                    ("removed_line", "line taken off"),
                    ("override", "price changed by hand"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
    ]
