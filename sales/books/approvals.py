"""Checks of approvals: each is of an act that was done, and none is missing."""

from sales.books.check import Check

# The uid of the act that an audit entry is of, where that is not its subject's.
_UID = """CASE said.act
                   WHEN 'tender_corrected' THEN (
                       SELECT correction.uid FROM sales_tendercorrection correction
                       WHERE correction.company_id = said.company_id
                           AND correction.corrected_at = said.happened_at LIMIT 1)
                   WHEN 'part_payment_given_back' THEN (
                       SELECT part.uid FROM sales_partpayment part
                       WHERE part.company_id = said.company_id
                           AND part.event = 'given_back'
                           AND part.happened_at = said.happened_at LIMIT 1)
                   ELSE said.subject_key::uuid END"""

CHECKS = (
    Check(
        "I160",
        "An approval is of an act that was done by who asked for it, above their limit,"
        " with somebody else's consent, whom the act names.",
        """
        SELECT approval.company_id, approval.act || ' ' || approval.uid,
               ROW(approval.requested, approval.limit_passed, approval.requested_by_id,
                   approval.approved_by_id, act.done_by, act.approver, act.amount)::text
        FROM pos_approval approval
        LEFT JOIN LATERAL (
            SELECT operation.staff_member_id AS done_by, NULL::bigint AS approver,
                   NULL::numeric AS amount
            FROM sales_saleoperation operation
            WHERE operation.company_id = approval.company_id
                AND operation.uid = approval.uid
                AND operation.kind IN ('discount_line', 'discount_sale',
                    'override_price', 'remove', 'clear')
                AND operation.result -> 'is_approved' = 'true'
            UNION ALL
            SELECT refund.cashier_id, refund.approved_by_id, NULL
            FROM sales_sale refund
            WHERE refund.company_id = approval.company_id
                AND refund.uid = approval.uid
                AND refund.kind = 'refund' AND refund.status = 'finalized'
            UNION ALL
            SELECT voided.voided_by_id, voided.approved_by_id, (
                       SELECT count(*) FROM sales_saleline line
                       WHERE line.sale_id = voided.id)
            FROM sales_sale voided
            WHERE voided.company_id = approval.company_id
                AND voided.uid = approval.uid
                AND voided.status = 'voided' AND approval.act = 'void'
            UNION ALL
            SELECT print.staff_member_id, print.approved_by_id, print.copy_number
            FROM sales_receiptprint print
            WHERE print.company_id = approval.company_id AND print.uid = approval.uid
            UNION ALL
            SELECT move.staff_member_id, move.approved_by_id,
                   CASE WHEN move.amount < 0 THEN -move.amount END
            FROM sales_cashmovement move
            WHERE move.company_id = approval.company_id AND move.uid = approval.uid
            UNION ALL
            SELECT correction.staff_member_id, correction.approved_by_id,
                   correction.amount
            FROM sales_tendercorrection correction
            WHERE correction.company_id = approval.company_id
                AND correction.uid = approval.uid
            UNION ALL
            SELECT part.staff_member_id, part.approved_by_id, -part.amount
            FROM sales_partpayment part
            WHERE part.company_id = approval.company_id AND part.uid = approval.uid
                AND part.event = 'given_back' AND approval.act = 'overdraft'
            UNION ALL
            SELECT paid.cashier_id, (
                       SELECT max(used.approved_by_id) FROM sales_partpayment used
                       WHERE used.sale_id = paid.id AND used.event = 'used'), NULL
            FROM sales_sale paid
            WHERE paid.company_id = approval.company_id AND paid.uid = approval.uid
                AND paid.kind = 'sale' AND paid.status = 'finalized'
                AND approval.act = 'overdraft'
            UNION ALL
            SELECT counted.staff_member_id, counted.approved_by_id, NULL
            FROM sales_cashcount counted
            WHERE counted.company_id = approval.company_id
                AND counted.uid = approval.uid
            UNION ALL
            SELECT shift.closed_by_id, shift.approved_by_id,
                   CASE WHEN approval.act = 'variance' THEN abs(shift.variance) END
            FROM sales_shift shift
            WHERE shift.company_id = approval.company_id AND shift.uid = approval.uid
                AND shift.closed_at IS NOT NULL
        ) act ON true
        WHERE (act.done_by IS DISTINCT FROM approval.requested_by_id
                OR act.approver <> approval.approved_by_id
                OR act.amount <> approval.requested
                OR approval.approved_by_id = approval.requested_by_id
                OR approval.requested <= approval.limit_passed
                OR approval.requested = 'NaN')
            /*company approval*/ /*added approval pos_approval*/
        """,
    ),
    Check(
        "I161",
        "What somebody else agreed to has its approval: a discount, a price changed by"
        " hand, lines taken off, a copy of a receipt, and a void, cash out, a drop, a"
        " no-sale, a correction, a recount, a close, a refund and cash that the drawer"
        " lacked, that no command did.",
        f"""
        SELECT act.company_id, act.what || ' ' || act.uid,
               ROW(act.done_by, act.approver)::text
        FROM (
            SELECT operation.company_id, operation.kind::text AS what, operation.uid,
                   operation.staff_member_id AS done_by, NULL::bigint AS approver,
                   NULL::text AS passed
            FROM sales_saleoperation operation
            WHERE operation.kind IN ('discount_line', 'discount_sale',
                    'override_price', 'remove', 'clear')
                AND operation.result -> 'is_approved' = 'true'
                /*company operation*/ /*of_sales operation.sale_id*/
            UNION ALL
            SELECT print.company_id, 'print', print.uid, print.staff_member_id,
                   print.approved_by_id, NULL
            FROM sales_receiptprint print
            WHERE print.approved_by_id IS NOT NULL
                /*company print*/ /*of_sales print.sale_id*/
            UNION ALL
            SELECT said.company_id, said.act, {_UID},
                   said.staff_member_id, said.approved_by_id, NULL
            FROM pos_auditentry said
            WHERE said.subject_kind IN ('sales.cashmovement', 'sales.cashcount',
                    'sales.shift', 'sales.sale')
                AND said.act IN ('pay_out', 'drop', 'no_sale', 'tender_corrected',
                    'cash_counted', 'shift_closed', 'basket_voided')
                AND said.approved_by_id <> said.staff_member_id
                AND said.text LIKE '%"source":"","subject":%'
                AND said.recorded_at < said.happened_at + interval '1 minute'
                AND said.happened_at < said.recorded_at + interval '1 minute'
                /*company said*/ /*added said pos_auditentry*/
            UNION ALL
            SELECT said.company_id, said.act, {_UID},
                   said.staff_member_id, said.approved_by_id, passed.act
            FROM pos_auditentry said
            CROSS JOIN LATERAL regexp_split_to_table(
                said.text::jsonb -> 'facts' ->> 'limits', ' ') AS passed(act)
            WHERE said.act IN ('sale_refunded', 'shift_closed', 'tender_corrected',
                    'pay_out', 'drop', 'no_sale', 'part_payment_given_back',
                    'overdraft_approved')
                AND said.text LIKE '%"limits":"%'
                /*company said*/ /*added said pos_auditentry*/
        ) act
        WHERE NOT EXISTS (
            SELECT 1 FROM pos_approval approval
            WHERE approval.company_id = act.company_id AND approval.uid = act.uid
                AND coalesce(act.passed = approval.act, true)
        )
        """,  # noqa: S608  our own names
    ),
)
