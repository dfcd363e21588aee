"""Manifest: it is read back as it was written, and says what was not restored."""

from dataclasses import replace

import pytest

from config.backups.manifest import ChainHead, Manifest, ManifestError

HEAD = ChainHead("SHOP", "T1", 7, "ab" * 32)
MANIFEST = Manifest(
    made_at="2026-11-30T19:15:00+00:00",
    version="0.1.0",
    server="18.6",
    migrations=["pos.0001_initial"],
    counts={"sales": 3, "tenders": 4, "points entries": 5},
    chain_heads=[HEAD],
    newest_sale="T1-S-000003 of 18:02 on 2026-11-30",
)


def test_a_manifest_is_read_as_it_was_written():
    assert Manifest.from_json(MANIFEST.as_json()) == MANIFEST


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": 1, "more": 2}'])
def test_what_is_no_manifest_is_refused(content):
    with pytest.raises(ManifestError, match="its manifest cannot be read"):
        Manifest.from_json(content)


def test_a_newer_format_is_refused_with_what_to_do():
    with pytest.raises(ManifestError, match=r"restore it with the version .* made it"):
        Manifest.from_json(b'{"format": 2}')


def test_each_difference_is_a_sentence():
    other = replace(
        MANIFEST,
        counts=MANIFEST.counts | {"sales": 2},
        chain_heads=[replace(HEAD, chain_no=6)],
    )

    assert [*MANIFEST.find_differences(MANIFEST)] == []
    assert [*MANIFEST.find_differences(other)] == [
        "2 sales were restored, and 3 were backed up.",
        "The chain of till SHOP T1 ends with 6, and in the backup with 7 abababab.",
    ]
    assert [*MANIFEST.find_differences(replace(other, chain_heads=[]))][1] == (
        "The chain of till SHOP T1 is missing."
    )
