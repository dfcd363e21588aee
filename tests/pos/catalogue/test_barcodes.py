import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.catalogue.barcodes import check_digit, is_gtin, looks_like_gtin

# GTIN-8, GTIN-12, GTIN-13 and GTIN-14 of printed packages and of GS1's examples.
GTINS = ("96385074", "036000291452", "4006381333931", "8888002076009", "10614141000415")


@pytest.mark.parametrize("code", GTINS)
def test_a_printed_code_has_the_right_check_digit(code):
    assert is_gtin(code)


@pytest.mark.parametrize("code", GTINS)
def test_one_wrong_digit_is_found(code):
    for position, digit in enumerate(code):
        wrong = f"{code[:position]}{(int(digit) + 1) % 10}{code[position + 1 :]}"
        assert looks_like_gtin(wrong)
        assert not is_gtin(wrong)


@pytest.mark.parametrize(
    "code",
    ["", "123", "12345678901", "ABCDEFGH", "９６３８５０７４", "9638507²", "9638 5074"],
)
def test_what_is_not_8_12_13_or_14_digits_is_no_gtin(code):
    assert not looks_like_gtin(code)
    assert not is_gtin(code)


@given(st.sampled_from((7, 11, 12, 13)), st.data())
def test_any_digits_and_their_check_digit_are_a_gtin(length, draw):
    payload = draw.draw(st.text("0123456789", min_size=length, max_size=length))

    assert is_gtin(f"{payload}{check_digit(payload)}")
