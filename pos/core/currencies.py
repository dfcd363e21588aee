"""Currencies: minor units, signs and coins of ISO 4217; pure.

Places that are not 2 follow ISO 4217, list one. A cash rounding is given where the
smallest coins are no longer issued; a new company starts with it, and may change it.
"""

from dataclasses import dataclass
from decimal import Decimal

from pos.core.money import ZERO, CashRounding

ALL = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL
    BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP
    ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR
    IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
    NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
    SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
    USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
WITHOUT_PLACES = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
WITH_3_PLACES = "BHD IQD JOD KWD LYD OMR TND"

SIGNS = {
    "AUD": "A$",
    "BND": "B$",
    "CNY": "¥",
    "EUR": "€",
    "GBP": "£",
    "HKD": "HK$",
    "IDR": "Rp",
    "INR": "₹",
    "JPY": "¥",
    "KRW": "₩",
    "MYR": "RM",
    "NZD": "NZ$",
    "PHP": "₱",
    "SGD": "S$",
    "THB": "฿",
    "TWD": "NT$",
    "USD": "$",
    "VND": "₫",
}

COINS = {
    "AUD": (Decimal("0.05"), CashRounding.NEAREST),
    "CAD": (Decimal("0.05"), CashRounding.NEAREST),
    "CHF": (Decimal("0.05"), CashRounding.NEAREST),
    "MYR": (Decimal("0.05"), CashRounding.NEAREST),
    "NZD": (Decimal("0.10"), CashRounding.NEAREST),
    "SGD": (Decimal("0.05"), CashRounding.DOWN),
}


@dataclass(frozen=True, slots=True)
class Currency:
    code: str
    sign: str
    places: int
    cash_step: Decimal
    cash_rounding: CashRounding


def currency(code: str) -> Currency | None:
    """Return what a new company starts with in this currency, if it is known.

    >>> currency("JPY").places, currency("SGD").sign, currency("XYZ")
    (0, 'S$', None)
    """
    if code not in ALL.split():
        return None
    places = 2
    if code in WITHOUT_PLACES.split():
        places = 0
    elif code in WITH_3_PLACES.split():
        places = 3
    step, rounding = COINS.get(code, (ZERO, CashRounding.NONE))
    return Currency(code, SIGNS.get(code, code), places, step, rounding)
