"""Demo rows: finds the rows of the demo shop by the names in its plan."""

from dataclasses import dataclass

from customers.models import Customer
from pos.models import Company, Product, StaffMember, Till
from sales.basket.create import NewLine
from sales.demo.plan.facts import PlannedLine, PlannedShift
from sales.demo.uids import demo_uid
from sales.models import Sale


@dataclass(slots=True)
class DemoRows:
    """The rows, read once; services read again what changes while the shop sells."""

    company: Company
    tills: dict[str, Till]
    staff: dict[str, StaffMember]
    products: dict[str, Product]
    customers: dict[str, Customer]

    @classmethod
    def of(cls, company: Company) -> "DemoRows":
        tills = Till.objects.of_company(company.pk)
        tills = tills.select_related("outlet__company", "company")
        return cls(
            company=company,
            tills={till.code: till for till in tills},
            staff={member.username: member for member in company.staff.all()},
            products={product.sku: product for product in company.products.all()},
            customers={customer.code: customer for customer in company.customers.all()},
        )

    def cashier(self, shift: PlannedShift) -> StaffMember:
        return self.staff[shift.cashier.username]

    def new_lines(self, lines: tuple[PlannedLine, ...]) -> list[NewLine]:
        return [
            NewLine(self.products[line.product.sku], line.quantity, line.price)
            for line in lines
        ]

    def sale(self, key: str) -> Sale:
        """Return the sale that has this key in the plan."""
        sales = Sale.objects.of_company(self.company.pk)
        return sales.get(uid=demo_uid(f"sale {key}"))
