"""Shop floor: a company, an outlet, an owner, a product; import and stock in short."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from pos.access import roles
from pos.core.ids import uuid7
from pos.stock.receive import count_stock, receive_stock
from tests.support.factories import (
    CompanyFactory,
    OutletFactory,
    ProductFactory,
    RoleFactory,
    StaffMemberFactory,
    grant,
)


@pytest.fixture
def company(db):
    return CompanyFactory(code="SPP", name="Seng Poh Provisions")


@pytest.fixture
def outlet(company):
    return OutletFactory(company=company)


@pytest.fixture
def owner(company):
    role = RoleFactory(company=company, code="owner")
    grant(role, roles.APPROVES | roles.KEEPS_THE_CATALOGUE)
    return StaffMemberFactory(company=company, role=role)


@pytest.fixture
def said():
    """What the last run of the command said on stderr."""
    return []


@pytest.fixture
def run(outlet, owner, tmp_path, said):
    """Import these lines, or the file; return what it says on stdout."""

    def run(content, *options):
        file = content
        if not isinstance(content, Path):
            file = tmp_path / "products.csv"
            file.write_bytes(
                content if isinstance(content, bytes) else content.encode()
            )
        output, errors = StringIO(), StringIO()
        try:
            call_command(
                "import_products",
                file,
                "--company=SPP",
                *options,
                stdout=output,
                stderr=errors,
            )
        finally:
            said[:] = errors.getvalue().splitlines()
        return output.getvalue().strip()

    return run


@pytest.fixture
def actor(outlet):
    return StaffMemberFactory(company=outlet.company)


@pytest.fixture
def product(outlet):
    return ProductFactory(company=outlet.company)


@pytest.fixture
def receive(outlet, product, actor):
    """Receive ten of the product, unless the test says otherwise."""
    return lambda **changes: receive_stock(
        **{
            "uid": uuid7(),
            "outlet": outlet,
            "quantities": {product.pk: Decimal(10)},
            "reason": "",
            "actor": actor,
        }
        | changes
    )


@pytest.fixture
def count(outlet, product, actor):
    """Count seven of the product, unless the test says otherwise."""
    return lambda **changes: count_stock(
        **{
            "uid": uuid7(),
            "outlet": outlet,
            "product": product,
            "counted": Decimal(7),
            "reason": "Monthly count",
            "actor": actor,
        }
        | changes
    )
