"""Import of products in batches: the same rows as by hand, and where it goes on."""

from decimal import Decimal

import pytest
from django.core.management import CommandError
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from pos.access.actors import name_actor
from pos.access.audit import recorded_as_one
from pos.catalogue import product_import
from pos.catalogue.barcodes import code_key
from pos.catalogue.product_file import read_own_columns
from pos.catalogue.product_import import import_products
from pos.catalogue.products import create_product, update_product
from pos.core.csv_reader import read_table
from pos.core.errors import DomainError, InvalidFieldError
from pos.core.ids import uuid7
from pos.core.line_batches import FIRST_LINES, LINES_MAX
from pos.models import (
    AuditEntry,
    Barcode,
    Category,
    FieldChange,
    Product,
    StockItem,
    StockMovement,
)
from pos.stock.receive import count_stock
from tests.support.factories import (
    CategoryFactory,
    CompanyFactory,
    OutletFactory,
    ProductFactory,
    RestrictionFactory,
    StaffMemberFactory,
)

pytestmark = pytest.mark.django_db

MAY = (
    *("pos.add_product", "pos.change_product", "pos.change_restriction"),
    "pos.count_stock",
)
# Each line and what is special about it: the second file changes what the first made.
FILES = (
    """sku,name,second_name,category,restriction,price,open_price,cost,tax_code,unit,containers,tracked,when_out,favourite,active,barcodes,stock
NEW1,Kopi,咖啡,Drinks,,1.60,,0.40,SR,,,no,,yes,,8888123450122|K1,
NEW2,Beer,,Alcohol,,4.20,,,,,1,,refuse,,,B2,24
NEW3,Ale,,drinks,ALCOHOL,5,,,,,,,,,,,7
NEW4,Rice,,Étagère,,3.10,,,ZR,kg,,,,,,R1,2.5
NEW5,Anything,,étagère,,,yes,,,,,,,,no,,
KNOWN1,,,,,2.00,,,,,,,,,,,
KNOWN2,Tea of old,,Fresh,,1.10,,,,,,,,,,OLD2,4
KNOWN3,Salt,,,,,,,,,,,,,,NEW3CODE|OLD3,
BAD1,Gone,,Nobody's,,1,,,,,,,,,,OLD2,
BAD2,No price,,,,,,,,,,,,,,,
BAD3,Half,,,,1,,,,each,,,,,,,1.5
BAD4,Nothing,,,None such,1,,,,,,,,,,,
BAD5,Box,,,,1,,,,kg,3,,,,,,
BAD6,Loose,,,,1,,,,,,no,,,,,3
BAD7,Taken,,,,1,,,,,,,,,,k1,
KNOWN4,,,,,0.90,,,,,,,,,,,
TWICE,Once,,,,1,,,,,,,,,,TW1,3
TWICE,,,,,2,,,,,,,,,,TW2,5
KNOWN1,,,,,2.50,,,,,,,,,,,
KNOWN4,,,,,0.90,,0.10,,,,,,,,,
""",
    """sku,name,category,price,unit,containers,barcodes,stock
new1,Kopi O,Drinks,1.60,,,K1|K9,
NEW2,Beer,alcohol,4.20,,1,B2,24
NEW3,Ale,Fresh,5,,,8888123450122,9
NEW4,Rice,,3.10,,,R1,2.5
KNOWN2,Tea of old,Fresh,1.10,l,,,4
NEW6,Milk,New shelf,2,,,OLD3x,1
""",
)


@pytest.fixture
def shop():
    """Make a shop with some products of old; two of it are alike."""
    return make_shop


def make_shop():
    outlet = OutletFactory(company=CompanyFactory(charges_container_deposits=True))
    company = outlet.company
    alcohol = RestrictionFactory(company=company, name="Alcohol", minimum_age=18)
    CategoryFactory(company=company, name="Alcohol", restriction=alcohol)
    fresh = CategoryFactory(company=company, name="Fresh")
    for number in (1, 2, 3, 4):
        product = ProductFactory(
            company=company,
            sku=f"KNOWN{number}",
            name=f"Known {number}",
            price=Decimal("0.90"),
            category=fresh if number == 1 else None,
        )
        code = f"OLD{number}"
        Barcode.objects.create(company=company, product=product, code=code)
    actor = StaffMemberFactory(company=company, may=MAY, name="Mei")
    return outlet, actor


def read(content, outlet):
    places = outlet.company.currency_places
    return read_own_columns(read_table(content.encode()), places=places)


def import_by_hand(outlet, actor, file):
    """Do what the file says with the services that change one product each."""
    problems = [(problem.line, problem.reason) for problem in file.problems]
    for line in file.lines:
        try:
            with transaction.atomic():
                name_actor(actor)
                with recorded_as_one():
                    import_line(outlet, actor, line)
        except DomainError as error:
            problems.append((line.line, str(error)))
    return sorted(problems)


def import_line(outlet, actor, line):
    products = Product.objects.of_company(outlet.company_id)
    product = products.filter(sku_key=code_key(line.sku)).first()
    if product is None:
        if not {"price", "is_open_price"} & line.details.keys():
            raise InvalidFieldError(field="price", problem="a new product needs one.")
        product = create_product(
            company=outlet.company, sku=line.sku, actor=actor, **line.details
        )
    else:
        update_product(product=product, actor=actor, **line.details)
    if line.stock is None:
        return
    product.refresh_from_db()
    movements = StockMovement.objects.filter(stock_item__product=product)
    if not movements.filter(counted=line.stock).exists():
        count_stock(
            uid=uuid7(),
            outlet=outlet,
            product=product,
            counted=line.stock,
            reason="Imported from a file",
            actor=actor,
        )


def rows_of(outlet):
    """All that the imports of a shop have written, without keys and times."""
    of = {"company": outlet.company}
    names = [field.name for field in Product._meta.concrete_fields]
    kept = set(names) - {"id", "uid", "company", "category", "restriction"}
    products = {product.pk: product.sku for product in Product.objects.filter(**of)}
    return {
        "products": [
            {name: getattr(one, name) for name in kept}
            | {"category": str(one.category), "restriction": str(one.restriction)}
            for one in Product.objects.filter(**of).order_by("sku")
        ],
        "barcodes": sorted(
            Barcode.objects.filter(**of).values_list("product__sku", "code", "key")
        ),
        "categories": sorted(
            Category.objects.filter(**of).values_list(
                "name", "position", "tint", "glyph", "second_name"
            )
        ),
        "items": sorted(
            StockItem.objects.filter(**of).values_list(
                "product__sku", "on_hand", "low_at"
            )
        ),
        "movements": sorted(
            StockMovement.objects.filter(**of).values_list(
                *("stock_item__product__sku", "quantity", "counted", "kind"),
                *("reason", "staff_member__name", "source_line"),
            )
        ),
        "history": sorted(
            (products[change.row_key], change.field, str(change.actor_name))
            + (
                (str(change.before), str(change.after))
                if change.field not in {"category", "restriction"}
                else ("", "")
            )
            for change in FieldChange.objects.filter(kind="pos.product", **of)
        ),
    }


def test_it_writes_the_rows_that_the_services_write_one_by_one(shop):
    by_hand, many = shop(), shop()

    for content in FILES:
        problems = import_by_hand(*by_hand, read(content, by_hand[0]))
        outlet, actor = many
        result = import_products(
            outlet=outlet, file=read(content, outlet), actor=actor, skips_bad=True
        )

        assert [(one.line, one.reason) for one in result.problems] == problems
        assert rows_of(outlet) == rows_of(by_hand[0])
    assert len(rows_of(many[0])["history"]) == 8


def lines(*numbers, code="X"):
    return "sku,name,price,barcodes,stock\n" + "".join(
        f"S{n},Tea {n},1,{code}{n},{n}\n" for n in numbers
    )


def test_statements_are_the_same_for_any_number_of_lines(shop):
    outlet, actor = shop()

    def count(*numbers):
        file = read(lines(*numbers), outlet)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            import_products(outlet=outlet, file=file, actor=actor)
        return len(queries)

    count(0)  # the first fills what is kept
    few = count(1, 2)
    assert count(*range(10, 10 + FIRST_LINES)) == few
    assert few < 40


def test_a_bad_line_is_found_before_the_first_is_written(shop):
    outlet, actor = shop()
    before = rows_of(outlet)
    content = lines(*range(LINES_MAX + 5)) + "S9999,,,,\n"

    result = import_products(outlet=outlet, file=read(content, outlet), actor=actor)

    assert [one.line for one in result.problems] == [LINES_MAX + 7]
    assert (result.created, result.is_saved, result.stopped_at) == (
        LINES_MAX + 5,
        False,
        None,
    )
    assert rows_of(outlet) == before
    assert not AuditEntry.objects.filter(act="products_imported").exists()


def test_what_is_taken_meanwhile_stops_at_its_batch_and_the_file_goes_on(shop):
    outlet, actor = shop()
    last = FIRST_LINES + 20
    content = lines(*range(1, last + 1))

    def take(done):
        if done == FIRST_LINES:
            create_product(
                company=outlet.company,
                sku="TILL",
                name="Taken",
                barcodes=[f"X{last}"],
                actor=StaffMemberFactory(company=outlet.company, may=MAY),
            )

    result = import_products(
        outlet=outlet, file=read(content, outlet), actor=actor, progress=take
    )

    assert [str(one) for one in result.problems] == [
        f"Line {last + 1}: Barcode X{last} belongs to Taken."
    ]
    assert (result.is_saved, result.created) == (True, FIRST_LINES)
    assert result.stopped_at == FIRST_LINES + 2
    saved = Product.objects.filter(sku__startswith="S")
    assert saved.count() == StockMovement.objects.count() == FIRST_LINES

    again = import_products(
        outlet=outlet,
        file=read(content.replace(f",X{last},", f",Y{last},"), outlet),
        actor=actor,
    )

    assert (again.unchanged, again.created) == (FIRST_LINES, 20)
    assert again.counted == 20
    assert saved.count() == last


def test_a_lock_that_is_not_had_stops_with_a_line_to_go_on_at(shop, monkeypatch):
    outlet, actor = shop()
    post_counts = product_import.post_counts

    def post(*, counts, **others):
        if any(count.product.sku == f"S{FIRST_LINES + 1}" for count in counts):
            raise OperationalError("canceling statement due to lock timeout\nCONTEXT")
        return post_counts(counts=counts, **others)

    monkeypatch.setattr(product_import, "post_counts", post)
    content = lines(*range(1, FIRST_LINES + 20))
    result = import_products(outlet=outlet, file=read(content, outlet), actor=actor)

    assert result.stopped_by == "canceling statement due to lock timeout"
    assert (result.stopped_at, result.created) == (FIRST_LINES + 2, FIRST_LINES)
    assert Product.objects.filter(sku__startswith="S").count() == FIRST_LINES


def test_each_batch_is_in_the_trail_with_its_lines(shop):
    outlet, actor = shop()
    content = lines(*range(FIRST_LINES)) + "BAD,Tea,x,,\n" + "LAST,Tea,1,,\n"

    import_products(
        outlet=outlet, file=read(content, outlet), actor=actor, skips_bad=True
    )

    entries = AuditEntry.objects.filter(act="products_imported").order_by("number")
    facts = [entry.content["facts"] for entry in entries]
    assert [one["lines"] for one in facts] == [
        f"2–{FIRST_LINES + 1}",
        f"{FIRST_LINES + 3}–{FIRST_LINES + 3}",
    ]
    assert [one["created"] for one in facts] == [FIRST_LINES, 1]
    assert [one["refused"] for one in facts] == [0, 1]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (KeyboardInterrupt(), "Interrupted."),
        (OperationalError("lock timeout"), "lock timeout\nStopped (100 new, "),
    ],
)
def test_the_command_says_where_it_goes_on(run, outlet, owner, monkeypatch, error, why):
    post_counts = product_import.post_counts
    posted = []

    def post(**arguments):
        if posted:
            raise error
        posted.append(post_counts(**arguments))

    monkeypatch.setattr(product_import, "post_counts", post)
    content = lines(*range(1, FIRST_LINES + 20))
    with pytest.raises(CommandError) as stop:
        run(content)

    at = FIRST_LINES + 2
    assert str(stop.value).startswith(why)
    assert str(stop.value).endswith(
        f"The lines before line {at} are imported. Import the file again, or with"
        f" --from-line {at}: it goes on at line {at}, and what is imported stays as it"
        " is."
    )
    monkeypatch.undo()

    assert run(content, f"--from-line={at}") == (
        "Imported products: 19 new, 0 changed, 0 as they were, 19 counted."
    )
    assert Product.objects.count() == FIRST_LINES + 19


def test_the_command_says_that_nothing_was_imported(run, outlet, owner, monkeypatch):
    def post(**_arguments):
        raise OperationalError("lock timeout")

    monkeypatch.setattr(product_import, "post_counts", post)
    with pytest.raises(CommandError, match=r"lock timeout\nStopped .*Nothing was"):
        run(lines(1, 2))

    assert not Product.objects.exists()
