"""Words of the back office: what the pages say, and in which language."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from pos.models import Product, StaffMember
from sales.models import BooksProof, CashCount, CashMovement, Tender, ZReport
from tests.admin.shop import Shop, address, admins
from tests.support.factories import ProductFactory

CHINESE = {"accept-language": "zh-hans"}


@pytest.fixture(autouse=True)
def no_language_is_left_behind() -> Iterator[None]:
    """A request leaves its language active in the thread that served it."""
    with override(None):
        yield


def test_no_page_shows_what_only_a_program_reads(
    shop: Shop, superuser: StaffMember, client: Client
):
    client.force_login(superuser)
    client.post("/admin/company/", {"company": shop.company.pk})
    opened = 0

    for one in admins():
        page = client.get(address(one, "add"))
        if page.status_code == 200:
            opened += 1
            assert "object at 0x" not in page.content.decode(), one

    assert opened > 8


def test_to_change_a_row_is_not_the_change_of_a_sale(shop: Shop, as_owner: Client):
    page = as_owner.get("/admin/pos/", headers=CHINESE).content.decode()

    assert "找零" not in page
    assert "店铺" in page


def test_the_places_of_the_back_office_are_named_in_chinese(
    shop: Shop, as_owner: Client
):
    page = as_owner.get("/admin/ledgers/", headers=CHINESE)

    names = [place.title for place in page.context["menu"]]
    assert len(names) == 11
    assert not any(name.isascii() for name in names)


@pytest.mark.parametrize("headers", [{}, CHINESE])
def test_no_two_links_have_the_same_name(shop: Shop, as_owner: Client, headers: dict):
    page = as_owner.get("/admin/ledgers/", headers=headers)

    with override("zh-hans" if headers else "en"):
        apps = admin.site.get_app_list(page.wsgi_request)
        names = [str(app["name"]) for app in apps]
        names += [str(model["name"]) for app in apps for model in app["models"]]
    assert len(names) == len(set(names)) > 20


ROW = re.compile(r"/add/|/[0-9a-f-]+/change/")


class Links(HTMLParser):
    """The links of a page: where each name leads."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.places: dict[str, set[str]] = {}
        self.open: list[str] | None = None
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            facts = dict(attrs)
            self.open = [facts.get("href") or "", facts.get("aria-label") or ""]

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.open:
            place, label, *texts = self.open
            name = label or " ".join(" ".join(texts).split())
            self.places.setdefault(name, set()).add(place)
            self.open = None

    @property
    def ambiguous(self) -> dict[str, set[str]]:
        """Names of several pages; rows, and what to add, have the words beside them."""
        pages = {
            name: {
                place for place in places if place[:1] == "/" and not ROW.search(place)
            }
            for name, places in self.places.items()
        }
        return {name: places for name, places in pages.items() if len(places) > 1}


@pytest.mark.exhaustive
@pytest.mark.parametrize("headers", [{}, CHINESE])
def test_a_name_leads_to_one_place_on_every_page(
    shop: Shop, as_owner: Client, headers: dict
):
    ambiguous = []
    for one in admins():
        row = shop.row(one.model)
        pages = [address(one, "changelist"), address(one, "change", row)]
        for page in [*pages, address(one, "add"), address(one, "history", row)]:
            answer = as_owner.get(page, headers=headers)
            if answer.status_code == 200:
                found = Links(answer.content.decode()).ambiguous
                ambiguous += [(page, name, places) for name, places in found.items()]

    assert ambiguous == []


def test_a_z_report_is_shown_as_its_sheet(shop: Shop, as_owner: Client):
    report = ZReport.objects.get(company=shop.company)
    page = as_owner.get(address(admin.site._registry[ZReport], "change", report))

    sheet = page.content.decode().partition('<article class="report-sheet">')[2]
    assert "Cash drawer" in sheet
    assert f"Seal {report.fiscal_document.hash[:8]}" in sheet
    assert "&quot;" not in sheet


def test_permissions_are_named_in_chinese(shop: Shop, as_owner: Client):
    address = reverse("admin:pos_role_add")

    english = as_owner.get(address).content.decode()
    chinese = as_owner.get(address, headers=CHINESE).content.decode()

    assert "Shop | Can receive stock</option>" in english
    assert "Shop | Can add categories</option>" in english
    assert "| Can " not in chinese


@pytest.mark.parametrize("model", [Tender, CashCount, CashMovement])
def test_a_title_has_the_currencys_places(shop: Shop, as_owner: Client, model):
    row = shop.row(model)
    page = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"

    answer = as_owner.get(reverse(page, args=[row.pk]))

    assert answer.context["subtitle"] == str(row)
    assert str(row)[-3] == "."


def test_a_proof_is_titled_on_the_companys_clock(shop: Shop, as_owner: Client):
    shop.company.time_zone = "Asia/Singapore"
    shop.company.save(update_fields=["time_zone"])
    proof = shop.row(BooksProof)

    page = as_owner.get(reverse("admin:sales_booksproof_change", args=[proof.pk]))

    hour = (proof.proven_at.hour + 8) % 24
    assert f" {hour:02}:{proof.proven_at:%M}" in page.context["subtitle"]


def test_a_sold_product_stays_and_the_page_says_what_helps(
    shop: Shop, as_owner: Client
):
    unsold = ProductFactory(company=shop.company)
    addresses = [
        reverse("admin:pos_product_delete", args=[product.pk])
        for product in (shop.product, unsold)
    ]

    sold_page, unsold_page = (as_owner.get(one).content.decode() for one in addresses)
    as_owner.post(addresses[0], {"post": "yes"})

    assert "Take it off sale instead" in sold_page
    assert "permission" not in sold_page
    assert "Are you sure" in unsold_page
    assert Product.objects.filter(pk=shop.product.pk).exists()


@pytest.mark.django_db
def test_lists_have_names_of_ours(shop: Shop, as_owner: Client):
    """Not "Select approval to view", and no "By requested by"."""
    for model in admins():
        page = as_owner.get(address(model, "changelist")).content.decode()
        assert not re.search(r"Select [\w ]+ to (view|change)", page)
        assert not re.search(r"<summary>\s*By ", page)
