"""Service calls: those of many products or customers, for the tests of permissions.

Each takes the shop of ``tests/test_permissions_in_services.py``.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from customers.registration.customer_file import CustomerFile
from customers.registration.customer_import import import_customers
from customers.registration.register import Details
from customers.registration.register_many import NewCustomer, register_customers
from pos.catalogue.product_file import ProductFile
from pos.catalogue.product_import import import_products
from pos.catalogue.products import NewProduct, create_products
from pos.core.ids import uuid7

# Which have a transaction for each batch of lines.
IN_BATCHES = {"import_products", "import_customers"}

CALLS: dict[Callable[..., object], Callable[[Any], dict[str, object]]] = {
    create_products: lambda shop: {
        "company": shop.till.company,
        "new": [NewProduct("NEW", {"name": "New", "price": Decimal(1)})],
    },
    import_products: lambda shop: {"outlet": shop.till.outlet, "file": ProductFile()},
    register_customers: lambda shop: {
        "company": shop.till.company,
        "new": [NewCustomer(Details(name="Tan Wei Jie"), uuid7())],
    },
    import_customers: lambda shop: {
        "company": shop.till.company,
        "file": CustomerFile(),
    },
}
