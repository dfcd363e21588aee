"""Copies: a backup off the machine is whole, or it is not there."""

import pytest

from config.backups.copies import CopyError, copy_to


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "shop.tillkeeper"
    file.write_bytes(b"Customers" * 1000)
    return file


def test_a_copy_is_the_same_and_only_its_owner_reads_it(tmp_path, file):
    stick = tmp_path / "stick"
    stick.mkdir()

    copy = copy_to(stick, file)

    assert [*stick.iterdir()] == [copy]
    assert copy.read_bytes() == file.read_bytes()
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_stick_that_was_taken_away_is_not_made_up(tmp_path, file):
    with pytest.raises(CopyError, match="There is no folder .*/stick: put in the disk"):
        copy_to(tmp_path / "stick", file)
    assert not (tmp_path / "stick").exists()


def test_what_cannot_be_written_leaves_nothing(tmp_path, file):
    stick = tmp_path / "stick"
    (stick / file.name).mkdir(parents=True)

    with pytest.raises(CopyError, match="stick cannot be written to: Is a directory"):
        copy_to(stick, file)

    assert [*stick.iterdir()] == [stick / file.name]


@pytest.mark.exhaustive
def test_a_backup_says_where_its_copy_is_or_why_there_is_none(shop, manage):
    here = {"TILLKEEPER_DATA": str(shop)}
    stick = shop / "stick"
    file = shop / "kept.tillkeeper"

    missing = manage("backup", str(file), BACKUP_COPY=str(stick), **here)
    stick.mkdir()
    made = manage("backup", str(file), BACKUP_COPY=str(stick), **here)

    assert missing.returncode == 1
    assert missing.stderr.startswith(
        f"CommandError: The backup is {file}, but was not copied. There is no folder"
    )
    assert (made.returncode, made.stderr) == (0, "")
    assert f"Its copy is {stick / file.name}" in made.stdout
