"""Files: the Caddyfile and the settings of a shop that tills open by HTTPS."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.lan.root import CERTIFICATE, KEY
from config.production import EXAMPLE_SECRET_KEY, SECRET_KEY_LENGTH_MIN

KEYS = ("SECRET_KEY", "PIN_KEY")
CADDYFILE = """\
# Written by lan: run it again rather than change this file.
{{
	http_port {plain_port}
	https_port {port}
	auto_https disable_redirects
	skip_install_trust
	pki {{
		ca local {{
			root {{
				cert {root}
				key {key}
			}}
		}}
	}}
}}

https://{name}, https://{address} {{
	tls internal
	reverse_proxy 127.0.0.1:{pages_port}
}}

http://{name}, http://{address} {{
	@plain path /trust/* /static/*
	handle @plain {{
		reverse_proxy 127.0.0.1:{pages_port}
	}}
	handle {{
		redir https://{{host}}{suffix}{{uri}}
	}}
}}
"""


@dataclass(frozen=True)
class Lan:
    """What tills open, and where it is kept."""

    name: str
    address: str
    port: int
    plain_port: int
    pages_port: int
    folder: Path

    @property
    def suffix(self) -> str:
        return "" if self.port == 443 else f":{self.port}"

    @property
    def url(self) -> str:
        return f"https://{self.name}{self.suffix}"

    @property
    def trust_url(self) -> str:
        suffix = "" if self.plain_port == 80 else f":{self.plain_port}"
        return f"http://{self.address}{suffix}/trust/"

    def write_caddyfile(self) -> str:
        return CADDYFILE.format(
            name=self.name,
            address=self.address,
            port=self.port,
            plain_port=self.plain_port,
            pages_port=self.pages_port,
            suffix=self.suffix,
            root=self.folder / CERTIFICATE,
            key=self.folder / KEY,
        )

    def settings(self, before: Mapping[str, str]) -> dict[str, str]:
        """Return what the shop has to be set to; keys are made apart.

        Hosts that were allowed before stay so, but for an address that changed.
        """
        hosts = [self.name, self.address, "localhost", "127.0.0.1"]
        hosts += filter(None, before.get("ALLOWED_HOSTS", "").split(","))
        left = before.get("SHOP_ADDRESS")
        if left != self.address:
            hosts = [host for host in hosts if host != left]
        return {
            "TILLKEEPER_ENV": "production",
            "ALLOWED_HOSTS": ",".join(dict.fromkeys(hosts)),
            "BEHIND_PROXY": "true",
            "SHOP_URL": self.url,
            "SHOP_ADDRESS": self.address,
            "SHOP_ROOT_CERTIFICATE": str(self.folder / CERTIFICATE),
        }


def read_settings(text: str) -> dict[str, str]:
    """Return the values that are set in the text of a settings file."""
    lines = (line.strip().removeprefix("export ") for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if not line.startswith("#"))
    return {
        name.strip(): value.strip().strip("'\"")
        for name, equals, value in pairs
        if equals
    }


def change_settings(text: str, wanted: Mapping[str, str]) -> str:
    """Return the text with these values; every other line stays as it is.

    A key that is missing or unfit for production is made; one in a file of its own,
    as SECRET_KEY_FILE names it, is left alone.
    """
    before = read_settings(text)
    changed = {key: value for key, value in wanted.items() if before.get(key) != value}
    for key in KEYS:
        value = before.get(key, "")
        is_fit = len(value) >= SECRET_KEY_LENGTH_MIN and value != EXAMPLE_SECRET_KEY
        if not is_fit and f"{key}_FILE" not in before:
            changed[key] = secrets.token_urlsafe(50)
    lines = text.splitlines()
    for number, line in enumerate(lines):
        name = line.partition("=")[0].strip().removeprefix("export ").strip()
        if not line.lstrip().startswith("#") and name in changed:
            lines[number] = f"{name}={changed[name]}"
    written = {line.partition("=")[0] for line in lines}
    lines += [
        f"{name}={value}" for name, value in changed.items() if name not in written
    ]
    return "\n".join(lines) + "\n"


def write_keeping(path: Path, text: str, *, mode: int) -> Path | None:
    """Write the file in one step; return where what was there before is kept, if any.

    A file that is there keeps its mode and its owner.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = None
    owner = None
    if path.exists():
        status = path.stat()
        mode, owner = status.st_mode & 0o777, (status.st_uid, status.st_gid)
        kept = _find_free(path)
        _write(kept, path.read_text("utf-8"), mode, owner)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    _write(new, text, mode, owner)
    new.rename(path)
    return kept


def _find_free(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.name}.before-{number}")).exists():
        number += 1
    return kept


def _write(path: Path, text: str, mode: int, owner: tuple[int, int] | None) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(descriptor)
    path.chmod(mode)
    if owner and os.geteuid() == 0:
        os.chown(path, *owner)
