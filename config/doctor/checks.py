"""Checks: every question that the doctor asks, in the order in which it answers.

A new one is a function without arguments that returns a finding, and a line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from config.doctor import (
    clock,
    database,
    disk,
    durability,
    https,
    locks,
    mail,
    web,
)
from config.doctor.finding import Finding


@dataclass(frozen=True, slots=True)
class Check:
    """``is_slow`` leaves it to the command: it writes, or waits for a network.

    ``measure`` names the fact that is a figure of its own for Prometheus.
    """

    name: str
    subject: Any
    examine: Callable[[], Finding]
    is_slow: bool = False
    measure: str = ""
    asks_database: bool = True
    # Whether the owner of the tables is shown more than the role that serves.
    needs_owner: bool = False


def _apart(
    name: str,
    subject: Any,
    examine: Callable[[], Finding],
    is_slow: bool = False,
    measure: str = "",
) -> Check:
    """Return a check that needs no database."""
    return Check(name, subject, examine, is_slow, measure, asks_database=False)


CLOCK, DISK, DURABILITY = _("Clock"), _("Disk"), _("Durability")
DATABASE, LOCKS, HTTPS = _("Database"), _("Locks"), _("HTTPS")
SETTINGS, MAIL = _("Settings"), _("Mail")
SECONDS_LEFT = "certificate_seconds_left"

CHECKS = (
    Check("clock_database", CLOCK, clock.check_database_clock, measure="seconds"),
    Check("clock_documents", CLOCK, clock.check_document_clock),
    _apart("clock_synchronized", CLOCK, clock.check_synchronized),
    Check("disk_free", DISK, disk.check_free, measure="free_share"),
    Check("disk_growth", DISK, disk.check_growth, measure="days"),
    Check("durable_settings", DURABILITY, durability.check_settings),
    Check("durable_checksums", DURABILITY, durability.check_checksums),
    Check("durable_place", DURABILITY, durability.check_place),
    Check("durable_writes", DURABILITY, durability.check_writes, True, "slowest"),
    Check("database_writable", DATABASE, database.check_writable),
    Check("database_version", DATABASE, database.check_version),
    Check("database_pages", DATABASE, database.check_pages),
    Check("database_upkeep", DATABASE, database.check_wraparound, measure="millions"),
    Check("database_indexes", DATABASE, database.check_indexes),
    Check("database_slots", DATABASE, database.check_slots),
    Check("locks_transactions", LOCKS, locks.check_transactions, needs_owner=True),
    Check("locks_prepared", LOCKS, locks.check_prepared),
    _apart("https_certificate", HTTPS, https.check_certificate, True, SECONDS_LEFT),
    _apart("https_root", HTTPS, https.check_root),
    _apart("https_address", HTTPS, https.check_address),
    _apart("https_plain_port", HTTPS, https.check_plain_port, True),
    _apart("settings_deploy", SETTINGS, web.check_deploy, True),
    Check("settings_pooler", SETTINGS, web.check_pooler),
    Check("settings_connections", SETTINGS, web.check_connections),
    Check("settings_trust", SETTINGS, web.check_trust, True),
    _apart("mail", MAIL, mail.check_mail),
)
