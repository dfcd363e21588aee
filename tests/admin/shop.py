"""Back-office shop: a company with a row of every model that the admin shows."""

from dataclasses import dataclass
from decimal import Decimal

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.timezone import now

from pos.access.enrolment import enrol_by_code, make_enrolment_code
from pos.core.ids import uuid7
from pos.models import (
    Attempt,
    AttemptKind,
    AuditEntry,
    AuditHead,
    AuditPersonal,
    Company,
    Limit,
    Outlet,
    Product,
    StaffMember,
    Till,
)
from pos.models.limits import LimitedAct
from pos.stock.receive import receive_stock
from sales.books.every import CHECKS
from sales.books.proof import Proof, save_proof
from sales.books.run import Outcome
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.checkout.tenders import confirm_tender, correct_tender
from sales.models import FindingExplanation, RefusedCashOut, Sale, Shift
from sales.receipts.prints import record_print
from sales.shifts.cash_movements import CashMove, record_cash_movement
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from tests.support.cashier import Cashier
from tests.support.factories import (
    BarcodeFactory,
    CategoryFactory,
    CompanyFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    RestrictionFactory,
    ShiftFactory,
    TillFactory,
    make_sale,
    make_shop,
)
from tests.support.tenders import cash, give_back, take_part
from tests.support.vouchers import VoucherKindFactory


@dataclass
class Shop:
    company: Company
    outlet: Outlet
    till: Till
    shift: Shift
    product: Product
    cashier: StaffMember
    supervisor: StaffMember
    owner: StaffMember
    finished: Sale
    open: Sale

    def row(self, model: type[Model]) -> Model:
        """A row of the model that belongs to this company."""
        if model is Company:
            return self.company
        return model.objects.filter(company=self.company).order_by("pk").first()


def make_back_office_shop() -> Shop:
    company = CompanyFactory()
    LoyaltyProgrammeFactory(company=company)
    alcohol = RestrictionFactory(
        company=company, minimum_age=18, hours=[([1, 7], "22:30", "07:00")]
    )
    vouchers = VoucherKindFactory(company=company)
    vouchers.exclusions.create(company=company, restriction=alcohol)
    base = make_shop(
        company,
        staff={
            "cashier": {},
            "supervisor": {"is_staff": True},
            "owner": {"is_staff": True},
        },
        products=[{"category": CategoryFactory(company=company)}],
    )
    outlet, till, [product] = base.outlet, base.till, base.products
    cashier, supervisor, owner = base.staff.values()
    earlier = open_shift(
        uid=uuid7(), till=till, opening_float=Decimal(50), actor=cashier
    )
    record_cash_movement(
        uid=uuid7(),
        till=till,
        move=CashMove("pay_in", Decimal(50), "Change bought"),
        actor=cashier,
    )
    RefusedCashOut.objects.create(
        company=company,
        till=till,
        shift=earlier,
        way="drop",
        amount=900,
        staff_member=cashier,
    )
    close_shift(uid=earlier.uid, counted_cash=Decimal(100), actor=cashier)
    shift = ShiftFactory(till=till, cashier=cashier)
    BarcodeFactory(product=product)
    receive_stock(
        uid=uuid7(),
        outlet=outlet,
        quantities={product.pk: Decimal(10)},
        reason="Delivery",
        actor=supervisor,
    )
    finished = make_sale(
        shift, products=[product], customer=CustomerFactory(company=company)
    )
    finalize_sale(
        uid=finished.uid, tenders=[TenderInput("cash", Decimal(20))], actor=cashier
    )
    finished.refresh_from_db()
    Attempt.objects.create(
        company=company,
        kind=AttemptKind.SIGN_IN,
        person=cashier,
        till=till,
        tried_at=now(),
    )
    enrolment = {"uid": uuid7(), "actor": supervisor, "instead_of": None}
    code = make_enrolment_code(till=till, actor=supervisor)
    enrol_by_code(code=code, **enrolment)
    record_print(sale_uid=finished.uid, actor=cashier)
    _pay_in_other_ways(outlet, cashier, supervisor)
    _discount_with_approval(outlet, cashier, supervisor)
    basket = Cashier(shift)
    basket.scan(product.sku)
    waiting = basket.sale
    save_proof(
        proof=Proof([Outcome(CHECKS[0])], now(), started_by="verify_books"),
        companies=[company],
    )
    Limit.objects.create(
        company=company, role=cashier.role, act=LimitedAct.LINE_PERCENT, value=10
    )
    FindingExplanation.objects.create(
        company=company,
        check_id="I46",
        offender="S-000001",
        finding_hash="0" * 64,
        reason="A clock three hours ahead",
        staff_member=owner,
    )
    return Shop(
        company=company,
        outlet=outlet,
        till=till,
        shift=shift,
        product=product,
        cashier=cashier,
        supervisor=supervisor,
        owner=owner,
        finished=finished,
        open=waiting,
    )


def _discount_with_approval(
    outlet: Outlet, cashier: StaffMember, supervisor: StaffMember
) -> None:
    """At a third till: more off than the cashier may give alone."""
    shift = ShiftFactory(till=TillFactory(outlet=outlet), cashier=cashier)
    basket = Cashier(shift)
    basket.scan(ProductFactory(company=outlet.company, is_tracked=False).sku)
    basket.approved_by = supervisor
    basket.do("discount_sale", percent="20", reason="Damaged")
    finalize_sale(
        uid=basket.sale.uid,
        tenders=[TenderInput("cash", basket.sale.due)],
        actor=cashier,
    )


def _pay_in_other_ways(
    outlet: Outlet, cashier: StaffMember, supervisor: StaffMember
) -> None:
    """At another till: paid, confirmed later, and in part in cash after all."""
    shift = ShiftFactory(till=TillFactory(outlet=outlet), cashier=cashier)
    product = ProductFactory(company=outlet.company, is_tracked=False)
    sale = make_sale(shift, products=[product])
    give_back(take_part(sale, cash(1)))
    tenders = [
        TenderInput("paynow", Decimal(4), is_pending=True),
        TenderInput("card", Decimal(6), "056012"),
    ]
    paid = finalize_sale(uid=sale.uid, tenders=tenders, actor=cashier)
    pending, wrong = paid.tenders.order_by("position")
    confirm_tender(uid=uuid7(), tender=pending, reference="FT 42", actor=cashier)
    correct_tender(
        uid=uuid7(),
        tender=wrong,
        kind="cash",
        reference="",
        reason="Wrong button",
        actor=cashier,
        approved_by=supervisor,
    )


def books_of(company: Company) -> dict[str, list[tuple[object, ...]]]:
    """All rows of our tables that belong to the company, to compare with later.

    But for the audit trail, which has what was refused as well.
    """
    books = {}
    for model in apps.get_models():
        if model._meta.app_label not in {"pos", "customers", "sales"}:
            continue
        if model in {AuditEntry, AuditHead, AuditPersonal}:
            continue
        rows = model.objects.order_by("pk")
        if model is Company:
            rows = rows.filter(pk=company.pk)
        elif any(field.name == "company" for field in model._meta.fields):
            rows = rows.filter(company=company)
        books[model._meta.label] = list(rows.values_list())
    return books


def admins() -> list[admin.ModelAdmin]:
    return sorted(admin.site._registry.values(), key=lambda one: one.opts.label)


def address(model_admin: admin.ModelAdmin, page: str, row: Model | None = None) -> str:
    opts = model_admin.opts
    arguments = [] if row is None else [row.pk]
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=arguments)
