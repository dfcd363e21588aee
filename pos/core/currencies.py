"""Currencies: minor units, signs, coins and notes of ISO 4217; pure.

Places that are not 2 follow ISO 4217, list one. A new company starts with the smallest
coin and the rounding of its currency, and may change both.
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

# The smallest coin that shops use, where there is none the smallest note; how sums that
# it does not pay are rounded; the largest note that is issued; and the source: who
# issues them, and lists on its pages what is in circulation (read in 2026). Where
# shops may round either way, down is what customers never object to.
IN_CIRCULATION = """
    AED 0.25 nearest 1000 Central Bank of the UAE
    ALL 1 nearest 10000 Bank of Albania
    AMD 10 nearest 100000 Central Bank of Armenia
    ARS 1 down 20000 Banco Central de la República Argentina
    AUD 0.05 nearest 100 Reserve Bank of Australia
    BAM 0.05 nearest 200 Central Bank of Bosnia and Herzegovina
    BBD 0.05 nearest 100 Central Bank of Barbados
    BDT 1 nearest 1000 Bangladesh Bank
    BGN 0.01 none 100 Bulgarian National Bank
    BHD 0.005 nearest 20 Central Bank of Bahrain
    BND 0.05 nearest 1000 Brunei Darussalam Central Bank
    BRL 0.05 nearest 200 Banco Central do Brasil
    BSD 0.05 nearest 100 Central Bank of The Bahamas
    BWP 0.05 nearest 200 Bank of Botswana
    CAD 0.05 nearest 100 Bank of Canada, Royal Canadian Mint
    CHF 0.05 nearest 1000 Swiss National Bank
    CLP 10 nearest 20000 Banco Central de Chile
    CNY 0.10 nearest 100 People's Bank of China
    COP 50 nearest 100000 Banco de la República
    CRC 5 nearest 20000 Banco Central de Costa Rica
    CZK 1 nearest 5000 Czech National Bank
    DKK 0.50 nearest 500 Danmarks Nationalbank
    EGP 0.25 nearest 200 Central Bank of Egypt
    EUR 0.01 none 200 European Central Bank
    FJD 0.05 nearest 100 Reserve Bank of Fiji
    GBP 0.01 none 50 Bank of England
    GEL 0.05 nearest 100 National Bank of Georgia
    HKD 0.10 nearest 1000 Hong Kong Monetary Authority
    HUF 5 nearest 20000 Magyar Nemzeti Bank
    IDR 100 nearest 100000 Bank Indonesia
    ILS 0.10 nearest 200 Bank of Israel
    INR 1 nearest 500 Reserve Bank of India
    ISK 1 none 10000 Central Bank of Iceland
    JMD 1 nearest 5000 Bank of Jamaica
    JPY 1 none 10000 Bank of Japan
    KES 1 nearest 1000 Central Bank of Kenya
    KRW 10 nearest 50000 Bank of Korea
    KWD 0.005 nearest 20 Central Bank of Kuwait
    KZT 1 nearest 20000 National Bank of Kazakhstan
    LKR 1 nearest 5000 Central Bank of Sri Lanka
    MAD 0.10 nearest 200 Bank Al-Maghrib
    MKD 1 nearest 2000 National Bank of North Macedonia
    MOP 0.10 nearest 1000 Monetary Authority of Macao
    MXN 0.10 nearest 1000 Banco de México
    MYR 0.05 nearest 100 Bank Negara Malaysia
    NOK 1 nearest 1000 Norges Bank
    NPR 1 nearest 1000 Nepal Rastra Bank
    NZD 0.10 nearest 100 Reserve Bank of New Zealand
    OMR 0.005 nearest 50 Central Bank of Oman
    PEN 0.10 down 200 Banco Central de Reserva del Perú
    PHP 0.01 none 1000 Bangko Sentral ng Pilipinas
    PKR 1 nearest 5000 State Bank of Pakistan
    PLN 0.01 none 500 Narodowy Bank Polski
    PYG 50 nearest 100000 Banco Central del Paraguay
    QAR 0.25 nearest 500 Qatar Central Bank
    RON 0.01 none 500 National Bank of Romania
    RSD 1 nearest 5000 National Bank of Serbia
    RUB 0.01 none 5000 Bank of Russia
    SAR 0.01 none 500 Saudi Central Bank
    SEK 1 nearest 1000 Sveriges Riksbank
    SGD 0.05 down 100 Monetary Authority of Singapore
    THB 0.25 nearest 1000 Bank of Thailand
    TRY 0.01 none 200 Central Bank of the Republic of Türkiye
    TTD 0.05 nearest 100 Central Bank of Trinidad and Tobago
    TWD 1 nearest 2000 Central Bank of the Republic of China (Taiwan)
    UAH 0.50 nearest 1000 National Bank of Ukraine
    USD 0.01 none 100 Federal Reserve, United States Mint
    UYU 1 nearest 2000 Banco Central del Uruguay
    VND 200 nearest 500000 State Bank of Vietnam
    XAF 1 none 10000 Bank of Central African States
    XCD 0.05 nearest 100 Eastern Caribbean Central Bank
    XOF 1 none 10000 Central Bank of West African States
    XPF 5 nearest 10000 Institut d'émission d'outre-mer
    ZAR 0.10 down 200 South African Reserve Bank
"""
# Their largest note is worth much more than that of other currencies with such coins.
DOLLAR_LIKE = frozenset({"BND", "CHF"})


@dataclass(frozen=True, slots=True)
class Cash:
    """What a currency is paid with; ``rounding`` is none where any amount can be."""

    smallest: Decimal
    rounding: CashRounding
    largest: Decimal
    source: str


def _read_circulation() -> dict[str, Cash]:
    rows = (line.split(maxsplit=4) for line in IN_CIRCULATION.strip().splitlines())
    return {
        code: Cash(Decimal(smallest), CashRounding(rounding), Decimal(largest), source)
        for code, smallest, rounding, largest, source in rows
    }


CASH = _read_circulation()


@dataclass(frozen=True, slots=True)
class Currency:
    code: str
    sign: str
    places: int
    cash_step: Decimal
    cash_rounding: CashRounding

    @property
    def scale(self) -> Decimal:
        return scale(self.code, places=self.places)


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
    cash = CASH.get(code)
    rounding = cash.rounding if cash else CashRounding.NONE
    step = cash.smallest if cash and rounding != CashRounding.NONE else ZERO
    return Currency(code, SIGNS.get(code, code), places, step, rounding)


def scale(code: str, *, places: int) -> Decimal:
    """Return what in this currency is about as much as a dollar: a power of ten.

    What a new company starts with is in dollars times this: points, limits, quick
    cash. By the largest note, or by the minor unit where it is not known.

    >>> [f"{scale(c, places=p):f}" for c, p in [("SGD", 2), ("JPY", 0), ("KWD", 3)]]
    ['1', '100', '0.1']
    """
    cash = CASH.get(code)
    if cash is None:
        return {0: Decimal(100), 3: Decimal("0.1")}.get(places, Decimal(1))
    exponent = 2 if code in DOLLAR_LIKE else cash.largest.adjusted()
    if places == 2:
        exponent = max(exponent, 2)
    return Decimal(1).scaleb(exponent - 2)
