"""The back office's pages of sales, shifts and their ledgers; all for looking."""

from sales.admin import ledgers, sale, shift

__all__ = ["ledgers", "sale", "shift"]
