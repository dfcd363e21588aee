"""Admin: the back office's pages of sales, shifts and their ledgers; read-only."""

from sales.admin import books, drawer, ledgers, sale, shift

__all__ = ["books", "drawer", "ledgers", "sale", "shift"]
