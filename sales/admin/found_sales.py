"""Found sales: keys of sales by their receipt, to search the lists beside them."""

from django.http import HttpRequest

from pos.access.working_company import company_id_of
from pos.core.receipt_numbers import is_receipt_number
from pos.models import Till
from sales.models import Sale


def find_sales(request: HttpRequest, term: str) -> list[int]:
    """Return the keys of the sales with this receipt number.

    Or with its last figures, at any till: these are on the paper, too.
    """
    company_id = company_id_of(request)
    sales = Sale.objects.of_company(company_id)
    if is_receipt_number(term):
        return list(
            sales.filter(receipt_number=term.upper()).values_list("pk", flat=True)
        )
    if not (term.isascii() and term.isdigit() and len(term) < 9):
        return []
    tills = list(Till.objects.of_company(company_id).values_list("pk", flat=True))
    numbered = sales.filter(number=int(term), till__in=tills, kind__in=Sale.Kind.values)
    return list(numbered.values_list("pk", flat=True))
