"""Doctor: the command's lines, status, JSON and figures, and what is kept of them."""

import json
import re
from datetime import timedelta

import pytest
from django.utils.timezone import now
from django.utils.translation import override

from config.doctor import examine, kept
from config.doctor.checks import CHECKS
from config.doctor.finding import Finding, Level, bad, ok, read_finding, warn, worst
from config.localdb import Cluster
from config.localdb.roles import APP
from tests.config.conftest import run_manage
from tests.config.doctor.conftest import changed
from tests.support.mail_listener import listening
from tests.support.postgresql import bin_dir_of, each_major
from tests.support.throwaway import throwaway_cluster

NO_DATABASE = {"DATABASE_URL": "postgres://nobody@//nowhere/none"}


def levels(said: str) -> dict[str, str]:
    """The level of each check, as JSON says it."""
    return {one["name"]: one["level"] for one in json.loads(said)["checks"]}


def test_every_check_has_a_name_of_its_own():
    names = [check.name for check in CHECKS]

    assert len({*names}) == len(names) > 20
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)


def test_the_worst_of_all_is_how_it_is():
    assert worst([]) is Level.OK
    assert worst([ok("a"), warn("b", "c")]) is Level.WARN
    assert worst([bad("a", "b"), ok("c"), warn("d", "e")]) is Level.BAD


def test_a_finding_is_kept_with_its_facts():
    finding = bad("It has %(count)s %%.", "Take %(count)s.", count=3)

    assert read_finding(json.loads(json.dumps(finding.as_json()))) == finding
    assert (finding.sentence, finding.advice) == ("It has 3 %.", "Take 3.")


def test_a_finding_speaks_the_language_of_who_reads_it():
    finding = ok("The database has checksums on its pages.")

    with override("zh-hans"):
        assert finding.sentence == "数据库的数据页带有校验和。"


class TestCommand:
    @pytest.mark.exhaustive
    def test_a_new_shop_is_well_but_for_its_mail(self, shop):
        done = run_manage("doctor", "--json", TILLKEEPER_DATA=str(shop))

        found = levels(done.stdout)
        # Of this machine, whose clock and disk are not the shop's.
        for name in ("clock_synchronized", "disk_free", "durable_writes"):
            found.pop(name)
        assert {name for name, level in found.items() if level != "ok"} == {"mail"}
        assert found["mail"] == "warn"

    @pytest.mark.exhaustive
    def test_the_status_is_that_of_the_worst_line(self, shop):
        done = run_manage("doctor", TILLKEEPER_DATA=str(shop))

        lines = done.stdout.splitlines()
        words = [line.split()[0] for line in lines]
        assert len(lines) == len(CHECKS)
        assert {*words} <= {"ok", "warn", "bad"}
        assert done.returncode == (2 if "bad" in words else 1)
        assert done.stderr == ""

    @pytest.mark.exhaustive
    def test_a_setting_that_is_off_ends_it_with_two(self, shop):
        with changed(Cluster(shop / "postgres"), "fsync", "off"):
            done = run_manage("doctor", TILLKEEPER_DATA=str(shop))

        assert done.returncode == 2
        assert re.search(r"^bad  durability: .*fsync = off", done.stdout, re.M)

    def test_without_a_database_it_says_so_and_looks_at_the_rest(self, tmp_path):
        done = run_manage(
            "doctor", "--json", TILLKEEPER_DATA=str(tmp_path), **NO_DATABASE
        )

        found = levels(done.stdout)
        assert done.returncode == 2
        assert found["database_answers"] == "bad"
        assert {"mail", "https_certificate"} <= found.keys()
        assert "durable_settings" not in found
        assert "nowhere" not in done.stdout

    @pytest.mark.exhaustive
    def test_a_database_without_tables_is_looked_at_as_far_as_it_goes(self, place):
        done = run_manage("doctor", "--json", TILLKEEPER_DATA=str(place))

        found = levels(done.stdout)
        assert found["clock_documents"] == "warn"
        assert found["durable_settings"] == "ok"

    @pytest.mark.exhaustive
    def test_for_prometheus_each_line_is_a_figure(self, shop):
        done = run_manage("doctor", "--prometheus", TILLKEEPER_DATA=str(shop))

        lines = done.stdout.splitlines()
        figures = [line for line in lines if not line.startswith("# ")]
        assert done.returncode == 0
        assert all(
            re.fullmatch(r'[a-z_]+(\{check="[a-z_]+"\})? -?[0-9.e-]+', line)
            for line in figures
        )
        assert 'tillkeeper_doctor{check="mail"} 1' in figures
        assert any("disk_free_free_share 0." in line for line in figures)

    @pytest.mark.exhaustive
    def test_what_cannot_be_kept_is_a_line_more(self, shop, tmp_path):
        ask = (
            "from django.conf import settings; from pathlib import Path;"
            f"settings.DATA_DIR = Path({str(tmp_path / 'none')!r});"
            "from django.core.management import call_command; call_command('doctor')"
        )
        done = run_manage("shell", "-v0", "-c", ask, TILLKEEPER_DATA=str(shop))

        assert "The result is not kept for the page Health" in done.stdout


class TestMail:
    def test_one_on_trial_is_sent(self):
        with listening() as listener:
            done = run_manage(
                *("doctor", "--mail"),
                EMAIL_URL=f"smtp://127.0.0.1:{listener.port}",
                ALARM_TO="owner@example.com",
                **NO_DATABASE,
            )

        assert done.returncode == 0
        assert done.stdout.startswith("ok   mail: A mail on trial is on its way to ")
        assert listener.recipients == ["owner@example.com"]

    def test_one_that_is_refused_says_why(self):
        with listening(refuses="RCPT") as listener:
            done = run_manage(
                *("doctor", "--mail"),
                EMAIL_URL=f"smtp://127.0.0.1:{listener.port}",
                ALARM_TO="owner@example.com",
                **NO_DATABASE,
            )

        assert done.returncode == 2
        assert "it refuses the addresses of ALARM_TO" in done.stdout

    def test_without_a_server_it_says_what_to_set(self):
        done = run_manage("doctor", "--mail", **NO_DATABASE)

        assert done.returncode == 2
        assert "EMAIL_URL is not set, so nobody learns of it" in done.stdout


@pytest.mark.parametrize(
    ("variables", "level"),
    [
        ({}, Level.WARN),
        ({"EMAIL_URL": "smtp://mail.example.com"}, Level.WARN),
        (
            {"EMAIL_URL": "smtp://me:pw@mail.example.com", "ALARM_TO": "a@b.example"},
            Level.WARN,
        ),
        (
            {
                "EMAIL_URL": "smtp+tls://me:pw@mail.example.com",
                "ALARM_TO": "a@b.example",
            },
            Level.OK,
        ),
    ],
)
def test_how_mail_is_set_up_is_looked_at(variables, level):
    ask = "from config.doctor import mail; print(mail.check_mail())"

    done = run_manage("shell", "-v0", "-c", ask, **variables, **NO_DATABASE)

    assert f"<Level.{level.name}: {int(level)}>" in done.stdout
    assert "pw" not in done.stdout


@pytest.mark.django_db
class TestForPage:
    def found(self) -> dict[str, Finding]:
        return {one.name: one.finding for one in examine.examine_for_page()}

    def test_what_is_slow_was_not_looked_at_yet(self, data):
        found = self.found()

        slow = {check.name for check in CHECKS if check.is_slow}
        assert found.keys() == {check.name for check in CHECKS} - slow | {"kept"}
        assert found["kept"].level is Level.WARN

    @pytest.mark.parametrize(("hours", "level"), [(25, Level.OK), (27, Level.WARN)])
    def test_what_is_slow_is_as_the_command_found_it(self, data, hours, level):
        at = now() - timedelta(hours=hours)
        kept.keep_run(
            at,
            {
                "https_certificate": bad("It has expired.", "Renew it."),
                "mail": bad("Of yesterday.", ""),
            },
        )

        found = self.found()

        assert found["https_certificate"] == bad("It has expired.", "Renew it.")
        assert found["mail"].level is Level.WARN
        assert found["kept"].level is level
        assert f"{hours} hours ago" in found["kept"].sentence


def test_an_owner_who_cannot_come_in_is_a_line(own_cluster, use, data, settings):
    settings.DATABASE_OWNER = {"USER": "nobody_of_this_name"}
    with use(own_cluster, APP):
        found = {one.name: one.finding for one in examine.examine_all()}

    assert found["locks_transactions"].level is Level.WARN
    assert "could not be looked at" in found["locks_transactions"].sentence
    assert found["locks_prepared"].level is Level.OK


@pytest.mark.exhaustive
@each_major
def test_every_check_can_ask_each_major(major, use, data, monkeypatch):
    monkeypatch.setenv("TILLKEEPER_PG_BIN", bin_dir_of(major))
    with throwaway_cluster(is_durable=True) as cluster, use(cluster, APP):
        found = {one.name: one.finding for one in examine.examine_all()}

    # A cluster without tables has no documents.
    not_asked = [name for name, it in found.items() if "looked at" in it.sentence]
    assert not_asked == ["clock_documents"]
    asked = ("durable", "database", "locks")
    wrong = [name for name, it in found.items() if it.level and name.startswith(asked)]
    assert set(wrong) <= {"durable_writes"}  # of this machine
