import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.core.card_numbers import holds_card_number, refuse_card_number
from pos.core.errors import CardNumberError

# Published test numbers of the card schemes.
NUMBERS = (
    "4111111111111111",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
    "3530111333300000",
    "4222222222222",
    "6304000000000000000",
)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_card_number_is_found_anywhere_in_a_text(number):
    grouped = " ".join(number[i : i + 4] for i in range(0, len(number), 4))

    assert holds_card_number(number)
    assert holds_card_number(f"paid with {number}, thanks")
    assert holds_card_number(grouped)
    assert holds_card_number(grouped.replace(" ", "-"))


@pytest.mark.parametrize(
    "text",
    [
        "12 4111 1111 1111 1111",
        "234 4111111111111111",
        "4111 1111 1111 1111 12/29",
        "4111-1111-1111-1111 123",
        "22 33 44 5555555555554444 66",
    ],
)
def test_digits_around_it_do_not_hide_it(text):
    assert holds_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A4711",
        "056012",  # an approval code
        "423456789012",  # a retrieval reference: 12 digits
        "4111111111111112",  # one digit off
        "1234567890123452",  # no scheme begins with 1
        "00004111111111111111",  # 20 digits are no card number
        "+65 9123 4567",
        "2026-11-23",
    ],
)
def test_what_a_terminal_prints_is_not_one(text):
    assert not holds_card_number(text)


@given(st.text(max_size=100))
def test_any_text_can_be_checked(text):
    assert holds_card_number(text) in {True, False}


@given(
    st.from_regex(r"[2-6][0-9]{11,17}", fullmatch=True), st.text("ab .,", max_size=5)
)
def test_every_number_with_its_check_digit_is_seen(payload, around):
    sums = (
        sum(divmod(2 * int(c), 10)) if i % 2 == 0 else int(c)
        for i, c in enumerate(reversed(payload))
    )
    number = f"{payload}{-sum(sums) % 10}"

    assert holds_card_number(f"{around}{number}{around}")


def test_a_text_with_a_card_number_is_refused():
    assert refuse_card_number("terminal 4711") == "terminal 4711"
    with pytest.raises(CardNumberError):
        refuse_card_number("4111 1111 1111 1111")
