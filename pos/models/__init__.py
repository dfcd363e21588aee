"""Models: company, staff, devices, goods, tax, vouchers, stock, trail and history."""

from pos.models.attempt import Attempt, AttemptKind
from pos.models.attempt_alarm import AttemptAlarm
from pos.models.audit import AuditEntry, AuditHead, AuditPersonal
from pos.models.catalogue import Barcode, Category, Product
from pos.models.company import TAX_NAME, Company, Outlet, Till
from pos.models.deposit import ContainerDeposit
from pos.models.device import Device, EnrolmentCode
from pos.models.history import FieldChange
from pos.models.limits import Approval, Limit
from pos.models.pin import Pin
from pos.models.restriction import ClosedPeriod, Restriction
from pos.models.staff import Role, StaffMember
from pos.models.staff_outlet import StaffOutlet
from pos.models.stock import StockItem, StockMovement
from pos.models.tax import TaxCode, TaxRate
from pos.models.tender_kind import CHOSEN_TENDERS, TenderKind
from pos.models.voucher import VoucherExclusion, VoucherKind

__all__ = [
    "CHOSEN_TENDERS",
    "TAX_NAME",
    "AuditEntry",
    "AuditHead",
    "AuditPersonal",
    "Attempt",
    "AttemptAlarm",
    "AttemptKind",
    "Approval",
    "Barcode",
    "Category",
    "ClosedPeriod",
    "Company",
    "ContainerDeposit",
    "Limit",
    "Device",
    "EnrolmentCode",
    "FieldChange",
    "Outlet",
    "Pin",
    "Product",
    "Restriction",
    "Role",
    "StaffMember",
    "StaffOutlet",
    "StockItem",
    "StockMovement",
    "TaxCode",
    "TaxRate",
    "TenderKind",
    "Till",
    "VoucherExclusion",
    "VoucherKind",
]
