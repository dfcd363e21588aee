"""Known customers: those of the company that some lines name, read at once.

One line and many are planned by the same rules; here the holder of a code or an
e-mail address is looked up in what was read, and not in the database.
"""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.db import connection
from django.db.models.functions import Lower, Upper

from customers.models import Customer
from customers.registration.customer_file import CustomerLine
from customers.registration.errors import SeveralCustomersError
from customers.registration.register import CodeSequence
from pos.models import Company


class KnownCustomers:
    """The customers with the codes, addresses and phone numbers of some lines.

    What was planned counts as well once it is accepted, so that each line finds what
    the lines before it have done. It may be read again for further lines.
    """

    def __init__(self, company: Company) -> None:
        self.company = company
        self.codes = CodeSequence(company.pk)
        self._read: set[UUID] = set()
        self._code_keys: dict[str, str] = {}
        self._email_keys: dict[str, str] = {}
        self._by_code: dict[str, Customer] = {}
        self._by_email: dict[str, Customer] = {}
        self._by_phone: dict[str, list[Customer]] = {}

    def read(self, lines: Sequence[CustomerLine], *, is_locked: bool = False) -> None:
        """Read the customers whom these lines may name, and lock them if asked to.

        What is known already stays as it is.
        """
        codes = {line.details["code"] for line in lines if "code" in line.details}
        emails = {line.details["email"] for line in lines if "email" in line.details}
        phones = {line.identity[1] for line in lines if line.identity[0] == "phone"}
        self._by_phone |= {phone: [] for phone in phones if phone not in self._by_phone}
        keys, found = self._find("upper", "code", codes)
        self._code_keys |= keys
        keys, also = self._find("lower", "email", emails)
        self._email_keys |= keys
        _keys, alike = self._find("upper", "phone", phones)
        customers = Customer.objects.filter(pk__in=found | also | alike)
        customers = customers.annotate(code_key=Upper("code"), email_key=Lower("email"))
        for customer in customers.locked() if is_locked else customers:
            if customer.uid in self._read:
                continue
            customer.company = self.company
            self._code_keys[customer.code] = vars(customer)["code_key"]
            if customer.email:
                self._email_keys[customer.email] = vars(customer)["email_key"]
            self.accept(customer)

    def accept(self, customer: Customer, *, before: Customer | None = None) -> None:
        """Let further lines find the customer as it is, and not as it was."""
        self._read.add(customer.uid)
        if before is not None and before.email:
            self._by_email.pop(self._email_key(before.email), None)
        self._by_code[self._code_key(customer.code)] = customer
        if customer.email:
            self._by_email[self._email_key(customer.email)] = customer
        self.codes.note(customer.code)
        for one in (before, customer) if self._by_phone else ():
            known = self._by_phone.get(one.phone.as_e164) if one and one.phone else None
            if known is not None:
                known[:] = [other for other in known if other.uid != customer.uid]
                if one is customer:
                    known.append(customer)

    def find(self, line: CustomerLine) -> Customer | None:
        """Find the customer by the line's code, e-mail, or phone and name."""
        by, value, *name = line.identity
        if by == "code":
            return self._by_code.get(self._code_key(line.details["code"]))
        if by == "email":
            return self._by_email.get(self._email_key(line.details["email"]))
        found = [
            customer
            for customer in self._by_phone.get(value, ())
            if not name[0] or customer.name.casefold() == name[0]
        ]
        if len(found) > 1:
            raise SeveralCustomersError(phone=value)
        return found[0] if found else None

    def customers_of(self, lines: Sequence[CustomerLine]) -> Iterator[Customer]:
        """Yield the customers to whom lines with points may belong."""
        for line in lines:
            if not line.points:
                continue
            by, value, *_name = line.identity
            if by == "phone":
                yield from self._by_phone.get(value, ())
            elif found := self.find(line):
                yield found

    def holder_of_code(self, customer: Customer) -> Customer | None:
        found = self._by_code.get(self._code_key(customer.code))
        return found if found and found.uid != customer.uid else None

    def holder_of_email(self, customer: Customer) -> Customer | None:
        found = self._by_email.get(self._email_key(customer.email or ""))
        return found if found and found.uid != customer.uid else None

    def _code_key(self, code: str) -> str:
        return self._code_keys.get(code) or code.upper()

    def _email_key(self, email: str) -> str:
        return self._email_keys.get(email) or email.lower()

    def _find(
        self, function: str, column: str, values: Iterable[str]
    ) -> tuple[dict[str, str], set[int]]:
        """Return each value's key, as the database has it, and the keys of its rows."""
        values = list(values)
        if not values:
            return {}, set()
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT given.value, {function}(given.value), found.id"  # noqa: S608
                " FROM unnest(%s::text[]) AS given (value)"
                " LEFT JOIN customers_customer found ON found.company_id = %s"
                f" AND {function}(found.{column}) = {function}(given.value)",
                [values, self.company.pk],
            )
            rows = cursor.fetchall()
        found = {pk for _value, _key, pk in rows if pk is not None}
        return {value: key for value, key, _pk in rows}, found
