"""One statement: the writes of a finalization in a single SQL statement.

The parts refer to each other where the order matters: the tender must be there
before the sale is finished, for a finished sale takes no more.
"""

import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import psycopg

STATEMENT = """
WITH sale AS (
    SELECT * FROM sales_sale
    WHERE company_id = %(company)s AND uid = %(uid)s AND status = 'open'
    FOR NO KEY UPDATE
), line AS (
    SELECT line.* FROM sale
    JOIN sales_saleline line ON line.sale_id = sale.id AND line.removed_by IS NULL
    JOIN pos_product product ON product.id = line.product_id
        AND product.is_active AND product.is_tracked
), till AS (
    SELECT till.*, shift.id AS shift_id, programme.amount_per_point,
           outlet.code AS outlet_code, outlet.name AS outlet_name, outlet.address,
           outlet.phone, company.code AS company_code, company.name AS company_name,
           company.registration_number, company.gst_number, company.gst_registered_on,
           company.receipt_header, company.receipt_footer, company.currency,
           -mod(sale.total, company.cash_rounding_step) AS rounding,
           (%(at)s::timestamptz AT TIME ZONE company.time_zone)::date AS business_date
    FROM sale
    JOIN pos_till till ON till.id = sale.till_id
    JOIN pos_outlet outlet ON outlet.id = till.outlet_id
    JOIN pos_company company ON company.id = till.company_id
    JOIN sales_shift shift ON shift.till_id = till.id AND shift.closed_at IS NULL
    JOIN customers_loyaltyprogramme programme
        ON programme.company_id = company.id AND programme.is_active
    FOR NO KEY UPDATE OF till
), written AS (
    SELECT concat(
        '{"v":1,"address":', to_json(address), ',"approved_by":"","at":"',
        %(at_text)s::text, '","business_date":"', till.business_date, '","cashier":"',
        %(cashier_uid)s::text, '","chain_no":', last_chain_no + 1, ',"company":["',
        company_code, '",', to_json(company_name), ',"', registration_number,
        '"],"currency":"', currency, '","discount":["', discount_rate, '","',
        discount_amount, '"],"footer":', to_json(receipt_footer),
        ',"gst":["', gst_number, '","', gst_registered_on, '"],"header":',
        to_json(receipt_header), ',"kind":"',
        sale.kind, '","lines":[',
        (SELECT string_agg(concat('[', position, ',"', sku, '",', to_json(name), ',',
            to_json(second_name), ',"', unit, '","', quantity, '","', unit_price,
            '","', tax_code, '","', tax_rate, '","', total, '","', net_total, '","',
            list_amount, '","', line_discount, '","', sale_discount, '","',
            points_discount, '",null]'),
            ',' ORDER BY position) FROM line),
        '],"net":"', net_total, '","number":"', code, '-S-',
        lpad((last_sale_number + 1)::text, 6, '0'), '","original":"","outlet":["',
        outlet_code, '",', to_json(outlet_name), '],"phone":', to_json(phone),
        ',"points":[', points_redeemed, ',"', points_value, '"],"prices_include_tax":',
        prices_include_tax::text, ',"rounding":"', till.rounding, '","tax_basis":"',
        tax_rounding, '","tenders":[["cash","', %(tendered)s::numeric(14, 3), '","',
        %(tendered)s::numeric - total - till.rounding, '","",false,false]],"till":["',
        code, '",', to_json(till.name), '],"total":"', total, '","uid":"', sale.uid,
        '"}') AS text
    FROM sale, till
), linked AS (
    INSERT INTO sales_fiscaldocument
        (company_id, till_id, chain_no, kind, sale_id, text, previous_hash, hash)
    SELECT till.company_id, till.id, last_chain_no + 1, 'sale', sale.id, text,
           chain_head,
           encode(sha256(convert_to(concat(chain_head, text), 'UTF8')), 'hex')
    FROM sale, till, written
    RETURNING sale_id, hash
), tendered AS (
    INSERT INTO sales_tender
        (company_id, sale_id, position, kind, tendered, change, reference)
    SELECT sale.company_id, sale.id, 1, 'cash', %(tendered)s,
           %(tendered)s - total - till.rounding, ''
    FROM sale, till
    RETURNING sale_id
), finished AS (
    UPDATE sales_sale finished
    SET status = 'finalized', shift_id = till.shift_id, cashier_id = %(cashier)s,
        number = last_sale_number + 1,
        receipt_number =
            concat(code, '-S-', lpad((last_sale_number + 1)::text, 6, '0')),
        revision = revision + 1, rounding = till.rounding,
        tenders_fingerprint = %(fingerprint)s, finalized_at = %(at)s,
        business_date = till.business_date, tax_date = till.business_date,
        recorded_at = now()
    FROM till, linked, tendered
    WHERE finished.id = tendered.sale_id AND finished.id = linked.sale_id
    RETURNING finished.id
), counted AS (
    UPDATE pos_till counted
    SET last_sale_number = till.last_sale_number + 1,
        last_chain_no = till.last_chain_no + 1, chain_head = linked.hash,
        last_document_at = %(at)s
    FROM till, linked WHERE counted.id = till.id
), credited AS (
    UPDATE customers_customer credited
    SET points_balance = points_balance + trunc(total / amount_per_point)
    FROM sale, till WHERE credited.id = sale.customer_id AND credited.is_active
    RETURNING credited.id, points_balance, amount_per_point,
              trunc(total / amount_per_point) AS points
), earned AS (
    INSERT INTO customers_pointsentry
        (company_id, customer_id, kind, points, balance_after, amount_per_point,
         source, reason, staff_member_id, entered_at)
    SELECT %(company)s, id, 'earn', points, points_balance, amount_per_point, %(uid)s,
           '', %(cashier)s, %(at)s
    FROM credited
), item AS (
    SELECT item.id, item.product_id FROM pos_stockitem item
    WHERE item.company_id = %(company)s
        AND item.outlet_id = (SELECT outlet_id FROM till)
        AND item.product_id = ANY(ARRAY(SELECT product_id FROM line))
    ORDER BY item.id FOR NO KEY UPDATE
), taken AS (
    UPDATE pos_stockitem taken SET on_hand = on_hand - issued.quantity
    FROM (SELECT item.id, sum(quantity) AS quantity
          FROM line JOIN item USING (product_id) GROUP BY item.id) issued
    WHERE taken.id = issued.id
), moved AS (
    INSERT INTO pos_stockmovement
        (company_id, kind, reason, source, staff_member_id, moved_at, stock_item_id,
         quantity, source_line)
    SELECT %(company)s, 'sale', '', %(uid)s, %(cashier)s, %(at)s, item.id, -quantity,
           position
    FROM line JOIN item USING (product_id)
)
SELECT id FROM finished
"""


class OneStatement:
    """Finalizes a sale of tracked lines for cash in one round trip."""

    def __init__(
        self, connection: psycopg.Connection, *, company: int, cashier: tuple[int, UUID]
    ) -> None:
        """``connection`` is in autocommit; ``cashier`` is key and uid."""
        self.execute = connection.cursor().execute
        self.constants = {
            "company": company,
            "cashier": cashier[0],
            "cashier_uid": cashier[1],
        }

    def finalize(self, uid: UUID, tendered: Decimal) -> None:
        """Afterwards the sale is finished, with everything the service writes."""
        at = datetime.now(UTC)
        tenders = f'[["cash","{tendered.normalize():f}",""]]'
        found = self.execute(
            STATEMENT,
            self.constants
            | {
                "uid": uid,
                "tendered": tendered,
                "at": at,
                "at_text": at.isoformat(),
                "fingerprint": hashlib.sha256(tenders.encode()).hexdigest(),
            },
        )
        if found.fetchone() is None:
            raise ValueError("not an open sale of tracked lines")
