"""Same outlet: a basket is worked on at the tills of its own outlet only."""

from uuid import UUID

from pos.core.errors import NotOfThisCompanyError
from pos.models import Till
from sales.locks import BASKET
from sales.models import Sale


def lock_sale_at(till: Till | None, uid: UUID, *, company_id: int | None) -> Sale:
    """Lock the sale, and return it with its customer.

    Without a till it may be at any outlet of the company.

    Raises NotOfThisCompanyError where there is none, or not at the till's outlet.
    """
    sale = BASKET.first(company_id=company_id, uid=uid)
    if sale is None:
        raise NotOfThisCompanyError(thing=Sale._meta.verbose_name)
    if till is not None:
        require_same_outlet(sale, till)
    return sale


def require_same_outlet(sale: Sale, till: Till) -> None:
    """Refuse a basket of another outlet, with the answer for one that is missing.

    Its goods are on another shelf, and its money belongs in another drawer.
    """
    if sale.outlet_id != till.outlet_id:
        raise NotOfThisCompanyError(thing=Sale._meta.verbose_name)
