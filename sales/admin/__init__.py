"""Admin: the back office's pages of sales, shifts and their ledgers; read-only."""

from sales.admin import approvals, books, drawer, ledgers, sale, shift, trail

__all__ = ["approvals", "books", "drawer", "ledgers", "sale", "shift", "trail"]
