"""Trail: what the audit trail says of discounts, removals and prices of a basket."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from pos.access.acts import Act
from pos.access.audit import record
from sales.basket.editor import BasketEditor
from sales.basket.operations import Operation, Result
from sales.models import SaleOperation

Kind = SaleOperation.Kind
# What is said of an approved discount, besides which product it is of.
OF_DISCOUNT = ("percent", "amount", "reason")


def record_approved(
    editor: BasketEditor, ready: Sequence[Operation], results: Mapping[UUID, Result]
) -> None:
    """Write the discounts and removals that somebody agreed to into the audit trail."""
    for operation in ready:
        is_removal = operation.kind in {Kind.REMOVE, Kind.CLEAR}
        is_price = operation.kind == Kind.OVERRIDE_PRICE
        result = results[operation.uid]
        if not is_price and result.is_approved:
            skus = [line.sku for line in editor.lines if line.uid == result.line]
            record(
                Act.LINES_TAKEN_OFF if is_removal else Act.DISCOUNT_APPROVED,
                actor=editor.actor,
                subject=editor.sale,
                till=editor.till,
                approved_by=editor.approved_by,
                facts={
                    **({"sku": skus[0]} if skus else {}),
                    **{
                        name: operation.payload[name]
                        for name in OF_DISCOUNT
                        if operation.payload.get(name)
                    },
                },
            )


def record_restrictions(editor: BasketEditor) -> None:
    """Write which age was checked, and what came off for an age or for the hour."""
    for done in editor.restricted:
        record(
            done.act,
            actor=editor.actor,
            subject=editor.sale,
            till=editor.till,
            facts=done.facts,
        )


def record_prices(editor: BasketEditor) -> None:
    """Write the prices that were changed by hand into the audit trail."""
    for changed in editor.repriced:
        line = changed.line
        record(
            Act.PRICE_OVERRIDDEN,
            actor=editor.actor,
            subject=editor.sale,
            till=editor.till,
            approved_by=changed.approver,
            facts={"sku": line.sku, "reason": line.price_reason},
            changes={"unit_price": (changed.before, line.unit_price)},
        )
