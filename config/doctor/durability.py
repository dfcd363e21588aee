"""Durability: what is acknowledged survives a power cut."""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext_noop as _

from config.doctor import places
from config.doctor.finding import Finding, bad, ok, warn

# Settings without which a server may lose what it has acknowledged.
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
# On these a file is elsewhere, or gone with the power, or what is written to it is
# only promised to be.
UNSAFE_KINDS = ("nfs", "cifs", "smb", "9p", "fuse", "tmpfs", "ramfs")
WRITES, BLOCK = 200, 8192
SLOWEST_MAX_MS = 50.0
# A disk of 15,000 turns a minute needs four milliseconds for one; a device without
# turning parts more than this to answer at all.
TURNING_MIN_MS, DEVICE_MIN_MS = 2.0, 0.01


def find_unsafe_settings() -> dict[str, str]:
    """Return the settings by which an acknowledged sale may be lost."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [[*DURABLE]]
        )
        return {
            name: value
            for name, value in cursor.fetchall()
            if value not in ("on", "remote_apply")
        }


def check_settings() -> Finding:
    """Look at what the server is set to do before it acknowledges."""
    unsafe = find_unsafe_settings()
    if unsafe:
        return bad(
            _("The database may lose sales that it has acknowledged: %(settings)s."),
            _("Turn them on in postgresql.conf, and reload the server."),
            settings=", ".join(f"{name} = {unsafe[name]}" for name in sorted(unsafe)),
        )
    return ok(_("The database acknowledges only what it has stored."))


def check_checksums() -> Finding:
    """Look whether the server would notice a page that the disk has changed."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_checksums")
        (value,) = cursor.fetchone()
    if value != "on":
        return bad(
            _("The database has no checksums: it would not notice a broken disk."),
            _("Stop it, and run pg_checksums --enable on its data directory."),
        )
    return ok(_("The database has checksums on its pages."))


def check_place() -> Finding:
    """Look at the file system that the database is on."""
    directory = places.database_directory()
    mount = directory and places.find_mount(directory)
    if not mount:
        return ok(_("The database's files are not here, or not shown to this role."))
    if is_unsafe_kind(mount.kind):
        return bad(
            _("The database is on %(kind)s, mounted at %(point)s: sales may be lost."),
            _("Move it to a disk of its own machine, such as ext4 or xfs."),
            kind=mount.kind,
            point=str(mount.point),
        )
    return ok(
        _("The database is on a file system of its machine: %(kind)s."), kind=mount.kind
    )


def is_unsafe_kind(kind: str) -> bool:
    """Whether what is written there may be lost, or is on another machine."""
    return kind.startswith(UNSAFE_KINDS)


def check_writes() -> Finding:
    """Write as the database does, and see how long the device takes to keep it."""
    directory = _find_writable()
    milliseconds = measure_writes(directory)
    return explain_writes(milliseconds, _least_milliseconds(directory))


def explain_writes(milliseconds: Sequence[float], least: float) -> Finding:
    """Say what the times mean, where a device takes ``least`` in truth."""
    in_order = sorted(milliseconds)
    slowest = in_order[len(in_order) * 99 // 100 - 1]
    usual = in_order[len(in_order) // 2]
    facts = {"slowest": round(slowest, 1), "usual": round(usual, 3)}
    if slowest > SLOWEST_MAX_MS:
        return bad(
            _("A write takes up to %(slowest)s ms until the disk has it (50 at most)."),
            _("Look for what else uses this disk, or take a faster one (SSD)."),
            **facts,
        )
    if usual < least:
        return warn(
            _(
                "A write takes %(usual)s ms, less than a disk can: it is acknowledged"
                " before it is stored."
            ),
            _(
                "Turn off the disk's write cache (hdparm -W0), unless a battery keeps"
                " it in a power cut."
            ),
            **facts,
        )
    return ok(_("A write takes %(usual)s ms, at most %(slowest)s."), **facts)


def measure_writes(directory: Path) -> list[float]:
    """Return how many milliseconds each of 200 writes took until it was stored."""
    store = getattr(os, "fdatasync", os.fsync)
    block = os.urandom(BLOCK)
    took = []
    with tempfile.TemporaryFile(dir=directory, buffering=0) as file:
        # As the database's log, which is there before it is written.
        file.write(bytes(WRITES * BLOCK))
        os.fsync(file)
        file.seek(0)
        for _number in range(WRITES):
            before = time.perf_counter()
            file.write(block)
            store(file.fileno())
            took.append((time.perf_counter() - before) * 1000)
    return took


def _find_writable() -> Path:
    """Return where to write: beside the database's files, or else among our data."""
    database = places.database_directory()
    beside = places.find_existing(database.parent) if database else None
    if beside and os.access(beside, os.W_OK):
        return beside
    return places.data_directory()


def _least_milliseconds(directory: Path) -> float:
    """Return how long a write takes at least on the device of the directory."""
    device = directory.stat().st_dev
    queue = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    turning = [queue / "queue/rotational", queue / "../queue/rotational"]
    says = next((file.read_text().strip() for file in turning if file.exists()), "0")
    return TURNING_MIN_MS if says == "1" and not _is_virtual() else DEVICE_MIN_MS


def _is_virtual() -> bool:
    """Whether this machine is a virtual one, whose disks all claim to turn."""
    try:
        return "hypervisor" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
