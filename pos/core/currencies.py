"""Currencies: minor units, signs, coins and notes of ISO 4217; pure.

Numbers, and places that are not 2, follow ISO 4217, list one. A new company starts
with the smallest coin and the rounding of its currency, and may change both.
"""

from dataclasses import dataclass
from decimal import Decimal

from pos.core.money import ZERO, CashRounding

# With their numbers; those of ANG and BGN, no longer issued, are in list three.
_CODES = """
    AED 784  AFN 971  ALL 008  AMD 051  ANG 532  AOA 973  ARS 032  AUD 036  AWG 533
    AZN 944  BAM 977  BBD 052  BDT 050  BGN 975  BHD 048  BIF 108  BMD 060  BND 096
    BOB 068  BRL 986  BSD 044  BTN 064  BWP 072  BYN 933  BZD 084  CAD 124  CDF 976
    CHF 756  CLP 152  CNY 156  COP 170  CRC 188  CUP 192  CVE 132  CZK 203  DJF 262
    DKK 208  DOP 214  DZD 012  EGP 818  ERN 232  ETB 230  EUR 978  FJD 242  FKP 238
    GBP 826  GEL 981  GHS 936  GIP 292  GMD 270  GNF 324  GTQ 320  GYD 328  HKD 344
    HNL 340  HTG 332  HUF 348  IDR 360  ILS 376  INR 356  IQD 368  IRR 364  ISK 352
    JMD 388  JOD 400  JPY 392  KES 404  KGS 417  KHR 116  KMF 174  KPW 408  KRW 410
    KWD 414  KYD 136  KZT 398  LAK 418  LBP 422  LKR 144  LRD 430  LSL 426  LYD 434
    MAD 504  MDL 498  MGA 969  MKD 807  MMK 104  MNT 496  MOP 446  MRU 929  MUR 480
    MVR 462  MWK 454  MXN 484  MYR 458  MZN 943  NAD 516  NGN 566  NIO 558  NOK 578
    NPR 524  NZD 554  OMR 512  PAB 590  PEN 604  PGK 598  PHP 608  PKR 586  PLN 985
    PYG 600  QAR 634  RON 946  RSD 941  RUB 643  RWF 646  SAR 682  SBD 090  SCR 690
    SDG 938  SEK 752  SGD 702  SHP 654  SLE 925  SOS 706  SRD 968  SSP 728  STN 930
    SVC 222  SYP 760  SZL 748  THB 764  TJS 972  TMT 934  TND 788  TOP 776  TRY 949
    TTD 780  TWD 901  TZS 834  UAH 980  UGX 800  USD 840  UYU 858  UZS 860  VED 926
    VES 928  VND 704  VUV 548  WST 882  XAF 950  XCD 951  XOF 952  XPF 953  YER 886
    ZAR 710  ZMW 967  ZWG 924
"""
NUMBERS = dict(zip(_CODES.split()[::2], _CODES.split()[1::2], strict=True))
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
    if code not in NUMBERS:
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
