"""Receipt numbers: made of till, kind and number, and recognized; pure."""

import re

SALE = "S"
REFUND = "R"

# Python and JavaScript both read this pattern; pages pass it to their scripts.
RECEIPT_NUMBER = rf"\w+(-\w+)*-[{SALE}{REFUND}]-\d+"


def format_receipt_number(till_code: str, letter: str, number: int) -> str:
    """Return the receipt number of the till's n-th sale or refund.

    >>> format_receipt_number("T1", SALE, 42)
    'T1-S-000042'
    """
    return f"{till_code}-{letter}-{number:06d}"


def is_receipt_number(text: str) -> bool:
    """Whether the text has the shape of a whole receipt number.

    >>> is_receipt_number("T1-S-000042"), is_receipt_number("000042")
    (True, False)
    """
    return re.fullmatch(RECEIPT_NUMBER, text, re.ASCII) is not None
