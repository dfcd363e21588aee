from sales.models.fiscal import FiscalDocument
from sales.models.line import SaleLine
from sales.models.operation import SaleOperation
from sales.models.receipt_print import ReceiptPrint
from sales.models.sale import Sale
from sales.models.shift import Shift
from sales.models.tender import Tender, TenderConfirmation, TenderCorrection

__all__ = [
    "FiscalDocument",
    "ReceiptPrint",
    "Sale",
    "SaleLine",
    "SaleOperation",
    "Shift",
    "Tender",
    "TenderConfirmation",
    "TenderCorrection",
]
