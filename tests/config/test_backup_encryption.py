"""Encryption: only who has the private key reads a backup."""

import subprocess

import pytest

from config.backups import encryption
from config.backups.encryption import EncryptionError
from tests.support.programs import require_program

ANOTHER = "does not open it: name the private key that belongs to the BACKUP_KEY"


@pytest.fixture
def key(tmp_path):
    return tmp_path / "backup.key"


def test_what_is_encrypted_is_opened_by_its_private_key(tmp_path, key):
    plain, closed, opened = (tmp_path / name for name in ("plain", "closed", "opened"))
    plain.write_bytes(b"Customers" * 100_000)

    public = encryption.make_key(key)
    encryption.encrypt(plain, closed, public_key=public)
    encryption.decrypt(closed, opened, key_file=key)

    assert opened.read_bytes() == plain.read_bytes()
    assert b"Customers" not in closed.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600


def test_another_key_opens_nothing(tmp_path, key):
    plain, closed = tmp_path / "plain", tmp_path / "closed"
    plain.write_bytes(b"Customers")
    encryption.encrypt(plain, closed, public_key=encryption.make_key(key))
    another = tmp_path / "another.key"
    encryption.make_key(another)

    with pytest.raises(EncryptionError, match=ANOTHER):
        encryption.decrypt(closed, tmp_path / "opened", key_file=another)


def test_a_key_is_never_overwritten(key):
    encryption.make_key(key)
    before = key.read_text()

    with pytest.raises(EncryptionError, match="is there already: name another file"):
        encryption.make_key(key)

    assert key.read_text() == before


@pytest.mark.parametrize("content", ["", "age1nothing", "AGE-SECRET-KEY-1X"])
def test_a_file_without_a_key_is_named(tmp_path, key, content):
    key.write_text(content)
    with pytest.raises(EncryptionError, match=f"There is no private key in {key}"):
        encryption.decrypt(tmp_path / "closed", tmp_path / "opened", key_file=key)


def test_a_public_key_that_is_none_is_refused():
    with pytest.raises(EncryptionError, match="BACKUP_KEY is no public key"):
        encryption.read_public_key("AGE-SECRET-KEY-1X")


def test_the_program_age_opens_it_too(tmp_path, key):
    require_program("age")
    plain, closed = tmp_path / "plain", tmp_path / "closed"
    plain.write_bytes(b"Customers")
    encryption.encrypt(plain, closed, public_key=encryption.make_key(key))

    opened = subprocess.run(
        ["age", "--decrypt", "--identity", key, closed],
        capture_output=True,
        check=True,
    )

    assert opened.stdout == b"Customers"


@pytest.mark.exhaustive
def test_an_encrypted_backup_wants_its_own_key(shop, manage):
    here = {"TILLKEEPER_DATA": str(shop)}
    file, key, another = shop / "a.tillkeeper", shop / "a.key", shop / "b.key"
    said = manage("make_backup_key", str(key), **here).stdout
    manage("make_backup_key", str(another), **here)
    (public,) = [line for line in said.splitlines() if line.startswith("BACKUP_KEY=")]
    made = manage("backup", str(file), BACKUP_KEY=public.partition("=")[2], **here)
    restore = ("restore", str(file), "--replace")

    missing = manage(*restore, **here)
    wrong = manage(*restore, "--key", str(another), **here)
    right = manage(*restore, "--key", str(key), **here)

    assert (made.returncode, made.stderr) == (0, "")
    assert b"PGDMP" not in file.read_bytes()
    assert (missing.returncode, wrong.returncode) == (1, 1)
    assert missing.stderr.endswith("name the file of its private key with --key.\n")
    assert ANOTHER in wrong.stderr
    assert (right.returncode, right.stderr) == (0, "")
    refused = manage("backup", str(shop / "c"), BACKUP_KEY="no-key", **here)
    assert refused.stderr.startswith("CommandError: No backup was made: BACKUP_KEY is")
    assert not (shop / "c").exists()
