"""Models: the tables of sales, shifts and their ledgers."""

from sales.models.books_proof import BooksProof
from sales.models.cash import CashCount, CashMovement, RefusedCashOut
from sales.models.finding_explanation import FindingExplanation
from sales.models.fiscal import FiscalDocument
from sales.models.line import SaleLine
from sales.models.operation import SaleOperation
from sales.models.part_payment import PartPayment
from sales.models.product_day import ProductDay, ProductMonth
from sales.models.receipt_print import ReceiptPrint
from sales.models.sale import Sale
from sales.models.shift import Shift
from sales.models.shift_figures import (
    ShiftHour,
    ShiftReason,
    ShiftTax,
    ShiftTender,
)
from sales.models.tender import Tender, TenderConfirmation, TenderCorrection
from sales.models.z_report import ZReport

__all__ = [
    "BooksProof",
    "CashCount",
    "CashMovement",
    "FindingExplanation",
    "FiscalDocument",
    "PartPayment",
    "ProductDay",
    "ProductMonth",
    "ReceiptPrint",
    "RefusedCashOut",
    "Sale",
    "SaleLine",
    "SaleOperation",
    "Shift",
    "ShiftHour",
    "ShiftReason",
    "ShiftTax",
    "ShiftTender",
    "Tender",
    "TenderConfirmation",
    "TenderCorrection",
    "ZReport",
]
