"""Edits by a restriction: an age is checked or not, and closed goods come off."""

from collections.abc import Sequence

from pos.access.acts import Act
from pos.catalogue.restrictions import find_latest_birth, read_restriction
from sales.basket.editor import BasketEditor, RestrictionAct
from sales.basket.operations import Operation, Result
from sales.basket.restrictions import decide_for_lines, find_closed
from sales.models import SaleLine


def confirm_age(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Keep in the basket that the actor checked the age that was asked.

    An age that nothing in the basket asks for any more is not kept. A person who is
    old enough for more was not asked for it: a higher age is asked again.
    """
    sale, age = editor.sale, operation.count("age")
    asked = decide_for_lines(
        editor.active_lines, at=editor.at, outlet=editor.till.outlet
    )
    confirmed = min(age, asked.age)
    if confirmed <= sale.confirmed_age:
        return
    sale.confirmed_age = confirmed
    sale.age_confirmed_by = editor.actor
    sale.age_confirmed_at = editor.at
    _remember(editor, Act.AGE_CONFIRMED, confirmed)


def refuse_age(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Take off what asks for this age, or more: the customer is not that old.

    It is nobody's to decide, so no limit of lines that are taken off counts here. What
    asks for less stays, and the till asks for that next.
    """
    age = max(operation.count("age"), editor.sale.confirmed_age + 1)
    leaving = [
        line
        for line in editor.active_lines
        if read_restriction(line.restriction_facts).minimum_age >= age
    ]
    if leaving:
        _remember(editor, Act.AGE_REFUSED, age, leaving)
        editor.take_off(leaving, operation, by_rule=True)


def take_off_closed(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Take off what is not sold at this hour, which no limit forbids, either."""
    lines = editor.active_lines
    decision = decide_for_lines(lines, at=editor.at, outlet=editor.till.outlet)
    leaving = [line for line, _closing in find_closed(lines, decision)]
    if leaving:
        _remember(editor, Act.CLOSED_GOODS_TAKEN_OFF, 0, leaving)
        editor.take_off(leaving, operation, by_rule=True)


def _remember(
    editor: BasketEditor, act: Act, age: int, leaving: Sequence[SaleLine] = ()
) -> None:
    """Keep what the audit trail will say."""
    facts: dict[str, object] = {}
    if age:
        today = editor.till.outlet.tax_date(editor.at)
        facts = {"age": age, "born_by": find_latest_birth(today, age)}
    if leaving:
        facts["sku"] = [line.sku for line in leaving]
    editor.restricted.append(RestrictionAct(act, facts))
