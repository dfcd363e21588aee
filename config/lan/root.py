"""Root: the shop's own authority, which can vouch for nothing but this shop."""

import os
import shutil
import subprocess
import tempfile
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from config.lan.errors import LanError

DAYS = 3650
KEY, CERTIFICATE = "root.key", "root.crt"
# What RFC 1918, RFC 3927 and RFC 4193 keep for networks of one's own, and this machine.
PRIVATE_NETWORKS = (
    "127.0.0.0/255.0.0.0",
    "10.0.0.0/255.0.0.0",
    "172.16.0.0/255.240.0.0",
    "192.168.0.0/255.255.0.0",
    "169.254.0.0/255.255.0.0",
    "fc00::/fe00::",
)
REQUEST = """\
[req]
distinguished_name = name
x509_extensions = authority
prompt = no
[name]
CN = Tillkeeper {name}
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
nameConstraints = critical, @permitted
[permitted]
permitted;DNS.0 = {name}
{addresses}
"""


def write_request(name: str) -> str:
    """Return what openssl is asked for: a root for this name and private addresses."""
    addresses = "\n".join(
        f"permitted;IP.{number} = {network}"
        for number, network in enumerate(PRIVATE_NETWORKS)
    )
    return REQUEST.format(name=name, addresses=addresses)


def is_private(address: IPv4Address) -> bool:
    """Whether a root may vouch for the address."""
    networks = (one for one in PRIVATE_NETWORKS if ":" not in one)
    return any(address in IPv4Network(network) for network in networks)


def has_root(folder: Path) -> bool:
    """Whether the root is there. Half of one is a LanError: tills may trust it."""
    parts = [(folder / part).exists() for part in (KEY, CERTIFICATE)]
    if any(parts) and not all(parts):
        raise LanError(
            f"Only one of {KEY} and {CERTIFICATE} is in {folder}: bring the other one"
            " back from its export, or move this one away to make a new root, which"
            " each till has to trust again."
        )
    return all(parts)


def permits(certificate: Path, name: str) -> bool:
    """Whether the root may vouch for the name."""
    text = _openssl("x509", "-in", certificate, "-noout", "-ext", "nameConstraints")
    permitted = [
        line.strip().removeprefix("DNS:")
        for line in text.splitlines()
        if line.strip().startswith("DNS:")
    ]
    return any(name == one or name.endswith(f".{one}") for one in permitted)


def make_root(folder: Path, name: str) -> None:
    """Make a root that holds for ten years; nobody but its account reads its key."""
    folder.mkdir(parents=True, exist_ok=True)
    # Caddy's account and the shop's look for their files in it, whatever the umask is.
    folder.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as made_in:
        place = Path(made_in)
        request = place / "request.cnf"
        request.write_text(write_request(name))
        (place / KEY).touch(mode=0o600)
        _openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-sha256", "-days", DAYS, "-config", request),
            *("-keyout", place / KEY, "-out", place / CERTIFICATE),
        )
        (place / KEY).chmod(0o600)
        (place / CERTIFICATE).chmod(0o644)
        for part in (KEY, CERTIFICATE):
            (place / part).rename(folder / part)
    if os.geteuid() == 0:
        _hand_to_caddy(folder / KEY)


def _hand_to_caddy(key: Path) -> None:
    """Let Caddy's own account read the key, where it has one."""
    try:
        shutil.chown(key, "caddy", "caddy")
    except LookupError:
        return


def _openssl(*arguments: object) -> str:
    program = shutil.which("openssl")
    if program is None:
        raise LanError("There is no openssl here: apt-get install openssl.")
    done = subprocess.run(  # noqa: S603
        [program, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LanError(f"openssl could not do it: {done.stderr.strip()[-300:]}")
    return done.stdout
