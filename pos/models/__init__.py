from pos.models.catalogue import Barcode, Category, Product
from pos.models.company import Company, Outlet, Till
from pos.models.staff import Role, StaffMember
from pos.models.stock import StockItem, StockMovement
from pos.models.tax import TaxCode, TaxRate

__all__ = [
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
    "Till",
]
