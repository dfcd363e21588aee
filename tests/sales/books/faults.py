"""Faults: one for each check, made as with the password of the database."""

FIRST = "(SELECT min(id) FROM sales_sale WHERE status = 'finalized' AND kind = 'sale')"
LINE = f"(SELECT min(id) FROM sales_saleline WHERE sale_id = {FIRST})"
DOCUMENT = "(SELECT min(id) FROM sales_fiscaldocument)"
A_CARD = "'4111 1111 1111 1111'"


def update_sale(change: str, which: str = f"id = {FIRST}") -> str:
    return f"UPDATE sales_sale SET {change} WHERE {which}"


def update_line(change: str, which: str = f"id = {LINE}") -> str:
    return f"UPDATE sales_saleline SET {change} WHERE {which}"


def update_tender(change: str) -> str:
    first = "(SELECT min(id) FROM sales_tender)"
    return f"UPDATE sales_tender SET {change} WHERE id = {first}"


def update_points_entry(change: str, kind: str) -> str:
    return f"UPDATE customers_pointsentry SET {change} WHERE kind = '{kind}'"


# Statements by the check that must see what they do.
FAULTS: dict[str, tuple[str, ...]] = {
    "I01": (update_sale("total = total + 1, net_total = net_total + 1"),),
    "I02": (
        "ALTER TABLE sales_sale ALTER COLUMN due DROP EXPRESSION",
        update_sale("due = due + 1"),
    ),
    "I03": ("DELETE FROM sales_tender WHERE id = (SELECT min(id) FROM sales_tender)",),
    "I04": (
        "UPDATE sales_tender SET change = 1, tendered = tendered + 1"
        " WHERE kind = 'card'",
    ),
    "I05": (
        update_line("list_amount = list_amount + 1, line_discount = line_discount + 1"),
    ),
    "I06": (update_line("net_total = net_total + 0.01"),),
    "I07": (update_sale("net_total = net_total - 0.01"),),
    "I08": (update_sale("line_count = line_count + 1"),),
    "I09": (update_line("quantity = 'NaN'"),),
    "I10": (update_sale("rounding = -0.07"),),
    "I11": ("UPDATE pos_company SET currency = 'MYR'",),
    "I12": ("UPDATE pos_stockitem SET on_hand = on_hand + 1",),
    "I13": (
        "DELETE FROM pos_stockmovement WHERE id ="
        " (SELECT max(id) FROM pos_stockmovement WHERE kind = 'sale')",
    ),
    "I14": ("DELETE FROM pos_stockmovement WHERE kind = 'write_off'",),
    "I15": (
        "UPDATE pos_stockmovement SET source = gen_random_uuid() WHERE kind = 'sale'",
    ),
    "I16": ("UPDATE customers_customer SET points_balance = points_balance + 1",),
    "I17": (
        update_points_entry(
            "source = (SELECT uid FROM sales_sale WHERE customer_id IS NULL"
            " AND status = 'finalized' ORDER BY id DESC LIMIT 1)",
            "earn",
        ),
    ),
    "I18": (update_points_entry("points = points - 100", "reverse"),),
    "I19": (update_line("refunded_quantity = quantity + 1"),),
    "I20": (update_line("refunded_total = refunded_total - 0.01"),),
    "I21": (
        update_sale("original_id = NULL, approved_by_id = NULL", "kind = 'refund'"),
    ),
    "I22": (update_sale("rounding = rounding - 1", "kind = 'refund'"),),
    "I23": (update_line("unit_price = unit_price + 1", "quantity < 0"),),
    "I24": (
        "UPDATE sales_tender SET is_alternative_method = true WHERE tendered < 0",
        update_sale("approved_by_id = NULL", "kind = 'refund'"),
    ),
    "I25": (update_sale("number = number + 1", "number = 3"),),
    "I26": ("UPDATE pos_till SET last_sale_number = last_sale_number + 1",),
    "I27": (
        f"UPDATE sales_fiscaldocument SET text = text || ' ' WHERE id = {DOCUMENT}",
    ),
    "I28": (update_line("name = name || '!'"),),
    "I29": (update_sale("number = 3 - number", "kind = 'sale' AND number IN (1, 2)"),),
    "I30": (
        "UPDATE sales_shift SET expected_cash = expected_cash + 1"
        " WHERE closed_at IS NOT NULL",
    ),
    "I31": ("UPDATE sales_shift SET variance_reason = ''",),
    "I32": ("UPDATE sales_shift SET closed_at = NULL",),
    "I33": ("UPDATE sales_shift SET opened_at = opened_at + interval '1 hour'",),
    "I34": ("UPDATE sales_zreport SET grand_total = grand_total + 1",),
    "I35": (
        "UPDATE sales_zreport SET total = total + 1, grand_total = grand_total + 1",
    ),
    "I36": (update_line("uid = (SELECT max(uid::text)::uuid FROM sales_saleline)"),),
    "I37": (
        "DELETE FROM sales_saleoperation"
        " WHERE id = (SELECT min(id) FROM sales_saleoperation)",
    ),
    "I38": (update_sale("tenders_fingerprint = repeat('0', 64)"),),
    "I39": ("UPDATE sales_tender SET is_pending = false",),
    "I40": (update_sale("status = 'open'"),),
    "I42": (
        update_sale(
            "cashier_id = (SELECT id FROM pos_staffmember person"
            " WHERE person.company_id <> sales_sale.company_id LIMIT 1)"
        ),
    ),
    "I43": ("UPDATE sales_tender SET company_id = (SELECT min(id) FROM pos_company)",),
    # One day less is right before noon, and two are until the day begins in UTC too.
    "I45": (update_sale("business_date = business_date - 3"),),
    "I140": ("UPDATE pos_taxrate SET rate = rate + 0.01 WHERE tax_code = 'SR'",),
    "I141": (update_sale("tax_date = tax_date - 1"),),
    "I142": (update_line("base_price = base_price + 1"),),
    "I143": (
        update_line(
            "price_source = 'override', price_reason = 'x', priced_by_id ="
            " (SELECT cashier_id FROM sales_sale WHERE id = sale_id)"
        ),
    ),
    "I144": (
        update_sale("device_id = (SELECT min(id) FROM pos_device)"),
        "UPDATE pos_device SET till_id = till_id + 1",
    ),
    "I145": (update_line("containers = 1, deposit_rate = 7, deposit = 7 * quantity"),),
    "I146": (update_tender("kind = 'mail'"),),
    "I147": ("UPDATE sales_tender SET kind = 'cdc', reference = 'A1'",),
    "I148": (
        "UPDATE sales_tender SET kind = 'cdc' WHERE sale_id IN"
        " (SELECT id FROM sales_sale WHERE kind = 'refund')",
    ),
    "I149": (
        "UPDATE sales_tender SET kind = 'cdc', reference = 'A1' WHERE sale_id IN"
        " (SELECT id FROM sales_sale WHERE kind = 'refund')",
    ),
    "I160": ("UPDATE pos_approval SET uid = gen_random_uuid()",),
    "I161": ("DELETE FROM pos_approval",),
    "I170": (update_line("minimum_age = 18"),),
    "I171": (
        update_sale(
            "confirmed_age = 18, age_confirmed_by_id = cashier_id,"
            " age_confirmed_at = opened_at"
        ),
    ),
    "I46": (update_sale("recorded_at = now() + interval '1 day'"),),
    "I47": (update_sale(f"note = {A_CARD}"),),
    "I49": ("UPDATE pos_auditentry SET act = 'sign_in' WHERE act = 'basket_voided'",),
    "I50": ("UPDATE pos_auditentry SET number = number + 1",),
    "I150": ("UPDATE pos_auditentry SET text = text || ' '",),
    "I151": ("UPDATE pos_auditentry SET act = 'sign_out'",),
    "I152": ("DELETE FROM pos_auditpersonal",),
    "I153": ("UPDATE pos_product SET price = price + 1",),
    "I51": ("UPDATE pos_staffmember SET password = 'secret'",),
    "I53": ("ALTER TABLE sales_tender DISABLE TRIGGER sales_tender_is_permanent",),
    "I54": ("ALTER TABLE sales_tender DROP CONSTRAINT sales_tender_sale_of_company",),
    "I55": (update_sale("total = total + 1", "status = 'open'"),),
    "I56": (update_sale("number = 9", "status = 'parked'"),),
    "I57": (update_line("refunded_quantity = 1", "removed_by IS NOT NULL"),),
    "I58": (update_line("total = total + 0.001"),),
    "I59": (update_line("net_total = total + 1"),),
    "I60": ("UPDATE sales_tender SET position = position + 1",),
    "I61": (
        "UPDATE pos_stockmovement SET quantity = -quantity WHERE kind = 'receive'",
    ),
    "I62": (update_points_entry("balance_after = balance_after + 1", "adjust"),),
    "I63": (update_sale("receipt_number = 'X'"),),
    "I64": ("DELETE FROM sales_receiptprint WHERE copy_number = 0",),
    "I65": (
        f"UPDATE sales_fiscaldocument SET text = text || ' ' WHERE id = {DOCUMENT}",
    ),
    "I66": (f"UPDATE sales_fiscaldocument SET sale_id = NULL WHERE id = {DOCUMENT}",),
    "I67": ("DROP TRIGGER sales_tender_is_permanent ON sales_tender",),
    "I68": ("ALTER TABLE sales_tender DROP CONSTRAINT only_cash_gives_change",),
    "I69": (update_line("line_discount = line_discount + 1"),),
    "I70": (
        update_line(
            "line_discount = line_discount + 1, list_amount = list_amount + 1",
            "discount_rate > 0",
        ),
    ),
    "I71": (update_line("sale_discount = sale_discount + 0.01"),),
    "I72": (update_sale("discount_reason = ''"),),
    "I73": (update_line("refunded_total = refunded_total - 0.01"),),
    "I74": ("UPDATE sales_tender SET kind = 'nets' WHERE tendered < 0",),
    "I75": ("UPDATE sales_tender SET kind = 'exchange' WHERE tendered < 0",),
    "I76": ("UPDATE sales_tendercorrection SET amount = amount + 1",),
    "I77": ("UPDATE sales_cashmovement SET amount = -amount",),
    "I78": ("UPDATE sales_cashcount SET total = total + 1 WHERE moment = 'closing'",),
    "I79": ("UPDATE sales_cashcount SET pieces = '{\"50\": 3}'",),
    "I80": (
        "UPDATE sales_zreport SET figures = jsonb_set(figures, '{total}', '\"1.000\"')",
    ),
    "I95": (
        "UPDATE sales_zreport SET figures ="
        " jsonb_set(figures, '{cash,since_last_count}', '\"1.000\"')",
    ),
    "I81": (
        "UPDATE sales_zreport SET figures = jsonb_set(figures, '{tenders}', '[]')",
    ),
    "I82": ("UPDATE sales_zreport SET report_number = 'X'",),
    "I83": (
        "UPDATE sales_fiscaldocument"
        """ SET text = regexp_replace(text, '"gst":."[^"]*"', '"gst":[""')""",
    ),
    "I84": (update_sale("void_reason = ''", "status = 'voided'"),),
    "I85": (update_points_entry("points = points + 1", "earn"),),
    "I86": (update_points_entry("points = points - 1", "redeem"),),
    "I87": (update_points_entry("balance_after = -1", "redeem"),),
    "I124": ("UPDATE pos_stockmovement SET staff_member_id = NULL",),
    "I125": ("UPDATE sales_cashmovement SET moved_at = moved_at - interval '1 day'",),
    "I126": (
        "UPDATE sales_receiptprint SET printed_at = printed_at - interval '1 day'",
    ),
    "I127": (
        "UPDATE pos_stockmovement SET counted = counted + 1 WHERE kind = 'count'",
    ),
    "I128": (
        update_sale(
            "customer_id = (SELECT min(id) FROM customers_customer customer"
            " WHERE customer.company_id = sales_sale.company_id)",
            "customer_id IS NULL AND status = 'finalized' AND shift_id IN"
            " (SELECT id FROM sales_shift WHERE closed_at IS NULL)",
        ),
    ),
    "I129": (update_points_entry("points = points + 1", "reverse"),),
    "I130": (update_points_entry("reason = ''", "adjust"),),
    "I131": (update_sale("customer_id = NULL", "kind = 'refund'"),),
    "I132": ("UPDATE sales_saleoperation SET kind = 'x'",),
    "I133": ("UPDATE sales_cashcount SET counted_at = counted_at - interval '1 s'",),
    "I120": (
        "INSERT INTO sales_cashmovement (uid, company_id, shift_id, kind, amount,"
        " reason, staff_member_id, moved_at, recorded_at)"
        " SELECT gen_random_uuid(), company_id, shift_id, moved.kind, moved.amount,"
        " 'x', staff_member_id, moved_at, recorded_at FROM sales_cashmovement,"
        " (VALUES ('pay_in', 50), ('pay_out', -50)) moved (kind, amount)",
    ),
    "I121": (
        "UPDATE sales_shift SET variance_reason = 'x' WHERE closed_at IS NOT NULL",
    ),
    "I122": (
        "UPDATE sales_cashmovement SET recorded_at = recorded_at + interval '1 day'",
    ),
    "I88": (
        "UPDATE sales_tendercorrection SET tender_id ="
        " (SELECT tender_id FROM sales_tenderconfirmation), kind_after = 'card'",
    ),
    "I89": ("DROP TRIGGER sales_tender_balances ON sales_tender",),
    "I90": ("GRANT UPDATE ON sales_tender TO tillkeeper_app",),
    "I110": ("UPDATE sales_partpayment SET amount = amount - 1 WHERE event = 'used'",),
    "I111": (update_sale("held_amount = held_amount + 1", "status = 'open'"),),
    "I112": ("UPDATE sales_partpayment SET tender_id = NULL WHERE event = 'used'",),
    "I113": ("UPDATE sales_zreport SET figures = figures - 'held'",),
    "I190": ("DELETE FROM sales_shifthour",),
    "I191": ("UPDATE sales_shifthour SET cost = cost + 1",),
    "I192": ("UPDATE sales_shifttax SET documents = documents + 1",),
    "I193": ("DELETE FROM sales_shifttender WHERE kind = 'card'",),
    "I194": ("UPDATE sales_shiftreason SET count = count + 1 WHERE what = 'void'",),
    "I195": ("UPDATE sales_productmonth SET quantity = quantity + 1",),
}

# What else can be done to a chain; each is seen by SQL (I27) and by Python (I65).
CHAIN_FAULTS: dict[str, tuple[str, ...]] = {
    "a document is changed": FAULTS["I27"],
    "a document is changed, and its hash with it": (
        "UPDATE sales_fiscaldocument SET text = text || ' ', hash = encode(sha256("
        "convert_to(previous_hash || text || ' ', 'UTF8')), 'hex')"
        f" WHERE id = {DOCUMENT}",
    ),
    "a document is removed": (
        f"DELETE FROM sales_fiscaldocument WHERE id = {DOCUMENT} + 1",
    ),
    "a document is put in between": (
        "UPDATE sales_fiscaldocument SET chain_no = chain_no + 1 WHERE chain_no > 1",
        "INSERT INTO sales_fiscaldocument (company_id, till_id, chain_no, kind, text,"
        " previous_hash, hash) SELECT company_id, till_id, 2, kind, '{}', hash,"
        " encode(sha256(convert_to(hash || '{}', 'UTF8')), 'hex')"
        " FROM sales_fiscaldocument WHERE chain_no = 1",
    ),
    "two documents change places": (
        "UPDATE sales_fiscaldocument SET chain_no = 3 - chain_no"
        " WHERE chain_no IN (1, 2)",
    ),
    "the last document is cut off": (
        "DELETE FROM sales_fiscaldocument"
        " WHERE chain_no = (SELECT max(chain_no) FROM sales_fiscaldocument)",
    ),
    "the whole chain is cut off": ("DELETE FROM sales_fiscaldocument",),
    "the till's head is another": ("UPDATE pos_till SET chain_head = repeat('f', 64)",),
}
