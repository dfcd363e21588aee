"""Addresses: which view answers at which address of a till."""

from django.urls import path

from sales.views import (
    basket,
    closing,
    customer,
    drawer,
    exchanges,
    part_payments,
    payment,
    receipts,
    refunds,
    refunds_without_receipt,
    shifts,
    tenders,
    till,
    z_reports,
)
from sales.views.reports.overview import overview
from sales.views.reports.receipts import report_receipts
from sales.views.reports.report import report, reports
from sales.views.reports.report_file import report_file

app_name = "sales"

urlpatterns = [
    path("till/", till.till, name="till"),
    path("sales/parked/", till.parked, name="parked"),
    path("sales/<uuid:uid>/operations/", basket.operations, name="operations"),
    path("sales/<uuid:uid>/approvals/", basket.approvals, name="approvals"),
    path("sales/<uuid:uid>/basket/", basket.basket, name="basket"),
    path("sales/<uuid:uid>/payment/", payment.payment, name="payment"),
    path(
        "sales/<uuid:uid>/part-payments/",
        part_payments.part_payments,
        name="part_payments",
    ),
    path(
        "sales/<uuid:uid>/part-payments/<uuid:part>/return/",
        part_payments.part_payment_return,
        name="part_payment_return",
    ),
    path("sales/<uuid:uid>/finalization/", payment.finalization, name="finalization"),
    path("sales/<uuid:uid>/void/", basket.void, name="void"),
    path(
        "sales/<uuid:uid>/tenders/<int:position>/confirmation/",
        tenders.confirmation,
        name="tender_confirmation",
    ),
    path(
        "sales/<uuid:uid>/tenders/<int:position>/correction/",
        tenders.correction,
        name="tender_correction",
    ),
    path("sales/<uuid:uid>/receipt/", receipts.receipt, name="receipt"),
    path("sales/<uuid:uid>/barcode.svg", receipts.barcode, name="barcode"),
    path("sales/<uuid:uid>/prints/", receipts.prints, name="prints"),
    path("sales/<uuid:uid>/refunds/", refunds.refunds, name="refunds"),
    path("sales/<uuid:uid>/refunds/row/", refunds.scanned_row, name="row_of_receipt"),
    path("sales/<uuid:uid>/exchange/", exchanges.exchange, name="exchange"),
    path(
        "refunds/",
        refunds_without_receipt.refunds_without_receipt,
        name="refunds_without_receipt",
    ),
    path(
        "refunds/row/",
        refunds_without_receipt.row_without_receipt,
        name="row_without_receipt",
    ),
    path("receipts/", receipts.receipts, name="receipts"),
    # Before the pages of reports, which have any name.
    path("reports/receipts/", report_receipts, name="report_receipts"),
    path("customers/<uuid:uid>/", customer.customer, name="customer"),
    path(
        "customers/<uuid:uid>/points/", customer.customer_points, name="customer_points"
    ),
    path(
        "customers/<uuid:uid>/purchases/",
        customer.customer_purchases,
        name="customer_purchases",
    ),
    path("shifts/", shifts.shifts, name="shifts"),
    path(
        "shifts/<uuid:uid>/movements/", drawer.shift_movements, name="shift_movements"
    ),
    path("shifts/<uuid:uid>/no-sale/", drawer.shift_no_sale, name="shift_no_sale"),
    path("shifts/<uuid:uid>/count/", closing.shift_count, name="shift_count"),
    path("shifts/<uuid:uid>/close/", closing.shift_close, name="shift_close"),
    path("shifts/<uuid:uid>/z-report/", z_reports.z_report, name="z_report"),
    path("z-reports/", z_reports.z_reports, name="z_reports"),
    path("overview/", overview, name="overview"),
    path("reports/", reports, name="reports"),
    path("reports/<slug:name>.<slug:format>", report_file, name="report_file"),
    path("reports/<slug:name>/", report, name="report"),
]
