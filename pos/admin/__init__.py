"""Back office: the pages of the shop, its devices, people, goods, stock and trail."""

from pos.admin import (
    attempts,
    audit_trail,
    catalogue,
    company,
    devices,
    limits,
    rates,
    restrictions,
    staff,
    stock,
    vouchers,
)

__all__ = [
    "attempts",
    "audit_trail",
    "catalogue",
    "company",
    "devices",
    "limits",
    "rates",
    "restrictions",
    "staff",
    "stock",
    "vouchers",
]
