"""Copies: a backup off the machine is whole, or it is not there."""

import pytest

from config.backups.copies import CopyError, copy_by_program, copy_to


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


def programs(tmp_path):
    far = tmp_path / "far away"
    far.mkdir()
    return f"cp {{file}} '{far}/{{name}}'", f"cat '{far}/{{name}}'", far


def test_a_program_copies_it_and_another_reads_it_back(tmp_path, file):
    copying, printing, far = programs(tmp_path)

    copy_by_program(copying, printing, file)

    assert (far / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("copying", "printing", "said"),
    [
        ("", "cat {file}.cut", "BACKUP_COPY_CHECK ended with 1: cat: .*No such file"),
        ("", "", "BACKUP_COPY_CHECK is not set"),
        ("", "echo other", "is not what BACKUP_COPY_CHECK reads back"),
        ("false", "cat {file}", "BACKUP_COPY_COMMAND ended with 1\\."),
        (
            "no-such-program",
            "cat {file}",
            "BACKUP_COPY_COMMAND cannot be run: .*No such",
        ),
        ("cp '{file}", "cat {file}", "BACKUP_COPY_COMMAND cannot be run: No closing"),
    ],
)
def test_a_copy_that_is_not_read_back_is_none(tmp_path, file, copying, printing, said):
    copying = copying or programs(tmp_path)[0]

    with pytest.raises(CopyError, match=said):
        copy_by_program(copying, printing, file)


def test_a_name_is_no_part_of_a_command(tmp_path):
    file = tmp_path / "a; touch b {file}.tillkeeper"
    file.write_bytes(b"Customers")

    copy_by_program("true", "cat {file}", file)

    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.exhaustive
def test_a_backup_is_copied_by_a_program(shop, manage):
    here = {"TILLKEEPER_DATA": str(shop)}
    file, copy = shop / "sent.tillkeeper", shop / "received"
    said = {
        "BACKUP_COPY_COMMAND": f"cp {{file}} {copy}",
        "BACKUP_COPY_CHECK": f"cat {copy}",
    }

    made = manage("backup", str(file), **said, **here)
    failed = manage(
        "backup", str(file), **{**said, "BACKUP_COPY_CHECK": "true"}, **here
    )

    assert (made.returncode, made.stderr) == (0, "")
    assert copy.exists()
    assert "and it is the same." in made.stdout
    assert f"The backup is {file}, but was not copied. What" in failed.stderr


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
