"""The files of containers: what they name is there, and nothing secret goes along."""

import re
import subprocess

import pytest
import yaml

from tests.config.conftest import ROOT

COMPOSED = ["compose.yaml", "compose.one.yaml"]
IMAGE = ROOT / "config" / "image"
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.fixture(params=COMPOSED)
def composed(request):
    return yaml.safe_load((ROOT / request.param).read_text())


def test_what_is_copied_is_there_and_nothing_else_is_sent():
    copied = re.findall(r"^COPY ([^-].*) \S+$", DOCKERFILE, re.MULTILINE)
    sources = [name for line in copied for name in line.split()]
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert sources
    assert all((ROOT / name).exists() for name in sources)
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == {*sources}


def test_the_base_is_an_argument_and_nothing_is_fetched_from_an_address():
    [base] = re.findall(r"^ARG BASE=(\S+)$", DOCKERFILE, re.MULTILINE)

    assert re.fullmatch(
        r"docker\.io/library/python:3\.\d+-slim-bookworm(@sha256:\w{64})?", base
    )
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["${BASE}"] * 2
    assert "://" not in re.sub(r"DATABASE_URL=\S+", "", DOCKERFILE)
    assert not re.search(r"^ADD ", DOCKERFILE, re.MULTILINE)
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)


def test_every_secret_and_volume_is_defined_and_used(composed):
    services = composed["services"].values()
    secrets = {name for service in services for name in service.get("secrets", [])}
    named = {
        volume.partition(":")[0]
        for service in services
        for volume in service.get("volumes", [])
        if not volume.startswith("./")
    }

    assert secrets == {*composed["secrets"]}
    assert named == {*composed["volumes"]}


def test_every_file_that_is_named_is_there(composed):
    for service in composed["services"].values():
        for volume in service.get("volumes", []):
            source, _, _target = volume.partition(":")
            assert not source.startswith("./") or (ROOT / source).is_file()
        for word in service.get("command", []):
            assert not word.endswith(".sh") or (ROOT / word).is_file()
        for other in service.get("depends_on", []):
            assert other in composed["services"]


def test_every_setting_is_one_of_ours(composed):
    listed = (ROOT / ".env.example").read_text()
    known = set(re.findall(r"^(?:# )?([A-Z_]+)=", listed, re.MULTILINE))
    for name, service in composed["services"].items():
        if name in {"db", "caddy"}:
            continue
        for setting, value in service["environment"].items():
            is_file = setting.endswith("_FILE")
            assert (setting.removesuffix("_FILE") if is_file else setting) in known
            assert (
                not is_file or value.removeprefix("/run/secrets/") in service["secrets"]
            )


def test_what_serves_may_do_as_little_as_can_be(composed):
    for name, service in composed["services"].items():
        if service["image"] != "tillkeeper":
            continue
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["init"], name


def test_secrets_are_made_once_and_only_their_folder_is_closed(tmp_path):
    folder = tmp_path / "secrets"
    make = ["sh", IMAGE / "make-secrets.sh", folder]

    subprocess.run(make, check=True, capture_output=True)
    first = {path.name: path.read_text() for path in folder.iterdir()}
    (folder / "pin_key").unlink()
    subprocess.run(make, check=True, capture_output=True)
    second = {path.name: path.read_text() for path in folder.iterdir()}

    composed = yaml.safe_load((ROOT / "compose.yaml").read_text())
    assert first.keys() == second.keys() == composed["secrets"].keys()
    assert [name for name in first if first[name] != second[name]] == ["pin_key"]
    assert first["app_password"].strip() in first["database_url"]
    assert len({first["secret_key"], first["pin_key"], first["owner_password"]}) == 3
    assert len(first["secret_key"].strip()) == 64
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "script", sorted(IMAGE.glob("*.sh")), ids=lambda path: path.name
)
def test_scripts_are_read_by_a_plain_shell(script):
    subprocess.run(["sh", "-n", script], check=True)
    assert script.read_text().startswith("#!/bin/sh\n")


def test_secrets_never_go_into_the_repository():
    done = subprocess.run(
        ["git", "check-ignore", "secrets/secret_key"], cwd=ROOT, capture_output=True
    )

    assert done.returncode == 0
