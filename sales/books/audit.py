"""Checks of the audit trail: its chains are whole, and say what the rows say."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from pos.access.audit import VERSION
from pos.core.chains import CHAIN_START, chain_hash
from sales.books.chain import read_in_batches
from sales.books.check import Check, Link, Offence, Scope, narrow

# How the text says a time, in UTC.
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"

# A company's chain is named like one of till 0.
HEADS = """
    SELECT till.company_id, till.id AS till_id, till.code AS name,
           till.last_audit_no AS last_no, till.audit_head AS hash
    FROM pos_till till WHERE true /*company till*/
    UNION ALL
    SELECT head.company_id, 0, 'back office', head.last_audit_no, head.audit_head
    FROM pos_audithead head WHERE true /*company head*/
"""


def read_audit_heads(scope: Scope) -> dict[str, tuple[int, str, int, str]]:
    """Return company, name, last number and last hash of each chain, by its key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT company_id, till_id, name, last_no, hash"  # noqa: S608  our own
            f" FROM ({narrow(HEADS, scope)}) heads ORDER BY company_id, till_id"
        )
        return {
            f"{company_id}/{till_id}": (company_id, *rest)
            for company_id, till_id, *rest in cursor.fetchall()
        }


def find_broken_entries(scope: Scope) -> Iterator[Offence]:
    """Do what the statement of I50 does, outside the database.

    From the first entry of each chain, or from the last one that was proven: that one
    still has its hash, and as many are before it as its number says.
    """
    for key, (company_id, name, last_no, head) in read_audit_heads(scope).items():
        till_id = int(key.partition("/")[2])
        chain = (
            f"FROM pos_auditentry WHERE company_id = {company_id:d} AND till_id "
            + (f"= {till_id:d}" if till_id else "IS NULL")
        )
        last: Link = (0, CHAIN_START)
        if scope.added and key in scope.added.audits:
            last = scope.added.audits[key]
            if _count_entries(chain, last[0]) != last:
                yield company_id, f"{name} {last[0]} was proven otherwise", last[1]
        for number, own, text in read_in_batches(
            f"SELECT number, hash, text {chain}"  # noqa: S608  our own table
            f" AND number > {last[0]:d} ORDER BY number"
        ):
            if (number, own) != (last[0] + 1, chain_hash(last[1], text)):
                yield company_id, f"{name} {number}", own
            last = (number, own)
        if last != (last_no, head):
            yield company_id, f"{name} ends at {last_no}", head


def _count_entries(chain: str, number: int) -> Link:
    """Return how many entries there are up to that number, and the hash of that one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), max(hash) FILTER (WHERE number = %s)"  # noqa: S608
            f" {chain} AND number <= %s",
            [number, number],
        )
        count, own = cursor.fetchone()
    return count, own or ""


def find_other_columns(scope: Scope) -> Iterator[Offence]:
    """Yield entries whose columns are not what their text says."""
    for company_id, entry_id, text, *columns in _read_entries(
        """
        entry.act, entry.subject_kind, entry.subject_key, entry.subject_name,
        coalesce(till.uid::text, ''), coalesce(staff.uid::text, ''),
        coalesce(approver.uid::text, ''), entry.happened_at, entry.recorded_at
        FROM pos_auditentry entry
        LEFT JOIN pos_till till ON till.id = entry.till_id
        LEFT JOIN pos_staffmember staff ON staff.id = entry.staff_member_id
        LEFT JOIN pos_staffmember approver ON approver.id = entry.approved_by_id
        """,
        scope,
    ):
        act, kind, key, name, till, by, approver, *times = columns
        said = _parse(text)
        if (
            [act, [kind, key, name], till, VERSION, [f"{at:{TIME}}" for at in times]]
            != [
                said.get("act"),
                said.get("subject"),
                said.get("till"),
                said.get("v"),
                [said.get("at"), said.get("recorded")],
            ]
            # A person of another company is named by the text alone.
            or by not in {"", said.get("by")}
            or approver not in {"", said.get("approved_by")}
        ):
            yield company_id, f"audit entry {entry_id}", " ".join(map(str, columns))


def find_other_personal_values(scope: Scope) -> Iterator[Offence]:
    """Yield entries that lack their personal values, have others or too many."""
    for company_id, entry_id, text, salt, personal in _read_entries(
        """
        personal.salt, personal.text
        FROM pos_auditentry entry
        LEFT JOIN pos_auditpersonal personal ON personal.entry_id = entry.id
        """,
        scope,
    ):
        wanted = _parse(text).get("personal", "")
        if bool(wanted) != (salt is not None) or (
            salt and wanted != chain_hash(salt, personal)
        ):
            yield company_id, f"audit entry {entry_id}", f"{wanted} {salt}"


def _read_entries(rest: str, scope: Scope) -> Iterator[tuple]:
    """Yield company, id and text of each entry, and what else is selected."""
    statement = (
        f"SELECT entry.company_id, entry.id, entry.text, {rest}"
        " WHERE true /*company entry*/ /*added entry pos_auditentry*/ ORDER BY entry.id"
    )
    return read_in_batches(narrow(statement, scope))


def _parse(text: str) -> dict[str, Any]:
    """Return what the text says; nothing if it is no object."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


CHECKS = (
    Check(
        "I49",
        "Whatever needs watching is in the audit trail: refunds, voids, prints again,"
        " corrections, cash that moved, and closes; in every shift whose opening is.",
        # An import of past sales is one entry, and those of its shifts are not there.
        """
        SELECT acted.company_id, acted.thing, ROW(acted.act, acted.key)::text
        FROM (
            SELECT company_id, shift_id, 'basket_voided' AS act, uid AS key,
                   'voided ' || uid AS thing
            FROM sales_sale WHERE status = 'voided' /*of_sales sales_sale.id*/
            UNION ALL SELECT company_id, shift_id, 'sale_refunded', uid, receipt_number
            FROM sales_sale WHERE status = 'finalized' AND kind = 'refund'
                /*of_sales sales_sale.id*/
            UNION ALL SELECT company_id, shift_id, kind, uid, kind || ' ' || uid
            FROM sales_cashmovement WHERE true /*added sales_cashmovement*/
            UNION ALL SELECT company_id, id, 'shift_closed', uid, 'shift ' || uid
            FROM sales_shift WHERE closed_at IS NOT NULL /*of_shifts sales_shift.id*/
            UNION ALL SELECT correction.company_id, correction.shift_id,
                   'tender_corrected', sale.uid, 'correction ' || correction.uid
            FROM sales_tendercorrection correction
            JOIN sales_tender tender ON tender.id = correction.tender_id
            JOIN sales_sale sale ON sale.id = tender.sale_id
            WHERE true /*added correction sales_tendercorrection*/
            UNION ALL SELECT print.company_id, sale.shift_id, 'receipt_reprinted',
                   sale.uid, sale.receipt_number || ' copy ' || print.copy_number
            FROM sales_receiptprint print
            JOIN sales_sale sale ON sale.id = print.sale_id
            WHERE print.copy_number > 0 /*added print sales_receiptprint*/
        ) acted
        JOIN sales_shift shift ON shift.id = acted.shift_id
        JOIN pos_auditentry opening ON opening.company_id = acted.company_id
            AND opening.subject_key = shift.uid::text
            AND opening.act = 'shift_opened'
        LEFT JOIN (
            SELECT DISTINCT company_id, act, subject_key FROM pos_auditentry
        ) entry ON entry.company_id = acted.company_id AND entry.act = acted.act
            AND entry.subject_key = acted.key::text
        WHERE entry.act IS NULL /*company acted*/
        """,
    ),
    Check(
        "I50",
        "Every entry of an audit trail follows the one before, its hash is that of both"
        " texts, and the till or the company holds the last.",
        f"""
        SELECT coalesce(head.company_id, chain.company_id),
               coalesce(head.name, 'entries without a head'),
               ROW(chain.broken, head.last_no - chain.n, head.hash = chain.hash)::text
        FROM ({HEADS}) head
        FULL JOIN (
            SELECT link.company_id, link.till_id, count(*) AS n,
                   array_agg(link.hash ORDER BY link.number) FILTER (WHERE NOT (
                       link.number = link.place
                       AND link.hash = encode(sha256(convert_to(
                           link.previous || link.text, 'UTF8')), 'hex')
                   )) AS broken,
                   (array_agg(link.hash ORDER BY link.number DESC))[1] AS hash
            FROM (
                SELECT entry.company_id, coalesce(entry.till_id, 0) AS till_id,
                       entry.number, entry.hash, entry.text,
                       row_number() OVER link AS place,
                       lag(entry.hash, 1, repeat('0', 64)) OVER link AS previous
                FROM pos_auditentry entry
                WHERE true /*company entry*/
                WINDOW link AS (PARTITION BY entry.company_id, entry.till_id
                                ORDER BY entry.number)
            ) link
            GROUP BY link.company_id, link.till_id
        ) chain ON chain.company_id = head.company_id
            AND chain.till_id = head.till_id
        WHERE (chain.broken IS NOT NULL
                OR coalesce(chain.n, 0) <> coalesce(head.last_no, 0)
                OR coalesce(chain.hash, repeat('0', 64))
                    <> coalesce(head.hash, repeat('0', 64)))
        """,  # noqa: S608  our own tables
        is_whole_only=True,
    ),
    Check(
        "I150",
        "Worked out again outside the database, every hash of every audit trail is the"
        " same.",
        find=find_broken_entries,
    ),
    Check(
        "I151",
        "What an audit entry is searched by is what its text says.",
        find=find_other_columns,
    ),
    Check(
        "I152",
        "The personal values of an audit entry are those whose salted hash it holds,"
        " or were erased.",
        find=find_other_personal_values,
    ),
)
