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
    copy,
    delete,
    mutation,
    select_document,
    select_id,
    select_sale,
    select_z_document,
    update,
)


def update_document(change: str, row: str = select_document(BIG)) -> str:
    return update("sales_fiscaldocument", change, row)


def update_till(change: str) -> str:
    return f"UPDATE pos_till SET {change} WHERE code = 'A'"


OTHER_TOTAL = """text = replace(text, '"total":"80.590"', '"total":"70.590"')"""
LAST = select_id(
    "sales_fiscaldocument",
    "till_id = (SELECT id FROM pos_till WHERE code = 'A')",
    order="chain_no DESC",
)

OF_DOCUMENTS = {
    "a document says another total": mutation(
        "I27 I28 I65", update_document(OTHER_TOTAL)
    ),
    "a document says another total, with its own hash": mutation(
        "I27 I28 I65",
        update_document(OTHER_TOTAL),
        update_document(
            "hash = encode(sha256(convert_to(previous_hash || text, 'UTF8')), 'hex')"
        ),
    ),
    "a chain is rewritten without its head": mutation(
        "I27 I28 I65", update_document(OTHER_TOTAL), REWRITE
    ),
    "a chain is rewritten with its head, and not its sale": mutation(
        "I28", update_document(OTHER_TOTAL), REWRITE, NEW_HEAD
    ),
    "a chain is rewritten with its head, and not its Z report": mutation(
        "I121",
        update_document(
            """text = replace(text, '"variance_reason":"A', '"variance_reason":"B')""",
            select_z_document(FIRST),
        ),
        update_document(
            """text = replace(text, '"net":"', '"net":"1')""", select_z_document(FIRST)
        ),
        REWRITE,
        NEW_HEAD,
    ),
    "a sale, its tender and its document are others": mutation(
        "I01 I27 I65",
        update("sales_sale", "total = total + 1, net_total = net_total + 1", PAYNOW),
        update(
            "sales_tender",
            "tendered = 26",
            select_id("sales_tender", f"sale_id = {PAYNOW}"),
        ),
        update_document(
            "text = replace(text, '25.000', '26.000')", select_document(PAYNOW)
        ),
    ),
    "a document is empty": mutation("I27 I28", update_document("text = '{}'")),
    "a document is no JSON": mutation("I27 I28", update_document("text = '[}'")),
    "a document of a Z report is no JSON": mutation(
        "I27 I121", update_document("text = '[}'", select_z_document(FIRST))
    ),
    "a hash is another": mutation("I27 I65", update_document("hash = repeat('a', 64)")),
    "a previous hash is another": mutation(
        "I27 I65", update_document("previous_hash = repeat('a', 64)")
    ),
    "a chain begins with another hash": mutation(
        "I27 I65",
        update_document(
            "previous_hash = repeat('f', 64)",
            select_id("sales_fiscaldocument", "chain_no = 1"),
        ),
    ),
    "a document has another place": mutation(
        "I27 I28", update_document("chain_no = 99")
    ),
    "two documents change places": mutation(
        "I27 I28",
        "UPDATE sales_fiscaldocument SET chain_no = 3 - chain_no"
        " WHERE chain_no IN (1, 2)",
    ),
    "two documents change their sales": mutation(
        "I28 I29",
        "UPDATE sales_fiscaldocument SET sale_id = CASE sale_id"
        f" WHEN {BIG} THEN {PENDING} ELSE {BIG} END"
        f" WHERE sale_id IN ({BIG}, {PENDING})",
    ),
    "a document is of no sale": mutation("I66", update_document("sale_id = NULL")),
    "a document is of another kind": mutation(
        "I66", update_document("kind = 'refund'")
    ),
    "a document is of another till": mutation(
        "I27 I66",
        update_document(
            "till_id = (SELECT id FROM pos_till WHERE code = 'B'), chain_no = 99"
        ),
    ),
    "a document is of another company": mutation(
        "I42 I43", update_document("company_id = 1")
    ),
    "a document is deleted": mutation(
        "I27 I66", delete("sales_fiscaldocument", select_document(REFUND))
    ),
    "a document is deleted and the chain rewritten": mutation(
        "I27 I66",
        delete("sales_fiscaldocument", select_document(REFUND)),
        REWRITE,
        NEW_HEAD,
    ),
    "a document is there twice": mutation(
        "I27", copy("sales_fiscaldocument", select_document(REFUND), chain_no="99")
    ),
    "the last document is deleted": mutation(
        "I26 I27", delete("sales_fiscaldocument", LAST)
    ),
    "the last document is deleted and the head set back": mutation(
        "I26 I82",
        delete("sales_fiscaldocument", LAST),
        NEW_HEAD,
    ),
    "a document of a Z report is of another Z report": mutation(
        "I82",
        update_document("z_report_id = NULL", select_z_document(SECOND)),
    ),
}

OF_TILLS = {
    "a till's head is another": mutation(
        "I27 I65", update_till("chain_head = repeat('a', 64)")
    ),
    "a till gave more numbers": mutation(
        "I26", update_till("last_sale_number = last_sale_number + 1")
    ),
    "a till gave fewer numbers": mutation("I26", update_till("last_sale_number = 1")),
    "a till gave more refunds": mutation("I26", update_till("last_refund_number = 99")),
    "a till gave more Z reports": mutation(
        "I26 I34", update_till("last_z_number = 99")
    ),
    "a till gave more links": mutation("I26 I27", update_till("last_chain_no = 99")),
    "a till has another code": mutation("I63 I82", update_till("code = 'Z'")),
    "a till is of another company": mutation("I42", update_till("company_id = 1")),
    "a till's counters are set back with its last sale": mutation(
        "I42 I66",
        delete("sales_sale", select_sale("A-S-000008")),
        update_till("last_sale_number = last_sale_number - 1"),
    ),
}
