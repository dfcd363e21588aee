"""Against: whether anchors that were kept elsewhere are still in the chains."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from pos.models import Company, Till
from sales.books.anchors import Anchor, AnchorLine
from sales.checkout.fiscal_text import CHAIN_START

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


@dataclass(frozen=True, slots=True)
class Verdict:
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
    """Return the last link of each till, of one company or of all."""
    tills = Till.objects.select_related("company").order_by("company__code", "code")
    if company:
        tills = tills.filter(company=company)
    return [
        Anchor(
            at.isoformat(timespec="seconds"),
            till.company.code,
            till.code,
            till.last_chain_no,
            till.chain_head,
        )
        for till in tills
    ]


def compare_with_chains(lines: Sequence[AnchorLine]) -> list[Verdict]:
    """Say for each line whether its anchor is still a link of its till's chain."""
    anchors = {line.number: line.anchor for line in lines if line.anchor}
    with connection.cursor() as cursor:
        cursor.execute(
            _LINKS,
            [
                list(anchors),
                [anchor.company for anchor in anchors.values()],
                [anchor.till for anchor in anchors.values()],
                [anchor.chain_no for anchor in anchors.values()],
            ],
        )
        today = {place: found for place, *found in cursor.fetchall()}
    return [_compare_line(line, today.get(line.number)) for line in lines]


def _compare_line(line: AnchorLine, today: list | None) -> Verdict:
    if line.problem or line.anchor is None or today is None:
        return Verdict(line, is_in_chain=False, says=line.problem)
    if missing := _explain_missing(line.anchor, *today):
        return Verdict(line, is_in_chain=False, says=f"not in the chain: {missing}")
    return Verdict(line, is_in_chain=True, says="still in the chain")


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
    if hash_today is None:
        if anchor.chain_no > last_chain_no:
            return f"the chain ends at {last_chain_no}, its end was cut off"
        return f"there is no document {anchor.chain_no}"
    if hash_today != anchor.hash:
        return f"document {anchor.chain_no} has another hash, it was written again"
    if not is_hash_of_text:
        return f"document {anchor.chain_no} has another text than was hashed"
    return ""
