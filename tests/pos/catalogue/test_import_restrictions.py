"""Import of products with the restrictions that they have of their own."""

import pytest

from pos.access.errors import NotAllowedError
from pos.catalogue.product_file import read_own_columns
from pos.catalogue.product_import import import_products
from pos.core.csv_reader import read_table
from pos.models import AuditEntry, Product
from tests.support.factories import (
    OutletFactory,
    RestrictionFactory,
    StaffMemberFactory,
)

pytestmark = pytest.mark.django_db

KEEPS = ("pos.add_product", "pos.change_product")
RESTRICTS = (*KEEPS, "pos.change_restriction")
FILE = b"sku,name,price,restriction\nBEER,Beer,4.20,alcohol\n"


@pytest.fixture
def outlet():
    return OutletFactory()


@pytest.fixture
def alcohol(outlet):
    return RestrictionFactory(company=outlet.company, name="Alcohol", minimum_age=18)


def read(outlet, content: bytes, *, may=RESTRICTS):
    return import_products(
        outlet=outlet,
        file=read_own_columns(read_table(content), places=2),
        actor=StaffMemberFactory(company=outlet.company, may=may),
    )


def test_a_product_gets_the_one_that_is_named_in_any_case(outlet, alcohol):
    read(outlet, FILE)
    again = read(outlet, FILE)

    assert Product.objects.get().restriction == alcohol
    assert again.unchanged == 1


def test_an_empty_cell_lifts_none(outlet, alcohol):
    read(outlet, FILE)
    read(outlet, b"sku,name,restriction\nBEER,Ale,\n", may=KEEPS)

    product = Product.objects.get()
    assert (product.name, product.restriction) == ("Ale", alcohol)


def test_one_that_is_not_there_is_a_problem_of_its_line(outlet):
    RestrictionFactory(name="Alcohol")

    result = read(outlet, FILE)

    assert [p.reason for p in result.problems] == ["restriction: there is no such one."]
    assert not Product.objects.exists()


def test_who_may_not_restrict_imports_none(outlet, alcohol):
    with pytest.raises(NotAllowedError):
        read(outlet, FILE, may=KEEPS)

    assert not Product.objects.exists()
    assert not AuditEntry.objects.filter(act="products_imported").exists()
