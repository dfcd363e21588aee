"""Anchor comparison: whether anchors kept elsewhere are still in the chains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from pos.core.chains import CHAIN_START
from pos.models import AuditHead, Company, Till
from sales.books.anchors import TRAIL, Anchor, AnchorLine

# The place of each line, and what is there today.
_LINKS = """
    SELECT line.place, company.id, till.id, till.last_chain_no, link.hash,
           link.hash = encode(sha256(convert_to(
               link.previous_hash || link.text, 'UTF8')), 'hex')
    FROM unnest(%s::int[], %s::text[], %s::text[], %s::bigint[])
        line (place, company, till, chain_no)
    LEFT JOIN pos_company company ON company.code = line.company
    LEFT JOIN pos_till till
        ON till.company_id = company.id AND till.code = line.till
    LEFT JOIN sales_fiscaldocument link
        ON link.company_id = company.id AND link.till_id = till.id
        AND link.chain_no = line.chain_no
"""
# The same of the audit trail of a till, and of the back office.
_ENTRIES = """
    SELECT line.place, company.id, {its_id}, {last},
           entry.hash, entry.hash = encode(sha256(convert_to(
               coalesce(previous.hash, repeat('0', 64)) || entry.text, 'UTF8')), 'hex')
    FROM unnest(%s::int[], %s::text[], %s::text[], %s::bigint[])
        line (place, company, till, number)
    LEFT JOIN pos_company company ON company.code = line.company
    LEFT JOIN {head}
    LEFT JOIN pos_auditentry entry
        ON entry.company_id = company.id AND entry.till_id {is_its}
        AND entry.number = line.number
    LEFT JOIN pos_auditentry previous
        ON previous.company_id = company.id AND previous.till_id {is_its}
        AND previous.number = line.number - 1
"""
_OF_TILLS = _ENTRIES.format(
    its_id="till.id",
    last="till.last_audit_no",
    head="pos_till till ON till.company_id = company.id AND till.code = line.till",
    is_its="= till.id",
)
_OF_OFFICES = _ENTRIES.format(
    its_id="0",
    last="coalesce(head.last_audit_no, 0)",
    head="pos_audithead head ON head.company_id = company.id",
    is_its="IS NULL",
)


@dataclass(frozen=True, slots=True)
class AnchorResult:
    """What became of one line's anchor."""

    line: AnchorLine
    is_in_chain: bool
    says: str

    def __str__(self) -> str:
        """A line that cannot be trusted is not repeated."""
        if self.line.problem or self.line.anchor is None:
            return self.says
        return f"{self.line.anchor}: {self.says}"


def list_anchors(*, company: Company | None, at: datetime) -> list[Anchor]:
    """Return the last link of each chain, of one company or of all.

    Those of the tills come first, then those of their audit trails and of the back
    offices'.
    """
    tills = Till.objects.select_related("company").order_by("company__code", "code")
    companies = Company.objects.order_by("code")
    heads = AuditHead.objects.all()
    if company:
        tills = tills.filter(company=company)
        companies = companies.filter(pk=company.pk)
    of_office = {
        head.company_id: (head.last_audit_no, head.audit_head) for head in heads
    }
    links: list[tuple[Company, str, int, str]] = [
        (till.company, till.code, till.last_chain_no, till.chain_head) for till in tills
    ]
    links += [
        (till.company, TRAIL + till.code, till.last_audit_no, till.audit_head)
        for till in tills
    ]
    links += [
        (one, TRAIL, *of_office.get(one.pk, (0, CHAIN_START))) for one in companies
    ]
    time = at.isoformat(timespec="seconds")
    return [
        Anchor(time, owner.code, chain, number, head)
        for owner, chain, number, head in links
    ]


def compare_with_chains(lines: Sequence[AnchorLine]) -> list[AnchorResult]:
    """Say for each line whether its anchor is still a link of its chain."""
    anchors = {line.number: line.anchor for line in lines if line.anchor}
    today: dict[int, list] = {}
    for statement, its_chains in (
        (_LINKS, [a for a in anchors.items() if not a[1].is_of_trail]),
        (_OF_TILLS, [a for a in anchors.items() if a[1].is_of_trail and a[1].till]),
        (_OF_OFFICES, [a for a in anchors.items() if a[1].chain == TRAIL]),
    ):
        today |= _find_today(statement, dict(its_chains))
    return [_compare_line(line, today.get(line.number)) for line in lines]


def _find_today(statement: str, anchors: Mapping[int, Anchor]) -> dict[int, list]:
    """Return what is in place of each anchor, by the number of its line."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [
                list(anchors),
                [anchor.company for anchor in anchors.values()],
                [anchor.till for anchor in anchors.values()],
                [anchor.chain_no for anchor in anchors.values()],
            ],
        )
        return {place: found for place, *found in cursor.fetchall()}


def _compare_line(line: AnchorLine, today: list | None) -> AnchorResult:
    if line.problem or line.anchor is None or today is None:
        return AnchorResult(line, is_in_chain=False, says=line.problem)
    if missing := _explain_missing(line.anchor, *today):
        return AnchorResult(
            line, is_in_chain=False, says=f"not in the chain: {missing}"
        )
    return AnchorResult(line, is_in_chain=True, says="still in the chain")


def _explain_missing(
    anchor: Anchor,
    company_id: int | None,
    till_id: int | None,
    last_chain_no: int,
    hash_today: str | None,
    is_hash_of_text: bool | None,  # noqa: FBT001  a row of the statement
) -> str:
    """Return why the anchor is not in the chain, or nothing if it is."""
    if company_id is None:
        return f"there is no company {anchor.company}"
    if till_id is None:
        return f"{anchor.company} has no till {anchor.till}"
    if anchor.chain_no == 0:
        return "" if anchor.hash == CHAIN_START else "a chain does not begin so"
    link = f"{'entry' if anchor.is_of_trail else 'document'} {anchor.chain_no}"
    if hash_today is None:
        if anchor.chain_no > last_chain_no:
            return f"the chain ends at {last_chain_no}, its end was cut off"
        return f"there is no {link}"
    if hash_today != anchor.hash:
        return f"{link} has another hash, it was written again"
    if not is_hash_of_text:
        return f"{link} has another text than was hashed"
    return ""
