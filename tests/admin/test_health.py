"""Health: the owner's page says how the server is, quickly, in both languages."""

import re
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from config.doctor import kept
from config.doctor.finding import bad, ok
from tests.admin.shop import Shop

pytestmark = [pytest.mark.django_db, pytest.mark.no_books_check]

PAGE = reverse("health")


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def rows(client: Client) -> list[str]:
    """The text of each row, its state first."""
    page = client.get(PAGE).content.decode()
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    texts = [re.sub(r"<[^>]+>", " ", row) for row in body.split("</tr>")[:-1]]
    return [" ".join(text.split()) for text in texts]


def test_the_worst_is_first_and_says_what_to_do(as_owner: Client):
    """The tests' own database may forget what it has acknowledged."""
    found = rows(as_owner)

    states = [row.split()[0] for row in found]
    assert states == sorted(states, key=["Wrong", "Look", "OK"].index)
    wrong = next(row for row in found if "fsync = off" in row)
    assert wrong.startswith("Wrong Durability ")
    assert wrong.endswith("Turn them on in postgresql.conf, and reload the server.")


def test_what_takes_long_is_from_the_last_run_of_the_command(as_owner: Client):
    kept.keep_run(
        now(),
        {
            "https_certificate": bad(
                "The certificate for %(name)s has expired.", "", name="till.home.arpa"
            ),
            "durable_writes": ok("It is %(usual)s.", usual=1),
        },
    )

    found = rows(as_owner)

    assert "Wrong HTTPS The certificate for till.home.arpa has expired." in found


def test_it_speaks_chinese(as_owner: Client):
    page = as_owner.get(PAGE, headers={"accept-language": "zh-hans"}).content.decode()

    assert "数据库可能丢失已确认的销售" in page
    assert not re.search(r"<td>[^<]*[a-z]{4,} [a-z]{4,} [a-z]{4,}", page)


def test_it_is_a_place_of_the_menu_for_owners_only(shop: Shop, as_owner: Client):
    link = f'<a href="{PAGE}"'
    assert link in as_owner.get(PAGE).content.decode()
    supervisor = Client()
    supervisor.force_login(shop.supervisor)
    assert link not in supervisor.get(reverse("admin:ledgers")).content.decode()
    assert supervisor.get(PAGE).status_code == 403


def test_an_administrator_without_a_company_sees_it(superuser):
    client = Client()
    client.force_login(superuser)

    page = client.get(PAGE)

    assert page.status_code == 200
    assert f'<a href="{PAGE}"' in page.content.decode()


def test_it_asks_a_known_number_of_questions_and_answers_quickly(as_owner: Client):
    as_owner.get(PAGE)
    began = time.perf_counter()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        as_owner.get(PAGE)

    assert len(asked) == 21
    assert time.perf_counter() - began < 1


def test_it_is_only_looked_at(as_owner: Client):
    assert as_owner.post(PAGE).status_code == 405
