"""The night: old backups go, and each step is done whatever became of the others."""

from datetime import UTC, date, datetime, timedelta

import pytest

from config.backups.archive import write_archive
from config.backups.manifest import Manifest
from config.backups.prune import name_backup, prune_folder
from config.management.commands.night import choose_steps

NOW = datetime(2026, 3, 16, 3, 15, tzinfo=UTC)
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def backup(folder, *, days_ago, is_good=True):
    dump = folder / "dump"
    dump.touch()
    manifest = Manifest("", "0.1.0", "18.6", [], {}, [], "", sha256=EMPTY)
    file = folder / name_backup("shop", NOW - timedelta(days=days_ago))
    with file.open("wb") as target:
        write_archive(target, manifest=manifest, dump=dump)
    dump.unlink()
    if not is_good:
        file.write_bytes(file.read_bytes()[:100])
    return file


def prune(folder):
    return prune_folder(folder, database="shop", now=NOW)


def test_the_last_of_each_day_week_and_month_stays(tmp_path):
    for days_ago in range(120):
        backup(tmp_path, days_ago=days_ago)

    gone = prune(tmp_path)

    kept = sorted(path.name for path in tmp_path.iterdir())
    assert len(gone) == 120 - len(kept)
    assert 7 + 3 <= len(kept) <= 7 + 5 + 12
    assert name_backup("shop", NOW) in kept
    assert prune(tmp_path) == []


def test_what_is_older_stays_while_nothing_newer_is_good(tmp_path):
    old = [backup(tmp_path, days_ago=days) for days in range(30, 60)]
    broken = backup(tmp_path, days_ago=0, is_good=False)

    prune(tmp_path)

    assert old[0].exists()
    assert broken.exists()


def test_what_was_cut_off_goes_and_what_is_written_or_of_others_stays(tmp_path):
    first = backup(tmp_path, days_ago=0)
    left = tmp_path / f"{first.name}.dump.part"
    others = [tmp_path / "notes.txt", tmp_path / "other-2020-01-01T000000Z.tillkeeper"]
    for path in [left, *others]:
        path.touch()

    assert prune_folder(tmp_path, database="shop", now=datetime.now(tz=UTC)) == []
    later = datetime.now(tz=UTC) + timedelta(days=2)
    assert prune_folder(tmp_path, database="shop", now=later) == [left]

    assert sorted(tmp_path.iterdir()) == sorted([first, *others])


def test_all_of_the_books_are_proven_once_a_week():
    week = [choose_steps(date(2026, 3, 16) + timedelta(days=n)) for n in range(7)]

    assert sum(["verify_books"] in steps for steps in week) == 1
    assert sum(["verify_books", "--new"] in steps for steps in week) == 6


@pytest.mark.exhaustive
def test_a_step_that_fails_keeps_no_other_from_its_work(shop, manage):
    here = {"TILLKEEPER_DATA": str(shop)}

    done = manage("night", BACKUP_COPY=str(shop / "no-stick"), **here)

    assert done.returncode == 1
    assert "backup" in done.stderr.rpartition("Not everything was done tonight")[2]
    assert "clean_up failed" not in done.stderr
    assert "the books balance" in done.stdout
    assert [*(shop / "backups").glob("tillkeeper_shop-*.tillkeeper")]
