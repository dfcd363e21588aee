"""A backup of a shop that has sold: its receipts, points and stock come back."""

import pytest

MADE = ("create_demo_shop", "--days=7")


@pytest.mark.exhaustive
def test_what_was_sold_comes_back_and_is_named(place, manage):
    here = {"TILLKEEPER_DATA": str(place)}
    demo = here | {"TILLKEEPER_DEMO": "1"}
    assert manage("migrate", "-v0", **demo).returncode == 0
    made = manage(*MADE, **demo)
    assert made.returncode == 0, made.stderr
    file = place / "sold.tillkeeper"
    count = "from sales.models import Sale; print(Sale.objects.finalized().count())"
    before = manage("shell", "-v0", "-c", count, **demo).stdout

    backed_up = manage("backup", str(file), **demo)
    restored = manage("restore", str(file), "--replace", **demo)
    manage("stop_database", **here)

    assert int(before) > 50
    assert (backed_up.returncode, backed_up.stderr) == (0, "")
    assert restored.returncode == 0, restored.stderr
    assert "The newest sale in this backup is " in restored.stdout
    assert "the books balance" in restored.stdout
