"""Import of customers in batches: the same rows as by hand, and tills in between."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid5

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, PointsEntry
from customers.points.errors import OpeningPointsDifferError
from customers.points.ledger import adjust_points
from customers.registration.customer_file import read_customers
from customers.registration.customer_import import import_customers
from customers.registration.errors import SeveralCustomersError
from customers.registration.register import (
    Details,
    deactivate_customer,
    details_of,
    register_customer,
    restore_customer,
    update_customer,
)
from pos.access.actors import name_actor
from pos.access.audit import recorded_as_one
from pos.core.csv_reader import read_table
from pos.core.errors import DomainError
from pos.core.ids import uuid7
from pos.core.line_batches import FIRST_LINES, LINES_MAX
from pos.models import AuditEntry, FieldChange
from tests.support.concurrency import assert_no_retry
from tests.support.factories import (
    CompanyFactory,
    CustomerFactory,
    ShiftFactory,
    StaffMemberFactory,
)
from tests.support.refunds import sell_products

MAY = (
    *("customers.add_customer", "customers.change_customer"),
    *("customers.adjust_points", "customers.deactivate_customer"),
)
FILES = (
    """code,name,email,phone,address,birthday,points,active
M1,Lim Wei Jie,Wei.Jie@example.sg,9123 4567,12 Seng Poh Road,1990-08-09,1240,yes
M2,Siti Rahmah,,+65 9123 4581,,,86,no
,Rahul Menon,rahul@example.sg,,,,,
,,,8765 4321,,,0,
C000007,Seven,,,,,,
,After Seven,seven@example.sg,,,,5,
OLD1,,new@example.sg,,,,10,
OLD2,Changed,,9123 9999,,,,
,Changed,,9123 9999,There,,7,
NEW1,Newly Known,,,,,,
NEW1,,new1@example.sg,,,,,
,,new1@example.sg,,Later,,3,
OLD3,,,,,,,yes
OLD4,,,,,,,no
,,old5@example.sg,,Here,,,
BAD1,Taken,old5@example.sg,,,,,
BAD2,Many,,,,,9999999,
OLD6,,,,,,5,
,,,8000 1111,Nobody,,,
,Alike,,8111 1111,Who,,,
OLD7,Same,,,,,,
""",
    """code,name,email,phone,address,birthday,points,active
m1,Lim Wei Jie,wei.jie@example.sg,9123 4567,12 Seng Poh Road,1990-08-09,1240,yes
M2,,,,,,87,yes
,,new@example.sg,,Moved,,11,
,Rahul,rahul@example.sg,,,1970-01-01,3,
,,,8765 4321,,,4,no
Straße,Ä,,,,,1,
""",
)


def make_company():
    """Make a company with some customers of old; two of it are alike."""
    company = CompanyFactory()
    for number in (1, 2, 3, 4, 5, 6, 7):
        CustomerFactory(
            company=company,
            code=f"OLD{number}",
            name="Same" if number == 7 else f"Old {number}",
            email=f"old{number}@example.sg",
            is_active=number not in {3, 6},
        )
    for code in ("TWIN1", "TWIN2"):
        CustomerFactory(company=company, code=code, name="Alike", phone="+6581111111")
    return company, StaffMemberFactory(company=company, may=MAY, name="Mei")


def read(content):
    return read_customers(read_table(content.encode()))


def import_by_hand(company, actor, file):
    """Do what the file says with the services that change one customer each."""
    problems = [(problem.line, problem.reason) for problem in file.problems]
    for line in file.lines:
        try:
            with transaction.atomic():
                name_actor(actor)
                with recorded_as_one():
                    import_line(company, actor, line)
        except DomainError as error:
            problems.append((line.line, str(error)))
    return sorted(problems)


def import_line(company, actor, line):
    of = {"company": company, "actor": actor}
    customer = find(company, line)
    if customer is None:
        customer = register_customer(details=Details(**line.details), **of)
    else:
        before = details_of(customer)
        after = replace(before, **line.details).clean()
        if after != before:
            customer = update_customer(uid=customer.uid, details=after, **of)
    if line.is_active:
        customer = restore_customer(uid=customer.uid, **of)
    if line.points:
        uid = uuid5(customer.uid, "points brought along")
        entry = PointsEntry.objects.filter(source=uid).first()
        if entry is not None and entry.points != line.points:
            raise OpeningPointsDifferError(points=entry.points)
        if entry is None:
            adjust_points(
                uid=uid,
                customer=customer,
                points=line.points,
                reason="Imported balance",
                actor=actor,
            )
    if line.is_active is False:
        deactivate_customer(uid=customer.uid, **of)


def find(company, line):
    customers = Customer.objects.of_company(company.pk)
    if code := line.details.get("code"):
        return customers.with_code(code).first()
    if email := line.details.get("email"):
        return customers.with_email(email).first()
    found = customers.with_phone(line.details["phone"])
    if name := line.details.get("name"):
        found = found.filter(name__iexact=name)
    if len(found) > 1:
        raise SeveralCustomersError(phone=line.details["phone"].as_e164)
    return found.first()


def rows_of(company):
    """All that the imports of a company have written, without keys and times."""
    codes = dict(Customer.objects.filter(company=company).values_list("pk", "code"))
    names = {field.name for field in Customer._meta.concrete_fields}
    kept = names - {"id", "uid", "company", "registered_at"}
    return {
        "customers": [
            {name: getattr(one, name) for name in kept}
            for one in Customer.objects.filter(company=company).order_by("code")
        ],
        "points": sorted(
            PointsEntry.objects.filter(company=company).values_list(
                *("customer__code", "kind", "points", "balance_after", "reason"),
                *("staff_member__name", "amount_per_point"),
            )
        ),
        "history": sorted(
            (codes[one.row_key], one.field, one.before or "", one.after or "")
            + (one.actor_name, one.is_personal)
            for one in FieldChange.objects.filter(
                kind="customers.customer", company=company, row_key__in=codes
            )
        ),
    }


@pytest.mark.django_db
def test_it_writes_the_rows_that_the_services_write_one_by_one():
    by_hand, many = make_company(), make_company()

    for content in FILES:
        problems = import_by_hand(*by_hand, read(content))
        company, actor = many
        result = import_customers(
            company=company, file=read(content), actor=actor, skips_bad=True
        )

        assert [(one.line, one.reason) for one in result.problems] == problems
        assert problems
        assert rows_of(company) == rows_of(by_hand[0])
    # Who is deactivated at once was registered first.
    assert ("M2", "is_active", "true", "false", "Mei", False) in rows_of(company)[
        "history"
    ]


def lines(*numbers):
    return "code,name,email,points\n" + "".join(
        f",Tan {n},tan{n}@example.sg,{n}\n" for n in numbers
    )


@pytest.mark.django_db
def test_statements_are_the_same_for_any_number_of_lines():
    company, actor = make_company()

    def count(*numbers):
        file = read(lines(*numbers))
        with CaptureQueriesContext(connection) as queries:
            import_customers(company=company, file=file, actor=actor)
        return len(queries)

    count(1)  # the first fills what is kept
    few = count(2, 3)
    assert count(*range(10, 10 + FIRST_LINES)) == few
    assert few < 30


@pytest.mark.django_db
def test_a_bad_line_is_found_before_the_first_is_written():
    company, actor = make_company()
    before = rows_of(company)
    content = lines(*range(LINES_MAX + 5)) + "OLD1,,,9999999\n"

    result = import_customers(company=company, file=read(content), actor=actor)

    assert [one.line for one in result.problems] == [LINES_MAX + 7]
    assert (result.is_saved, result.stopped_at) == (False, None)
    assert rows_of(company) == before
    assert not AuditEntry.objects.filter(act="customers_imported").exists()


@pytest.mark.django_db
def test_what_is_taken_meanwhile_stops_at_its_batch_and_the_file_goes_on():
    company, actor = make_company()
    last = FIRST_LINES + 20
    content = lines(*range(1, last)) + f"M{last},Tan,tan{last}@example.sg,1\n"

    def take(done):
        if done == FIRST_LINES:
            details = Details(name="Taken", email=f"tan{last}@example.sg")
            register_customer(company=company, details=details, actor=actor)

    result = import_customers(
        company=company, file=read(content), actor=actor, progress=take
    )

    assert [str(one) for one in result.problems] == [
        f"Line {last + 1}: The e-mail address tan{last}@example.sg belongs to Taken."
    ]
    assert (result.created, result.stopped_at) == (FIRST_LINES, FIRST_LINES + 2)
    assert PointsEntry.objects.count() == FIRST_LINES

    mended = read(content.replace(f"tan{last}@", "other@"))
    again = import_customers(company=company, file=mended, actor=actor)

    assert (again.unchanged, again.created) == (FIRST_LINES, 20)
    assert again.given_points == 20
    assert PointsEntry.objects.count() == last


def on_own_connection(call):
    try:
        return call()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_till_sells_and_registers_customers_while_a_long_file_is_imported():
    shift = ShiftFactory()
    company = shift.company
    actor = StaffMemberFactory(company=company, may=MAY)
    importer = StaffMemberFactory(company=company, may=MAY)
    sell_products(shift)  # the first compiles its queries
    file = read(lines(*range(1, 601)))
    batches = []

    def serve(_done):
        # The import has not ended, and holds nothing that a till waits for.
        batches.append(pool.submit(on_own_connection, register).result(timeout=10))
        batches.append(pool.submit(on_own_connection, sell).result(timeout=10))

    def register():
        details = Details(name=f"At the till {len(batches)}")
        return register_customer(company=company, details=details, actor=actor)

    def sell():
        return sell_products(shift)

    with assert_no_retry(), ThreadPoolExecutor(1) as pool:
        result = import_customers(
            company=company, file=file, actor=importer, progress=serve
        )

    assert (result.created, result.problems) == (600, [])
    assert len(batches) >= 4
    codes = set(Customer.objects.values_list("code", flat=True))
    assert len(codes) == 600 + len(batches) // 2


@pytest.mark.django_db(transaction=True)
def test_a_till_registers_customers_at_the_same_moments_as_an_import():
    company, actor = make_company()
    importer = StaffMemberFactory(company=company, may=MAY)
    file = read(lines(*range(1, 401)))
    uids = [uuid7() for _ in range(30)]

    def register_some():
        for number, uid in enumerate(uids):
            # Some of them are customers of the file as well.
            email = f"tan{number * 10 + 300}@example.sg" if number % 3 == 0 else ""
            details = Details(name=f"Till {number}", email=email)
            try:
                register_customer(
                    company=company, details=details, actor=actor, uid=uid
                )
            except DomainError:
                refused.append(uid)

    refused: list[object] = []
    with ThreadPoolExecutor(1) as pool:
        registering = pool.submit(on_own_connection, register_some)
        result = import_customers(
            company=company, file=file, actor=importer, skips_bad=True
        )
        registering.result(timeout=30)

    assert result.stopped_at is None
    assert result.created + result.changed == 400
    assert Customer.objects.filter(uid__in=uids).count() == 30 - len(refused)
    emails = list(Customer.objects.exclude(email=None).values_list("email", flat=True))
    assert len(emails) == len(set(emails))
