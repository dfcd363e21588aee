"""Finalization action: each of the chosen sales has a transaction of its own."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.admin.shop import Shop, make_back_office_shop
from tests.admin.test_finalization import choose
from tests.support.factories import make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return make_back_office_shop()


def test_each_sale_has_a_transaction_of_its_own(shop: Shop, as_owner: Client):
    other = make_sale(shop.shift, products=[shop.product])

    with CaptureQueriesContext(
        connection,
    ) as captured:
        choose(as_owner, shop.open, other)

    ends = [q["sql"] for q in captured if q["sql"] in {"BEGIN", "COMMIT"}]
    assert ends[:4] == ["BEGIN", "COMMIT", "BEGIN", "COMMIT"]
