import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos import barcodes
from pos.barcodes import check_digit, is_gtin, looks_like_gtin, same_codes


def test_the_examples_are_true():
    assert doctest.testmod(barcodes).failed == 0


@pytest.mark.parametrize(
    "code",
    ["96385074", "036000291452", "4006381333931", "5901234123457", "10614141000415"],
)
def test_knows_a_gtin_by_its_check_digit(code):
    assert is_gtin(code)
    assert not is_gtin(code[:-1] + str((int(code[-1]) + 1) % 10))


@pytest.mark.parametrize("code", ["", "12345", "96385O74", "96３85074", "-9638507"])
def test_takes_nothing_else_for_a_gtin(code):
    assert not looks_like_gtin(code)
    assert not is_gtin(code)


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.data())
def test_finds_every_single_wrong_digit(payload, place, data):
    code = payload + str(check_digit(payload))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != code[place]]))

    assert is_gtin(code)
    assert not is_gtin(code[:place] + wrong + code[place + 1 :])


@given(st.text("0123456789", min_size=11, max_size=11))
def test_a_upc_and_its_ean_are_one_code(payload):
    upc = payload + str(check_digit(payload))

    assert set(same_codes(upc)) == set(same_codes(f"0{upc}")) == {upc, f"0{upc}"}
