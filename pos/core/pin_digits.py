"""PIN digits: how long a PIN may be, and how late a till may lock; pure."""

from django.utils.translation import gettext_lazy as _

PIN_DIGITS = [(4, _("four")), (6, _("six"))]
# A till that locks later than this was left to everybody; minutes.
LOCK_MINUTES_MAX = 60
