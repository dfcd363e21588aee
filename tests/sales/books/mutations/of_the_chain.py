"""Mutations of the chain: documents, their hashes and the till's counters."""

from tests.sales.books.mutations.sql import (
    BIG,
    FIRST,
    NEW_HEAD,
    PAYNOW,
    PENDING,
    REFUND,
    REWRITE,
    SECOND,
    caught,
    copy,
    delete,
    document,
    one,
    receipt,
    report_document,
    update,
)


def link(change: str, row: str = document(BIG)) -> str:
    return update("sales_fiscaldocument", change, row)


def till(change: str) -> str:
    return f"UPDATE pos_till SET {change} WHERE code = 'A'"


OTHER_TOTAL = """text = replace(text, '"total":"80.590"', '"total":"70.590"')"""
LAST = one(
    "sales_fiscaldocument",
    "till_id = (SELECT id FROM pos_till WHERE code = 'A')",
    order="chain_no DESC",
)

OF_DOCUMENTS = {
    "a document says another total": caught("I27 I28 I65", link(OTHER_TOTAL)),
    "a document says another total, with its own hash": caught(
        "I27 I28 I65",
        link(OTHER_TOTAL),
        link("hash = encode(sha256(convert_to(previous_hash || text, 'UTF8')), 'hex')"),
    ),
    "a chain is rewritten without its head": caught(
        "I27 I28 I65", link(OTHER_TOTAL), REWRITE
    ),
    "a chain is rewritten with its head, and not its sale": caught(
        "I28", link(OTHER_TOTAL), REWRITE, NEW_HEAD
    ),
    "a chain is rewritten with its head, and not its Z report": caught(
        "I121",
        link(
            """text = replace(text, '"variance_reason":"A', '"variance_reason":"B')""",
            report_document(FIRST),
        ),
        link("""text = replace(text, '"net":"', '"net":"1')""", report_document(FIRST)),
        REWRITE,
        NEW_HEAD,
    ),
    "a sale, its tender and its document are others": caught(
        "I01 I27 I65",
        update("sales_sale", "total = total + 1, net_total = net_total + 1", PAYNOW),
        update(
            "sales_tender", "tendered = 26", one("sales_tender", f"sale_id = {PAYNOW}")
        ),
        link("text = replace(text, '25.000', '26.000')", document(PAYNOW)),
    ),
    "a document is empty": caught("I27 I28", link("text = '{}'")),
    "a document is no JSON": caught("I27 I28", link("text = '[}'")),
    "a document of a Z report is no JSON": caught(
        "I27 I121", link("text = '[}'", report_document(FIRST))
    ),
    "a hash is another": caught("I27 I65", link("hash = repeat('a', 64)")),
    "a previous hash is another": caught(
        "I27 I65", link("previous_hash = repeat('a', 64)")
    ),
    "a chain begins with another hash": caught(
        "I27 I65",
        link(
            "previous_hash = repeat('f', 64)",
            one("sales_fiscaldocument", "chain_no = 1"),
        ),
    ),
    "a document has another place": caught("I27 I28", link("chain_no = 99")),
    "two documents change places": caught(
        "I27 I28",
        "UPDATE sales_fiscaldocument SET chain_no = 3 - chain_no"
        " WHERE chain_no IN (1, 2)",
    ),
    "two documents change their sales": caught(
        "I28 I29",
        "UPDATE sales_fiscaldocument SET sale_id = CASE sale_id"
        f" WHEN {BIG} THEN {PENDING} ELSE {BIG} END"
        f" WHERE sale_id IN ({BIG}, {PENDING})",
    ),
    "a document is of no sale": caught("I66", link("sale_id = NULL")),
    "a document is of another kind": caught("I66", link("kind = 'refund'")),
    "a document is of another till": caught(
        "I27 I66",
        link("till_id = (SELECT id FROM pos_till WHERE code = 'B'), chain_no = 99"),
    ),
    "a document is of another company": caught("I42 I43", link("company_id = 1")),
    "a document is deleted": caught(
        "I27 I66", delete("sales_fiscaldocument", document(REFUND))
    ),
    "a document is deleted and the chain rewritten": caught(
        "I27 I66",
        delete("sales_fiscaldocument", document(REFUND)),
        REWRITE,
        NEW_HEAD,
    ),
    "a document is there twice": caught(
        "I27", copy("sales_fiscaldocument", document(REFUND), chain_no="99")
    ),
    "the last document is deleted": caught(
        "I26 I27", delete("sales_fiscaldocument", LAST)
    ),
    "the last document is deleted and the head set back": caught(
        "I26 I82",
        delete("sales_fiscaldocument", LAST),
        NEW_HEAD,
    ),
    "a document of a Z report is of another Z report": caught(
        "I82",
        link("z_report_id = NULL", report_document(SECOND)),
    ),
}

OF_TILLS = {
    "a till's head is another": caught("I27 I65", till("chain_head = repeat('a', 64)")),
    "a till gave more numbers": caught(
        "I26", till("last_sale_number = last_sale_number + 1")
    ),
    "a till gave fewer numbers": caught("I26", till("last_sale_number = 1")),
    "a till gave more refunds": caught("I26", till("last_refund_number = 99")),
    "a till gave more Z reports": caught("I26 I34", till("last_z_number = 99")),
    "a till gave more links": caught("I26 I27", till("last_chain_no = 99")),
    "a till has another code": caught("I63 I82", till("code = 'Z'")),
    "a till is of another company": caught("I42", till("company_id = 1")),
    "a till's counters are set back with its last sale": caught(
        "I42 I66",
        delete("sales_sale", receipt("A-S-000007")),
        till("last_sale_number = last_sale_number - 1"),
    ),
}
