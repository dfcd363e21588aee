"""Acts: everything that the audit trail says of people, in one place.

What an act is called here follows the name of who did it: "Aisha voided a basket".
An entry keeps the act's code for ever, so a code never changes and never goes.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Act(TextChoices):
    """What a person did or tried; each value is the code that is chained."""

    # People
    SIGN_IN = "sign_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("failed to sign in")
    SIGN_OUT = "sign_out", _("signed out")
    PASSWORD_CHANGED = "password_changed", _("changed a password")
    PIN_SIGN_IN = "pin_sign_in", _("signed in by PIN")
    PIN_SWITCH = "pin_switch", _("took over the till by PIN")
    TILL_LOCKED = "till_locked", _("locked the till")
    PIN_SET = "pin_set", _("set a first PIN")
    PIN_CHANGED = "pin_changed", _("changed a PIN")
    APPROVAL_FAILED = "approval_failed", _("failed to get an approval")
    WAIT_BEGAN = "wait_began", _("has to wait after wrong tries")
    ATTEMPT_ALARM = "attempt_alarm", _("made the alarm of a hundred wrong tries ring")
    ATTEMPT_ALARM_DISMISSED = (
        "attempt_alarm_dismissed",
        _("dismissed the alarm of wrong tries"),
    )
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere", _("signed out everywhere")
    REFUSED = "refused", _("was refused")

    # At the till
    BASKET_VOIDED = "basket_voided", _("voided a basket")
    DISCOUNT_APPROVED = "discount_approved", _("gave a discount that was approved")
    LINES_TAKEN_OFF = "lines_taken_off", _("took lines off a basket with an approval")
    PRICE_OVERRIDDEN = "price_overridden", _("changed the price of a line")
    AGE_CONFIRMED = "age_confirmed", _("checked the age of a customer")
    AGE_REFUSED = "age_refused", _("took goods off a basket for want of age")
    CLOSED_GOODS_TAKEN_OFF = (
        "closed_goods_taken_off",
        _("took goods off a basket that are not sold at this hour"),
    )
    SALE_REFUNDED = "sale_refunded", _("refunded")
    SALE_EXCHANGED = "sale_exchanged", _("exchanged goods")
    PART_PAYMENT_GIVEN_BACK = "part_payment_given_back", _("gave back a part payment")
    OVERDRAFT_APPROVED = "overdraft_approved", _("gave change that the drawer lacked")
    TENDER_CONFIRMED = "tender_confirmed", _("confirmed a payment")
    TENDER_CORRECTED = "tender_corrected", _("corrected a payment")
    RECEIPT_REPRINTED = "receipt_reprinted", _("printed a receipt again")
    SHIFT_OPENED = "shift_opened", _("opened a shift")
    SHIFT_CLOSED = "shift_closed", _("closed a shift")
    CASH_COUNTED = "cash_counted", _("counted the cash")
    PAY_IN = "pay_in", _("put cash in")
    PAY_OUT = "pay_out", _("paid cash out")
    DROP = "drop", _("dropped cash into the safe")
    NO_SALE = "no_sale", _("opened the drawer without a sale")

    # Customers
    CUSTOMER_ADDED = "customer_added", _("registered a customer")
    CUSTOMER_CHANGED = "customer_changed", _("changed a customer")
    CUSTOMER_DEACTIVATED = "customer_deactivated", _("deactivated a customer")
    CUSTOMER_RESTORED = "customer_restored", _("restored a customer")
    POINTS_ADJUSTED = "points_adjusted", _("adjusted points")
    CUSTOMERS_IMPORTED = "customers_imported", _("imported customers")

    # Goods and stock
    PRODUCT_ADDED = "product_added", _("added a product")
    PRODUCT_CHANGED = "product_changed", _("changed a product")
    PRODUCTS_IMPORTED = "products_imported", _("imported products")
    STOCK_RECEIVED = "stock_received", _("received stock")
    STOCK_COUNTED = "stock_counted", _("counted stock")

    # Devices of tills
    ENROLMENT_CODE_MADE = "enrolment_code_made", _("made an enrolment code")
    DEVICE_ENROLLED = "device_enrolled", _("enrolled a device")
    DEVICE_REVOKED = "device_revoked", _("revoked a device")

    # Back office
    OUTLETS_CHANGED = "outlets_changed", _("changed the outlets of a staff member")
    COMPANY_SET_UP = "company_set_up", _("set up the company")
    FIRST_HOUR_DISMISSED = "first_hour_dismissed", _("put the first steps away")
    FIRST_HOUR_BROUGHT_BACK = (
        "first_hour_brought_back",
        _("brought the first steps back"),
    )
    REFERENCE_DATA_ADDED = "reference_data_added", _("added roles and tax rates")
    LIMITS_CHANGED = "limits_changed", _("changed limits")
    STAFF_ADDED = "staff_added", _("added a staff member")
    STAFF_CHANGED = "staff_changed", _("changed a staff member")
    ROW_ADDED = "row_added", _("added")
    ROW_CHANGED = "row_changed", _("changed")
    ROW_DELETED = "row_deleted", _("deleted")
    BOOKS_PROVEN = "books_proven", _("proved the books")
    FINDING_EXPLAINED = "finding_explained", _("explained a finding")
    TRAIL_EXPORTED = "trail_exported", _("exported the audit trail")
    REPORT_EXPORTED = "report_exported", _("exported a report")
    SALES_IMPORTED = "sales_imported", _("imported past sales")
    ADMINISTRATOR_ADDED = "administrator_added", _("added an administrator")
    DATABASE_MIGRATED = "database_migrated", _("changed the tables of the database")
    BACKUP_MADE = "backup_made", _("made a backup")
    BACKUP_RESTORED = "backup_restored", _("put a backup in place")
    CLEANED_UP = "cleaned_up", _("deleted old sessions and tries")
    DEMO_BUILT = "demo_built", _("built the demo shop")
