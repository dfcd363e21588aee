"""Local network: ``bin/dev lan NAME`` opens the shop to its tills by HTTPS."""

import argparse
import os
import re
import sys
from ipaddress import IPv4Address
from pathlib import Path

import pyrage
import segno

from config.backups.encryption import EncryptionError, read_public_key
from config.doctor.listeners import find_address, is_ours
from config.lan.errors import LanError
from config.lan.files import Lan, change_settings, read_settings, write_keeping
from config.lan.fingerprint import read_fingerprint
from config.lan.ports import refuse_taken
from config.lan.root import CERTIFICATE, KEY, has_root, is_private, make_root, permits
from config.localdb import data_dir
from config.program import PROGRAM

INSTALLED = Path("/etc/tillkeeper/env")
OF_CADDY = Path("/etc/caddy")
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
NAME = re.compile(rf"(?=.{{1,253}}$)({LABEL}\.)+(?=[a-z]){LABEL}")


def main(arguments: list[str]) -> None:
    """Open the shop to its network, or export its root; say in a sentence why not."""
    options = _read_options(arguments)
    try:
        if options.export_root:
            _export_root(options)
        else:
            _open(options)
    except (LanError, EncryptionError) as refusal:
        sys.exit(str(refusal))
    except OSError as error:
        sys.exit(
            f"{error.filename} cannot be written or read: {error.strerror}. A shop that"
            f" is a service needs root: sudo {PROGRAM} lan"
        )


def _read_options(arguments: list[str]) -> argparse.Namespace:
    is_installed = INSTALLED.exists()
    named = os.environ.get("TILLKEEPER_ENV_FILE")
    own = Path(data_dir(os.environ.get("TILLKEEPER_DATA", "")))
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} lan")
    add = parser.add_argument
    add("name", nargs="?", default="", help="such as till.home.arpa")
    add("--port", type=int, default=443, help="that tills open by HTTPS")
    add("--plain-port", type=int, default=80, help="of the trust page")
    add("--pages-port", type=int, default=8000, help="at which the shop is served here")
    add("--address", default="", help="of this machine; found out if not given")
    add("--dry-run", action="store_true", help="print what it would do")
    add(
        "--export-root", type=Path, metavar="FILE", help="write root and key, encrypted"
    )
    add("--to", default="", metavar="AGE1…", help="public key, if not BACKUP_KEY")
    settings = INSTALLED if is_installed else Path(named or ".env")
    add("--settings", type=Path, default=settings, help=f"now {settings}")
    folder = INSTALLED.parent / "lan" if is_installed else own / "lan"
    add("--folder", type=Path, default=folder, help=f"of the root; now {folder}")
    caddy = OF_CADDY if is_installed and OF_CADDY.is_dir() else folder
    add("--caddyfile", type=Path, default=caddy / "Caddyfile")
    return parser.parse_args(arguments)


def _open(options: argparse.Namespace) -> None:
    """Check all, then write root, Caddyfile and settings. Again, it repairs them."""
    if not NAME.fullmatch(options.name):
        raise LanError(
            f"{options.name[:60] or 'Nothing'} is no name that tills can open: give one"
            " such as till.home.arpa, in small letters."
        )
    refuse_taken(options.port, "--port")
    refuse_taken(options.plain_port, "--plain-port")
    if options.port == options.plain_port:
        raise LanError("--port and --plain-port must be two ports.")
    text = options.settings.read_text("utf-8") if options.settings.exists() else ""
    before = read_settings(text)
    address = _find_address(options.address, before.get("SHOP_ADDRESS"))
    folder = options.folder.resolve()
    lan = Lan(
        options.name,
        address,
        options.port,
        options.plain_port,
        options.pages_port,
        folder,
    )
    is_there = has_root(folder)
    if is_there and not permits(folder / CERTIFICATE, lan.name):
        raise LanError(
            f"The root in {folder} is for another name than {lan.name}: use that name,"
            " or move the root away to make a new one, which each till has to trust"
            " again."
        )
    if not is_there:
        _say(f"Make the shop's own root for {lan.name}: {folder / KEY}, mode 0600")
        if not options.dry_run:
            make_root(folder, lan.name)
    _write(options.caddyfile, lan.write_caddyfile(), 0o644, options.dry_run)
    wanted = lan.settings(before)
    _write(options.settings, change_settings(text, wanted), 0o600, options.dry_run)
    if options.dry_run:
        _say(lan.write_caddyfile())
        _say("".join(f"{key}={value}\n" for key, value in wanted.items()))
        return
    _show(lan, options.caddyfile)


def _find_address(given: str, before: str | None) -> str:
    address = given or find_address()
    try:
        is_fit = is_private(IPv4Address(address)) and is_ours(address)
    except ValueError:
        is_fit = False
    if not is_fit:
        raise LanError(
            f"This machine has no private address {address}: connect it to the shop's"
            " network, or give --address, such as 192.168.1.20."
        )
    if before and before != address:
        _say(
            f"This machine's address changed from {before} to {address}: give it a"
            " fixed one in the router."
        )
    return address


def _write(path: Path, text: str, mode: int, is_dry_run: bool) -> None:
    """Write the file if it differs; say so, and where the old one is kept."""
    if path.exists() and path.read_text("utf-8") == text:
        return
    if is_dry_run:
        _say(f"Write {path}" + (", and keep the one before" * path.exists()))
        return
    kept = write_keeping(path, text, mode=mode)
    _say(f"Wrote {path}" + (f"; what was there is {kept}" if kept else ""))


def _show(lan: Lan, caddyfile: Path) -> None:
    """Print the addresses, the root's words, and how it goes on."""
    _say(f"\nTills open {lan.url}/ or https://{lan.address}{lan.suffix}/")
    _say(f"First, on each of them, the trust page: {lan.trust_url}\n")
    segno.make(lan.trust_url, micro=False).terminal(out=sys.stdout, compact=True)
    _say(f"\nIts root, in words: {read_fingerprint(str(lan.folder / CERTIFICATE))}\n")
    if caddyfile.parent == OF_CADDY:
        _say("Now: systemctl restart tillkeeper && systemctl reload-or-restart caddy")
    else:
        _say(f"Now serve the pages, and run: caddy run --config {caddyfile}")
    _say(f"Once: {PROGRAM} lan --export-root FILE, to keep away from this machine.")


def _export_root(options: argparse.Namespace) -> None:
    """Write root and key to the file, encrypted; never over another file."""
    if not has_root(options.folder):
        raise LanError(
            f"There is no root in {options.folder}: run {PROGRAM} lan first."
        )
    text = options.settings.read_text("utf-8") if options.settings.exists() else ""
    public = options.to or read_settings(text).get("BACKUP_KEY", "")
    if not public:
        raise LanError(
            "The root is exported encrypted: set BACKUP_KEY, or give --to, a public key"
            f" as {PROGRAM} manage make_backup_key FILE prints it."
        )
    parts = ((options.folder / part).read_bytes() for part in (CERTIFICATE, KEY))
    encrypted = pyrage.encrypt(b"".join(parts), [read_public_key(public)])
    try:
        descriptor = os.open(
            options.export_root, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600
        )
    except FileExistsError:
        raise LanError(
            f"{options.export_root} is there already: name another."
        ) from None
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(encrypted)
        opened.flush()
        os.fsync(descriptor)
    _say(f"Wrote {options.export_root}: keep it away from this machine.")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
