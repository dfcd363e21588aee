"""Round trips: the writes of a finalization in twelve statements of psycopg.

Written by hand and in the project's lock order: the sale, its lines, the till with
its shift, the customer, the stock. BEGIN and COMMIT are two of the twelve.
"""

import hashlib
import json
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

LOCK_SALE = """
    SELECT id, uid, till_id, customer_id, status, kind, prices_include_tax,
           tax_rounding, total, net_total, revision, discount_rate, discount_amount,
           points_redeemed, points_value
    FROM sales_sale WHERE company_id = %s AND uid = %s FOR NO KEY UPDATE
"""
READ_LINES = """
    SELECT line.position, line.sku, line.name, line.second_name, line.unit,
           line.quantity, line.unit_price, line.tax_code, line.tax_rate, line.total,
           line.net_total, line.product_id, line.list_amount, line.line_discount,
           line.sale_discount, line.points_discount
    FROM sales_saleline line JOIN pos_product product ON product.id = line.product_id
    WHERE line.sale_id = %s AND line.removed_by IS NULL
        AND product.is_active AND product.is_tracked
    ORDER BY line.position
"""
LOCK_TILL = """
    SELECT till.code, till.name, till.last_sale_number, till.last_chain_no,
           till.chain_head, outlet.id, outlet.code, outlet.name, outlet.address,
           outlet.phone, company.code, company.name, company.registration_number,
           company.gst_number, company.gst_registered_on, company.receipt_header,
           company.receipt_footer, company.currency, company.time_zone,
           company.cash_rounding_step, shift.id, programme.amount_per_point
    FROM pos_till till
    JOIN pos_outlet outlet ON outlet.id = till.outlet_id
    JOIN pos_company company ON company.id = till.company_id
    JOIN sales_shift shift ON shift.till_id = till.id AND shift.closed_at IS NULL
    JOIN customers_loyaltyprogramme programme
        ON programme.company_id = company.id AND programme.is_active
    WHERE till.id = %s FOR NO KEY UPDATE OF till
"""
EARN_POINTS = """
    WITH credited AS (
        UPDATE customers_customer SET points_balance = points_balance + %(points)s
        WHERE id = %(customer)s AND is_active RETURNING id, points_balance
    )
    INSERT INTO customers_pointsentry
        (company_id, customer_id, kind, points, balance_after, amount_per_point,
         source, reason, staff_member_id, entered_at)
    SELECT %(company)s, id, 'earn', %(points)s, points_balance, %(per_point)s,
           %(uid)s, '', %(cashier)s, %(at)s
    FROM credited
"""
LOCK_STOCK = """
    SELECT id, product_id, on_hand FROM pos_stockitem
    WHERE company_id = %s AND outlet_id = %s AND product_id = ANY(%s)
    ORDER BY id FOR NO KEY UPDATE
"""
TAKE_STOCK = """
    UPDATE pos_stockitem SET on_hand = on_hand - issued.quantity
    FROM unnest(%s::bigint[], %s::numeric[]) AS issued(item, quantity)
    WHERE id = issued.item
"""
RECORD_MOVEMENTS = """
    INSERT INTO pos_stockmovement
        (company_id, kind, reason, source, staff_member_id, moved_at, stock_item_id,
         quantity, source_line)
    SELECT %s, 'sale', '', %s, %s, %s, item, -quantity, line
    FROM unnest(%s::bigint[], %s::numeric[], %s::int[])
        AS issued(item, quantity, line)
"""
RECORD_TENDER = """
    INSERT INTO sales_tender
        (company_id, sale_id, position, kind, tendered, change, reference)
    VALUES (%s, %s, 1, 'cash', %s, %s, '')
"""
LINK_AND_COUNT = """
    WITH linked AS (
        INSERT INTO sales_fiscaldocument
            (company_id, till_id, chain_no, kind, sale_id, text, previous_hash, hash)
        VALUES (%(company)s, %(till)s, %(chain_no)s, 'sale', %(sale)s, %(text)s,
                %(previous)s, %(hash)s)
    )
    UPDATE pos_till SET last_sale_number = %(number)s, last_chain_no = %(chain_no)s,
        chain_head = %(hash)s, last_document_at = %(at)s
    WHERE id = %(till)s
"""
FINALIZE_SALE = """
    UPDATE sales_sale SET status = 'finalized', shift_id = %s, cashier_id = %s,
        number = %s, receipt_number = %s, revision = %s, rounding = %s,
        tenders_fingerprint = %s, finalized_at = %s, business_date = %s,
        tax_date = %s, recorded_at = now()
    WHERE id = %s
"""


class RoundTrips:
    """Finalizes a sale of tracked lines for cash, one statement at a time."""

    def __init__(
        self, connection: psycopg.Connection, *, company: int, cashier: tuple[int, UUID]
    ) -> None:
        """``connection`` is in autocommit; ``cashier`` is key and uid."""
        self.execute = connection.cursor().execute
        self.company = company
        self.cashier, self.cashier_uid = cashier

    def finalize(self, uid: UUID, tendered: Decimal) -> None:
        """Afterwards the sale is finished, with everything the service writes."""
        execute, company, cashier = self.execute, self.company, self.cashier
        at = datetime.now(UTC)
        execute("BEGIN")
        sale = execute(LOCK_SALE, [company, uid]).fetchone()
        lines = execute(READ_LINES, [sale[0]]).fetchall()
        if sale[4] != "open" or not lines:
            raise ValueError("not an open sale of tracked lines")
        till = execute(LOCK_TILL, [sale[2]]).fetchone()
        number, chain_no, previous = till[2] + 1, till[3] + 1, till[4]
        receipt_number = f"{till[0]}-S-{number:06d}"
        business_date = at.astimezone(ZoneInfo(till[18])).date()
        total = sale[8]
        rounding = total // till[19] * till[19] - total
        change = tendered - total - rounding
        text = self._text(sale, till, lines, (tendered, change, rounding), at)
        link = hashlib.sha256(f"{previous}{text}".encode()).hexdigest()
        execute(
            EARN_POINTS,
            {
                "points": int(total / till[21]),
                "per_point": till[21],
                "customer": sale[3],
                "company": company,
                "uid": uid,
                "cashier": cashier,
                "at": at,
            },
        )
        self._take_stock(till[5], lines, uid, at)
        execute(RECORD_TENDER, [company, sale[0], tendered, change])
        execute(
            LINK_AND_COUNT,
            {
                "company": company,
                "till": sale[2],
                "chain_no": chain_no,
                "sale": sale[0],
                "text": text,
                "previous": previous,
                "hash": link,
                "number": number,
                "at": at,
            },
        )
        tenders = f'[["cash","{tendered.normalize():f}",""]]'
        fingerprint = hashlib.sha256(tenders.encode()).hexdigest()
        execute(
            FINALIZE_SALE,
            [
                *(till[20], cashier, number, receipt_number, sale[10] + 1, rounding),
                *(fingerprint, at, business_date, business_date, sale[0]),
            ],
        )
        execute("COMMIT")

    def _take_stock(self, outlet: int, lines: list, uid: UUID, at: datetime) -> None:
        wanted: dict[int, Decimal] = defaultdict(Decimal)
        for line in lines:
            wanted[line[11]] += line[5]
        rows = self.execute(LOCK_STOCK, [self.company, outlet, [*wanted]]).fetchall()
        items = {product: item for item, product, _on_hand in rows}
        keys = [items[product] for product in wanted]
        self.execute(TAKE_STOCK, [keys, [*wanted.values()]])
        self.execute(
            RECORD_MOVEMENTS,
            [
                *(self.company, uid, self.cashier, at),
                [items[line[11]] for line in lines],
                [line[5] for line in lines],
                [line[0] for line in lines],
            ],
        )

    def _text(
        self,
        sale: tuple,
        till: tuple,
        lines: list[tuple],
        money: tuple[Decimal, Decimal, Decimal],
        at: datetime,
    ) -> str:
        """The canonical text, as the service writes it."""
        tendered, change, rounding = money
        document: dict[str, Any] = {
            "company": till[10:13],
            "gst": [till[13], str(till[14])],
            "address": till[8],
            "phone": till[9],
            "header": till[15],
            "footer": till[16],
            "outlet": till[6:8],
            "till": till[:2],
            "cashier": str(self.cashier_uid),
            "chain_no": till[3] + 1,
            "kind": sale[5],
            "number": f"{till[0]}-S-{till[2] + 1:06d}",
            "original": "",
            "approved_by": "",
            "uid": str(sale[1]),
            "at": at.isoformat(),
            "business_date": at.astimezone(ZoneInfo(till[18])).date().isoformat(),
            "currency": till[17],
            "prices_include_tax": sale[6],
            "tax_basis": sale[7],
            "total": str(sale[8]),
            "net": str(sale[9]),
            "discount": [str(sale[11]), str(sale[12])],
            "points": [sale[13], str(sale[14])],
            "rounding": str(rounding),
            "lines": [
                [
                    *(*line[:5], str(line[5]), str(line[6]), line[7], str(line[8])),
                    *(str(line[9]), str(line[10])),
                    *(*map(str, line[12:16]), None),
                ]
                for line in lines
            ],
            "tenders": [["cash", f"{tendered:.3f}", str(change), "", False, False]],
        }
        text = json.dumps(
            document, ensure_ascii=False, separators=(",", ":"), sort_keys=True
        )
        return f'{{"v":1,{text[1:]}'
