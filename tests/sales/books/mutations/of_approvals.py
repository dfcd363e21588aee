"""Mutations of approvals: who agreed to what, and for whom."""

from tests.sales.books.mutations.sql import (
    A_STRANGER,
    copy,
    delete,
    mutation,
    select_id,
    update,
)

APPROVAL = select_id("pos_approval", "act = 'price_override'")
ACTS = (
    *("cash_out", "no_sale", "variance", "recount", "void", "reprint", "correction"),
    "refund_without_receipt",
)
OF_CLEAR = "uid IN (SELECT uid FROM sales_saleoperation WHERE kind = 'clear')"
OPERATION = select_id(
    "sales_saleoperation", "result -> 'is_approved' = 'true'", order="seq"
)


def update_approval(change: str) -> str:
    return update("pos_approval", change, APPROVAL)


OF_APPROVALS = {
    "an approval is deleted": mutation("I161", delete("pos_approval", APPROVAL)),
    **{
        f"an approval of {act} is deleted": mutation(
            "I161", delete("pos_approval", select_id("pos_approval", f"act = '{act}'"))
        )
        for act in ACTS
    },
    "an approval of a clear is deleted": mutation(
        "I161", delete("pos_approval", select_id("pos_approval", OF_CLEAR))
    ),
    **{
        f"only the approval of an overdraft by {of} is deleted": mutation(
            "I161",
            delete(
                "pos_approval",
                select_id(
                    "pos_approval",
                    f"act = 'overdraft' AND uid IN (SELECT uid FROM {table})",
                ),
            ),
        )
        for of, table in (
            ("a refund", "sales_sale"),
            ("a cash movement", "sales_cashmovement"),
        )
    },
    "an approval of a void is of other lines": mutation(
        "I160",
        update(
            "pos_approval",
            "requested = requested + 1",
            select_id("pos_approval", "act = 'void'"),
        ),
    ),
    "an approval of a copy is of another copy": mutation(
        "I160",
        update(
            "pos_approval",
            "requested = requested + 1",
            select_id("pos_approval", "act = 'reprint'"),
        ),
    ),
    "a print says that nobody approved it": mutation(
        "I160",
        update(
            "sales_receiptprint",
            "approved_by_id = staff_member_id",
            select_id("sales_receiptprint", "approved_by_id IS NOT NULL"),
        ),
    ),
    "an approval of a variance is of another amount": mutation(
        "I160",
        update(
            "pos_approval",
            "requested = requested + 1",
            select_id("pos_approval", "act = 'variance'"),
        ),
    ),
    "an approval is of another act": mutation(
        "I160 I161", update_approval("uid = gen_random_uuid()")
    ),
    "an approval is there twice": mutation(
        "I160", copy("pos_approval", APPROVAL, uid="gen_random_uuid()")
    ),
    "an approval is of what is within the limit": mutation(
        "I160", update_approval("requested = limit_passed")
    ),
    "an approval is the requester's own": mutation(
        "I160", update_approval("approved_by_id = requested_by_id")
    ),
    "an approval was asked for by the approver": mutation(
        "I160", update_approval("requested_by_id = approved_by_id")
    ),
    "an approval is by a person of another company": mutation(
        "I42", update_approval(f"approved_by_id = {A_STRANGER}")
    ),
    "an act says that nobody approved it": mutation(
        "I160",
        update(
            "sales_saleoperation",
            "result = jsonb_set(result, '{is_approved}', 'false')",
            OPERATION,
        ),
    ),
}
