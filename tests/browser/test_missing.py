"""What is missing in a form is said of each field, and forgotten once it is there."""

import pytest
from playwright.sync_api import expect

from tests.browser.keys import press, type_text

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "teh-tarik-kosong"
MISSING = "Fill in this field."


def test_a_form_sent_empty_can_be_filled_and_sent(
    page, live_server, cashier, fail_on_page_errors
):
    cashier.set_password(PASSWORD)
    cashier.save(update_fields=["password"])
    fail_on_page_errors(page).goto(f"{live_server.url}/sign-in/?by=password")
    name, password = page.locator("[name=username]"), page.locator("[name=password]")
    name.focus()
    for _ in range(2):
        press(page, "Enter")
        for field in (name, password):
            assert field.evaluate("field => field.validationMessage") == MISSING
        expect(name).to_be_focused()

    type_text(page, cashier.username)
    # What a password manager puts in is no key.
    password.fill(PASSWORD)
    assert password.evaluate("field => field.validity.valid")
    press(page, "Enter")

    page.wait_for_url(lambda url: "/sign-in/" not in url)
