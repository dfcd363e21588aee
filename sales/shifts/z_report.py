"""Z report: makes the report of a shift that is being closed."""

from pos.models import Till
from sales.checkout.fiscal_text import z_report_text
from sales.checkout.numbering import append_to_chain
from sales.models import CashCount, FiscalDocument, Shift, ZReport
from sales.shifts.figures import as_json
from sales.shifts.summary import sum_shift


def make_z_report(shift: Shift, *, till: Till, count: CashCount) -> ZReport:
    """Number the Z report, save its figures, and link it into the till's chain.

    The caller holds the till's lock and has closed the shift in the same
    transaction.
    """
    assert shift.closed_at is not None
    figures = sum_shift(shift)
    till.note_document(shift.closed_at)
    till.last_z_number += 1
    z_report = ZReport.objects.create(
        company_id=till.company_id,
        till=till,
        shift=shift,
        number=till.last_z_number,
        report_number=f"{till.code}-Z-{till.last_z_number:06d}",
        total=figures.total,
        tax_total=figures.tax,
        rounding=figures.rounding,
        grand_total=figures.grand_total,
        figures=as_json(figures),
    )
    text = z_report_text(
        z_report=z_report,
        shift=shift,
        till=till,
        chain_no=till.last_chain_no + 1,
        pieces=count.pieces,
    )
    document = FiscalDocument(
        kind=FiscalDocument.Kind.Z_REPORT, z_report=z_report, text=text
    )
    append_to_chain(document, till=till).save(force_insert=True)
    till.save(
        update_fields=[
            "last_z_number",
            "last_chain_no",
            "chain_head",
            "last_document_at",
        ]
    )
    return z_report
