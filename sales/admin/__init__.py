"""The back office's pages of sales, shifts and their ledgers; all for looking."""

from sales.admin import drawer, ledgers, sale, shift

__all__ = ["drawer", "ledgers", "sale", "shift"]
