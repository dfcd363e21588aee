"""Anchor file: lines are added one writer after the other, all of them or none."""

import fcntl
import resource
from threading import Thread

import pytest

from sales.books.anchor_file import append_anchors, read_anchors
from sales.books.anchors import Anchor, write_lines
from sales.books.errors import AnchorFileError

KEY = "kept-somewhere-else-for-these-tests-only"
ANCHORS = [Anchor("2026-11-29T08:00:00+00:00", "SHOP", "T1", 7, "0" * 64)] * 3


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "anchors"
    append_anchors(path, ANCHORS, key=KEY)
    return path


def test_lines_that_do_not_fit_on_the_disk_are_taken_back(path):
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, hard))
    try:
        with pytest.raises(AnchorFileError):
            append_anchors(path, ANCHORS, key=KEY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert path.read_bytes() == before


def test_two_at_once_write_one_after_the_other(path):
    """Each line is signed with the one before, which the other has just written."""
    second = Thread(target=append_anchors, args=(path, ANCHORS), kwargs={"key": KEY})
    with path.open("a+") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        first.seek(0)
        lines = write_lines(ANCHORS, key=KEY, after=first.read())
        second.start()
        second.join(timeout=0.5)
        first.write(lines)
    second.join()

    assert [line.problem for line in read_anchors(path, key=KEY)] == [""] * 9
