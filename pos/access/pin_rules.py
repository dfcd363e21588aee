"""PIN rules: which PINs nobody may have, since they are tried first; pure."""

from collections.abc import Iterable
from enum import Enum

# The hundred that people choose most, besides those that a rule below finds, by their
# length. Dates of a year's end, patterns of the pad and words by its letters.
COMMON_OF_FOUR = """
1212 1004 2000 6969 1122 1313 2001 1010 4200 6996
2580 1515 1998 2002 1999 2005 2010 1990 1995 1980
1985 1987 1986 1988 1989 1984 1983 1982 1981 1991
1992 1993 1994 1996 1997 1979 1978 1977 1976 1975
1974 1973 1972 1971 1970 1969 1968 1967 1966 2003
2004 2006 2007 2008 2009 2011 2012 2013 2014 2015
2016 2017 2018 2019 2020 2021 2022 2023 2024 2025
2026 1414 1616 1818 1717 2121 2020 2323 2424 2525
3131 5150 5683 7410 7531 8520 9630 0852 0007 0070
0911 1066 1123 1357 1379 1478 1470 2468 3690 4545
5252
"""
COMMON_OF_SIX = """
121212 123123 112233 123321 159753 789456 147258 696969 520520 131420
101010 111222 142536 159357 520131 654123 112358 741852 963852 852456
147852 258456 369258 963741 147369 321654 456123 789123 123789 321321
456456 789789 159159 753951 951753 456654 789987 147147 258258 369369
131313 141414 151515 161616 171717 181818 191919 202020 212121 232323
242424 252525 262626 272727 282828 292929 303030 313131 343434 353535
363636 373737 383838 393939 404040 414141 424242 434343 454545 464646
474747 484848 494949 505050 515151 525252 535353 545454 565656 575757
585858 595959 616161 626262 636363 646464 656565 676767 686868 787878
797979 818181 828282 838383 848484 858585 868686 878787 898989 909090
"""
COMMON = {
    4: frozenset(COMMON_OF_FOUR.split()),
    6: frozenset(COMMON_OF_SIX.split()),
}
STEPS = ({0}, {1}, {9})  # the same digit, the next one, the one before


class Weakness(Enum):
    """Why a PIN is refused."""

    SHAPE = "shape"
    RUN = "run"
    COMMON = "common"
    TILL = "till"


def find_weakness(
    pin: str, *, digits: int, till_codes: Iterable[str]
) -> Weakness | None:
    """Return why nobody may have this PIN, or None.

    >>> find_weakness("4931", digits=6, till_codes=[])
    <Weakness.SHAPE: 'shape'>
    >>> find_weakness("890123", digits=6, till_codes=[])
    <Weakness.RUN: 'run'>
    >>> find_weakness("000012", digits=6, till_codes=["T12"])
    <Weakness.TILL: 'till'>
    >>> find_weakness("493107", digits=6, till_codes=["T12"])
    """
    if len(pin) != digits or not (pin.isascii() and pin.isdigit()):
        return Weakness.SHAPE
    pairs = zip(pin, pin[1:], strict=False)
    if {(int(after) - int(before)) % 10 for before, after in pairs} in STEPS:
        return Weakness.RUN
    if pin in COMMON[digits]:
        return Weakness.COMMON
    if any(_is_till(pin, code) for code in till_codes):
        return Weakness.TILL
    return None


def _is_till(pin: str, code: str) -> bool:
    """Whether it is the number of the till, filled up or over and over."""
    number = "".join(digit for digit in code if digit.isascii() and digit.isdigit())
    if not number or len(number) > len(pin):
        return False
    repeated = (number * len(pin))[: len(pin)]
    return pin in {number.zfill(len(pin)), number.ljust(len(pin), "0"), repeated}
