"""Certificates: real ones, made with openssl for a test."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

CA = """
[ca]
default_ca = own
[own]
database = {home}/index.txt
serial = {home}/serial
new_certs_dir = {home}
default_md = sha256
policy = anything
unique_subject = no
[anything]
commonName = supplied
"""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Authority:
    """A root, and what signs with it."""

    home: Path
    root: Certificate

    def sign(
        self, *names: str, begins: timedelta = -DAY, ends: timedelta = 89 * DAY
    ) -> Certificate:
        """Return a certificate for these names or addresses, from now on as given."""
        made = Certificate(self.home / "leaf.crt", self.home / "leaf.key")
        request, extension = self.home / "leaf.csr", self.home / "leaf.ext"
        _openssl(
            *("req", "-new", *NEW_KEY, "-keyout", made.key),
            *("-subj", f"/CN={names[0]}", "-out", request),
        )
        alternatives = ",".join(
            f"{'IP' if name[0].isdigit() else 'DNS'}:{name}" for name in names
        )
        extension.write_text(f"subjectAltName={alternatives}\n")
        _openssl(
            *("ca", "-batch", "-notext", "-config", self.home / "ca.conf"),
            *("-cert", self.root.certificate, "-keyfile", self.root.key),
            *("-startdate", _write(begins), "-enddate", _write(ends)),
            *("-extfile", extension, "-in", request, "-out", made.certificate),
        )
        return made


NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def make_authority(home: Path, *, days: int = 3650) -> Authority:
    """Make a root that holds for so many days."""
    home.mkdir(exist_ok=True)
    root = Certificate(home / "root.crt", home / "root.key")
    authority = use_root(home, root)
    _openssl(
        *("req", "-x509", *NEW_KEY, "-keyout", root.key, "-out", root.certificate),
        *("-subj", "/CN=The shop's own root", "-days", str(days)),
    )
    return authority


def use_root(home: Path, root: Certificate) -> Authority:
    """Return what signs with this root, with its files in the directory."""
    (home / "index.txt").touch()
    (home / "serial").write_text("01\n")
    (home / "ca.conf").write_text(CA.format(home=home))
    return Authority(home, root)


def _write(after: timedelta) -> str:
    return f"{datetime.now(UTC) + after:%Y%m%d%H%M%SZ}"


def _openssl(*arguments: object) -> None:
    subprocess.run(
        ["openssl", *map(str, arguments)],  # noqa: S607
        check=True,
        capture_output=True,
    )
