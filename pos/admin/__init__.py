"""Back office: the pages of the shop, its people, goods and stock."""

from pos.admin import catalogue, company, staff, stock

__all__ = ["catalogue", "company", "staff", "stock"]
