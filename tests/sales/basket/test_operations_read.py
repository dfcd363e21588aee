"""Parsing of operations: whatever the till sends is read or refused."""

import json
import os
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pos.core.ids import uuid7
from sales.basket.edits import EDITS
from sales.basket.errors import InvalidOperationError
from sales.basket.operations import Operation, parse_operations
from sales.models import SaleOperation
from tests.support.cashier import Cashier
from tests.support.factories import ProductFactory, ShiftFactory


class TestParseOperations:
    def row(self, **changes):
        row = {"id": str(uuid7()), "seq": 1, "type": "add", "payload": {"code": "1"}}
        return {"operations": [row | changes]}

    def test_reads_what_the_browser_sends(self):
        uid = uuid7()
        rows = self.row(id=str(uid), seq=7, payload={"code": "1", "quantity": "2"})

        assert parse_operations(rows) == [
            Operation(uid, 7, "add", {"code": "1", "quantity": "2"})
        ]

    @pytest.mark.parametrize("payload", [None, {}])
    def test_may_leave_the_payload_out(self, payload):
        [operation] = parse_operations(self.row(type="clear", payload=payload))

        assert operation.payload == {}

    @pytest.mark.parametrize(
        "content",
        [
            None,
            5,
            "x",
            [],
            {},
            {"operations": None},
            {"operations": {}},
            {"operations": [None]},
            {"operations": ["x"]},
            {"operations": [{}]},
            {"operations": [{"id": str(uuid7())}] * 501},
        ],
    )
    def test_refuses_what_is_no_batch(self, content):
        with pytest.raises(InvalidOperationError):
            parse_operations(content)

    @pytest.mark.parametrize(
        "changes",
        [
            {"id": "x"},
            {"id": None},
            {"id": 5},
            {"seq": 0},
            {"seq": -1},
            {"seq": 2**31},
            {"seq": "1"},
            {"seq": 1.0},
            {"seq": True},
            {"seq": None},
            {"type": "void"},
            {"type": "__init__"},
            {"type": "require_open_here"},
            {"type": ["add"]},
            {"payload": "x"},
            {"payload": [1]},
            {"payload": 5},
            {"payload": {"code": ["1"]}},
            {"payload": {"code": {"deep": 1}}},
        ],
    )
    def test_refuses_what_is_no_operation(self, changes):
        with pytest.raises(InvalidOperationError):
            parse_operations(self.row(**changes))

    def test_reads_every_kind_that_an_edit_carries_out(self):
        kinds = list(EDITS)
        rows = [self.row(type=kind)["operations"][0] for kind in kinds]

        operations = parse_operations({"operations": rows})

        assert [operation.kind for operation in operations] == kinds
        assert set(kinds) == set(SaleOperation.Kind.values)
        longest = SaleOperation._meta.get_field("kind").max_length
        assert max(map(len, kinds)) <= longest

    def test_takes_five_hundred_at_once(self):
        rows = {"operations": self.row()["operations"] * 500}

        assert len(parse_operations(rows)) == 500


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.text("0123456789.-+eE_ \0\ud800", max_size=25),
    st.uuids().map(str),
)
NAMES = st.sampled_from(
    ["code", "product", "quantity", "price", "line", "operation"]
    + ["customer", "text", "label", "age", "x", ""]
)
ROWS = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str),
        "seq": st.integers(1, 4),
        "type": st.sampled_from(SaleOperation.Kind.values),
        "payload": st.dictionaries(NAMES, SCALARS, max_size=4),
    }
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON | st.fixed_dictionaries({"operations": JSON | st.lists(JSON)}))
def test_any_json_is_read_or_refused(content):
    with suppress(InvalidOperationError):
        parse_operations(json.loads(json.dumps(content)))


@pytest.mark.django_db
class TestWhateverTheTillSends:
    @pytest.fixture
    def shift(self):
        return ShiftFactory()

    @pytest.fixture
    def product(self, shift):
        return ProductFactory(company=shift.company)

    @given(st.lists(ROWS, max_size=4))
    @settings(
        # In the database, and each on a sale of its own.
        max_examples=100 if os.environ.get("CI") else 30,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def test_is_answered_act_by_act(self, shift, product, rows):
        cashier = Cashier(shift)
        cashier.scan(product.sku)
        right = {"line": str(cashier.lines[0].uid), "code": product.sku}
        for seq, row in enumerate(rows, start=2):
            row |= {"id": str(uuid7()), "seq": seq}
            if seq % 2:
                row["payload"] |= {
                    name: right[name] for name in row["payload"].keys() & right
                }

        basket = cashier.send(*parse_operations({"operations": rows}))

        assert len(basket.results) == len(rows)
        assert all(result.ok or result.code for result in basket.results)
        assert cashier.sale.total == sum(line.total for line in cashier.lines)

    def test_is_answered_in_text_that_postgresql_holds(self, shift):
        cashier = Cashier(shift)

        for code in ("\0", "\ud800", "x" * 65, "\x1d8888", "é" * 64):
            assert not cashier.scan(code).ok

        assert SaleOperation.objects.filter(result__message="").count() == 0
