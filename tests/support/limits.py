"""Limits: how the service that sets them is called, and who may."""

from pos.access.limits import SETS_LIMITS
from pos.access.set_limits import read_limits, set_limits

CALLS = {
    set_limits: lambda shop: {
        "company": shop.till.company,
        "values": {},
        "version": read_limits(shop.till.company).version,
    },
}
# Who sets limits has none.
MAY = {set_limits: (SETS_LIMITS,)}
