"""Models: company, staff, catalogue, tax and stock."""

from pos.models.catalogue import Barcode, Category, Product
from pos.models.company import (
    CHOSEN_TENDERS,
    TAX_NAME,
    Company,
    Outlet,
    TenderKind,
    Till,
)
from pos.models.staff import Role, StaffMember
from pos.models.stock import StockItem, StockMovement
from pos.models.tax import TaxCode, TaxRate

__all__ = [
    "CHOSEN_TENDERS",
    "TAX_NAME",
    "Barcode",
    "Category",
    "Company",
    "Outlet",
    "Product",
    "Role",
    "StaffMember",
    "StockItem",
    "StockMovement",
    "TaxCode",
    "TaxRate",
    "TenderKind",
    "Till",
]
