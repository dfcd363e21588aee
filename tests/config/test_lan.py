"""Opening the shop to its network: what is written, kept and refused."""

import os
import socket
import subprocess
import sys

import pytest

from config.backups.encryption import decrypt, make_key
from config.lan.files import read_settings
from tests.config.conftest import ROOT, clean_environment
from tests.support.programs import require_program

PORTS = ("--port=18443", "--plain-port=18080")


@pytest.fixture
def lan(tmp_path):
    """Run the command for files in a directory of the test."""
    require_program("openssl")

    def run(*arguments):
        return subprocess.run(
            [
                *(sys.executable, "-m", "config.command", "lan", *PORTS),
                *("--address=127.0.0.1", f"--folder={tmp_path}/root"),
                *(f"--settings={tmp_path}/env", f"--caddyfile={tmp_path}/Caddyfile"),
                *arguments,
            ],
            cwd=ROOT,
            env=clean_environment(TILLKEEPER_DATA=str(tmp_path)),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def files_in(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_it_writes_root_caddyfile_and_settings(lan, tmp_path):
    done = lan("till.home.arpa")

    assert done.returncode == 0, done.stderr
    settings = read_settings((tmp_path / "env").read_text())
    assert settings["TILLKEEPER_ENV"] == "production"
    assert settings["SHOP_URL"] == "https://till.home.arpa:18443"
    assert settings["ALLOWED_HOSTS"] == "till.home.arpa,127.0.0.1,localhost"
    assert len(settings["SECRET_KEY"]) >= 50
    assert (tmp_path / "env").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "root/root.key").stat().st_mode & 0o777 == 0o600
    assert "https://till.home.arpa:18443/" in done.stdout
    assert "http://127.0.0.1:18080/trust/" in done.stdout
    assert "▄" in done.stdout


def test_again_it_repairs_and_changes_nothing_else(lan, tmp_path):
    lan("till.home.arpa")
    before = files_in(tmp_path)

    assert lan("till.home.arpa").returncode == 0
    assert files_in(tmp_path) == before
    (tmp_path / "Caddyfile").unlink()
    assert lan("till.home.arpa").returncode == 0
    assert files_in(tmp_path) == before


def test_what_a_person_wrote_is_kept_and_said(lan, tmp_path):
    (tmp_path / "Caddyfile").write_text("mine")
    (tmp_path / "env").write_text(
        f"# my shop\nSECRET_KEY={'s' * 60}\nWEB_WORKERS=3\nTILLKEEPER_ENV=local\n"
        "ALLOWED_HOSTS=shop.example\n"
    )

    done = lan("till.home.arpa")

    text = (tmp_path / "env").read_text()
    settings = read_settings(text)
    assert text.startswith("# my shop\n")
    assert (settings["SECRET_KEY"], settings["WEB_WORKERS"]) == ("s" * 60, "3")
    assert settings["ALLOWED_HOSTS"].endswith(",shop.example")
    assert text.count("TILLKEEPER_ENV=") == 1
    assert (tmp_path / "Caddyfile.before-1").read_text() == "mine"
    assert f"what was there is {tmp_path}/Caddyfile.before-1" in done.stdout
    assert f"what was there is {tmp_path}/env.before-1" in done.stdout


def test_a_dry_run_writes_nothing(lan, tmp_path):
    done = lan("till.home.arpa", "--dry-run")

    assert done.returncode == 0, done.stderr
    assert files_in(tmp_path) == {}
    assert "reverse_proxy 127.0.0.1:8000" in done.stdout
    assert "BEHIND_PROXY=true" in done.stdout
    assert "SECRET_KEY" not in done.stdout


@pytest.mark.parametrize("name", ["", "till", "Till.home.arpa", "10.0.0.1", "a b.c"])
def test_a_name_that_no_till_opens_is_refused(lan, tmp_path, name):
    done = lan(name)

    assert done.returncode == 1
    assert "is no name that tills can open: give one such as till.home.arpa" in (
        done.stderr
    )
    assert files_in(tmp_path) == {}


@pytest.mark.parametrize("option", ["--port", "--plain-port"])
def test_a_taken_port_is_refused_by_the_program_that_has_it(lan, tmp_path, option):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = lan("till.home.arpa", f"{option}={port}")

    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is taken by py")
    assert done.stderr.endswith(f": stop it, or give {option}.\n")
    assert files_in(tmp_path) == {}


def test_an_address_that_is_not_private_is_refused(lan, tmp_path):
    done = lan("till.home.arpa", "--address=192.0.2.77")

    assert done.returncode == 1
    assert "This machine has no private address 192.0.2.77" in done.stderr
    assert files_in(tmp_path) == {}


def test_a_changed_address_is_said(lan, tmp_path):
    (tmp_path / "env").write_text(
        "SHOP_ADDRESS=192.168.1.20\nALLOWED_HOSTS=192.168.1.20,other.example\n"
    )

    done = lan("till.home.arpa")

    assert (
        "This machine's address changed from 192.168.1.20 to 127.0.0.1: give it a"
        " fixed one in the router."
    ) in done.stdout
    hosts = read_settings((tmp_path / "env").read_text())["ALLOWED_HOSTS"]
    assert hosts == "till.home.arpa,127.0.0.1,localhost,other.example"


def test_a_root_for_another_name_is_not_replaced(lan, tmp_path):
    lan("till.home.arpa")
    before = files_in(tmp_path)

    done = lan("shop.home.arpa")

    assert done.returncode == 1
    assert "is for another name than shop.home.arpa" in done.stderr
    assert files_in(tmp_path) == before


def test_half_of_a_root_is_not_replaced(lan, tmp_path):
    lan("till.home.arpa")
    (tmp_path / "root/root.key").unlink()
    before = files_in(tmp_path)

    done = lan("till.home.arpa")

    assert done.returncode == 1
    assert "bring the other one back from its export" in done.stderr
    assert files_in(tmp_path) == before


def test_the_root_is_exported_encrypted_and_never_over_a_file(lan, tmp_path):
    lan("till.home.arpa")
    public = make_key(tmp_path / "private")
    export = f"--export-root={tmp_path}/export"
    assert "set BACKUP_KEY, or give --to" in lan(export).stderr
    assert not (tmp_path / "export").exists()

    assert lan(export, f"--to={public}").returncode == 0

    decrypt(tmp_path / "export", tmp_path / "plain", key_file=tmp_path / "private")
    parts = [(tmp_path / f"root/root.{part}").read_bytes() for part in ("crt", "key")]
    assert (tmp_path / "plain").read_bytes() == b"".join(parts)
    assert parts[1] not in (tmp_path / "export").read_bytes()
    again = lan(export, f"--to={public}")
    assert again.stderr == f"{tmp_path}/export is there already: name another.\n"


def test_other_accounts_find_the_root_whatever_the_umask_is(lan, tmp_path):
    before = os.umask(0o077)
    try:
        assert lan("till.home.arpa").returncode == 0
    finally:
        os.umask(before)

    assert (tmp_path / "root").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "root/root.crt").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "Caddyfile").stat().st_mode & 0o777 == 0o644
