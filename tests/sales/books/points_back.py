"""Points that a refund of the traded shop takes back."""

from django.utils.timezone import now

from customers.models import Customer, PointsEntry
from customers.points.ledger import post_points
from pos.models import StaffMember
from sales.models import Sale


def give_points_back(refund: Sale, actor: StaffMember) -> None:
    earned = PointsEntry.objects.get(source=refund.original.uid, kind="earn")
    refunds = refund.original.refunds.values_list("uid", flat=True)
    back = PointsEntry.objects.filter(source__in=list(refunds), kind="reverse")
    given_back = refund.total + sum(
        r.total for r in refund.original.refunds.filter(status="finalized")
    )
    left = int((refund.original.total + given_back) // earned.amount_per_point)
    points = left - earned.points - sum(entry.points for entry in back)
    if points:
        post_points(
            entry=PointsEntry(
                company=refund.company,
                customer=Customer.objects.get(pk=refund.customer_id),
                kind="reverse",
                points=points,
                source=refund.uid,
                staff_member=actor,
                entered_at=now(),
            )
        )
