"""Cached include: drawn once for the same facts, and of nothing but these."""

from decimal import Decimal

import pytest
from django.template import engines
from django.utils.translation import override

from pos.models import Product
from pos.templatetags import cached_include
from sales.models import SaleLine
from tests.support.factories import ProductFactory, ShiftFactory, make_sale

pytestmark = pytest.mark.django_db


@pytest.fixture
def draw(settings, tmp_path):
    """Draws a fragment of that text with these facts, and counts how often."""
    cached_include._draw.cache_clear()

    def draw(text, **facts):
        (tmp_path / "fragment.html").write_text(text, "utf-8")
        drawn = cached_include._draw.cache_info().misses
        html = cached_include.cached_include("fragment.html", **facts)
        return html, cached_include._draw.cache_info().misses - drawn

    engine = engines["django"].engine
    kept = engine.dirs, engine.template_loaders
    engine.dirs = [*engine.dirs, tmp_path]
    engine.__dict__["template_loaders"] = engine.get_template_loaders(
        ["django.template.loaders.filesystem.Loader"]
    )
    yield draw
    engine.dirs, engine.__dict__["template_loaders"] = kept
    cached_include._draw.cache_clear()


def test_the_same_facts_are_drawn_once(draw):
    assert draw("{{ a }} of {{ b }}", a=1, b=2) == ("1 of 2", 1)
    assert draw("{{ a }} of {{ b }}", a=1, b=2) == ("1 of 2", 0)


def test_each_language_has_its_own(draw):
    text = "{% load i18n %}{% translate 'Remove line' %}"

    assert draw(text)[0] == "Remove line"
    with override("zh-hans"):
        html, drawn = draw(text)

    assert (html != "Remove line", drawn) == (True, 1)


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (2, Decimal(2)), (Decimal(2), Decimal("2.00"))]
)
def test_equal_facts_that_look_different_are_not_the_same(draw, one, other):
    assert [draw("{{ a }}", a=a) for a in (one, other)] == [
        (str(one), 1),
        (str(other), 1),
    ]


def test_what_is_drawn_is_escaped(draw):
    assert draw("{{ a }}", a="<b>")[0] == "&lt;b&gt;"


def test_a_changed_row_is_drawn_again(draw):
    product = ProductFactory(name="Kopi")
    text = "{{ row.name }}"
    assert draw(text, row=product) == ("Kopi", 1)
    assert draw(text, row=Product.objects.get()) == ("Kopi", 0)

    product.name = "Teh"

    assert draw(text, row=product) == ("Teh", 1)


def test_a_row_with_another_list_is_drawn_again(draw):
    line = make_sale(ShiftFactory(), lines=1).lines.get()
    text = "{% for one in line.modifiers %}{{ one.name }}{% endfor %}"
    assert draw(text, line=line) == ("", 1)

    line.modifiers = [{"name": "less sugar"}]

    assert draw(text, line=line) == ("less sugar", 1)


def test_a_row_has_its_columns_and_nothing_that_was_joined(
    draw, django_assert_num_queries
):
    line = make_sale(ShiftFactory(), lines=1).lines.select_related("product").get()
    line.product.name = "Set, and never saved"
    assert line.product != SaleLine()

    with django_assert_num_queries(1):
        html, _drawn = draw("{{ line.name }}, {{ line.product.name }}", line=line)

    assert html == f"{line.name}, {Product.objects.get().name}"
