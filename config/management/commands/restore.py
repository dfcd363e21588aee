"""Command: puts a backup in place of what is in the database."""

import shutil
import subprocess
import tempfile
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from config import postgres_programs
from config.backups import encryption
from config.backups.archive import ArchiveError, is_plain_dump, read_archive
from config.backups.manifest import Manifest, read_manifest
from config.migration_lock import KEY
from config.newer_database import refuse_newer_backup
from pos.access.acts import Act
from pos.management.recorded_command import RecordedCommand, record_in_every_company

# Written by pg_restore from PostgreSQL 17 on, and unknown to an older server.
TRANSACTION_TIMEOUT = b"SET transaction_timeout = 0;\n"
KNOWS_TRANSACTION_TIMEOUT = 17

# Every table and function of ours goes, also one that the backup does not know. What
# somebody else has built on them is not taken away: then nothing is restored.
EMPTY = """
SET lock_timeout = '60s';
SELECT pg_advisory_xact_lock(:migration_lock);
DO $do$
DECLARE
    names text;
BEGIN
    SELECT string_agg(format('public.%I', relname), ', ') INTO names FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p');
    IF names IS NOT NULL THEN
        EXECUTE 'DROP TABLE ' || names;
    END IF;
    SELECT string_agg(pg_proc.oid::regprocedure::text, ', ') INTO names FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend
                            WHERE classid = 'pg_proc'::regclass
                                AND objid = pg_proc.oid AND deptype = 'e');
    IF names IS NOT NULL THEN
        EXECUTE 'DROP FUNCTION ' || names;
    END IF;
END $do$;
"""


class Command(RecordedCommand):
    help = "Put a backup in place of what is in the database, wholly or not at all."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what the command backup wrote")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="also if a shop is in the database now; what it has is lost",
        )

        parser.add_argument(
            "--key",
            type=Path,
            metavar="FILE",
            help="the private key, if the backup is encrypted",
        )

    def handle(
        self, *, file: Path, replace: bool, key: Path | None, **options: Any
    ) -> None:
        """Restore in one transaction, and bring the tables to this version."""
        if not file.is_file():
            raise CommandError(f"There is no backup {file}.")
        if _holds_a_shop() and not replace:
            raise CommandError(
                f"A shop is in {postgres_programs.find_database_name()}: with"
                " --replace the backup takes its place, and what it has now is lost."
            )
        with tempfile.TemporaryDirectory(prefix="tillkeeper-restore-") as place:
            dump, manifest = _open(file, Path(place), key=key)
            if manifest:
                refuse_newer_backup(manifest.migrations, version=manifest.version)
            if not _restore(dump):
                raise CommandError(
                    "Nothing was restored, and nothing has changed: see the message"
                    " above."
                )
        call_command("migrate", interactive=False, verbosity=0)
        record_in_every_company(Act.BACKUP_RESTORED)
        if manifest:
            self._compare(manifest)
        self.stdout.write(f"{file} is in place of what was there.")
        # It lists what is wrong, and its exit status is ours.
        call_command("verify_books", stdout=self.stdout)

    def _compare(self, manifest: Manifest) -> None:
        """Say up to which sale the books are back, or what is missing in them."""
        differences = [*manifest.find_differences(read_manifest(connection))]
        if differences:
            raise CommandError(
                "The backup is in place, but not all that was in it:\n"
                + "\n".join(differences)
            )
        self.stdout.write(
            f"The newest sale in this backup is {manifest.newest_sale}."
            if manifest.newest_sale
            else "No sale is in this backup."
        )


def _open(file: Path, place: Path, *, key: Path | None) -> tuple[Path, Manifest | None]:
    """Return the dump, proven against its manifest; older backups have none."""
    try:
        if is_plain_dump(file):
            return file, None
        dump = place / "database.dump"
        with file.open("rb") as source:
            manifest = read_archive(source, dump=dump)
        if not manifest.encrypted_to:
            return dump, manifest
        if not key:
            raise CommandError(
                f"{file} is encrypted to {manifest.encrypted_to}: name the file of its"
                " private key with --key."
            )
        plain = place / "plain.dump"
        encryption.decrypt(dump, plain, key_file=key)
        dump.unlink()
        return plain, manifest
    except ArchiveError as error:
        raise CommandError(
            f"{file} {error}. Nothing was restored, and nothing has changed."
        ) from None
    except encryption.EncryptionError as error:
        raise CommandError(f"{file} was not restored. {error}") from None
    except OSError as error:
        raise CommandError(
            f"{file} could not be unpacked in {place.parent}: {error.strerror}. Nothing"
            " has changed. TMPDIR=… before the command names another place."
        ) from None


def _holds_a_shop() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.pos_company') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT EXISTS (SELECT FROM public.pos_company)")
        return bool(cursor.fetchone()[0])


def _restore(file: Path) -> bool:
    """Empty the database and fill it from the file; whether that was done.

    pg_restore writes SQL, and psql runs it. COMMIT follows only once the file was
    read to its end; without it the server takes everything back.
    """
    engine = postgres_programs.newest_engine()
    read = [
        engine.program("pg_restore"),
        *("--file=-", "--no-owner", "--no-privileges", "--no-comments"),
        str(file),
    ]
    run = [
        engine.program("psql"),
        *("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1"),
        f"--set=migration_lock={KEY}",
        f"--dbname={postgres_programs.build_address()}",
    ]
    knows_timeout = _server_major() >= KNOWS_TRANSACTION_TIMEOUT
    connection.close()  # no program waits for our own connection
    with (
        subprocess.Popen(read, stdout=subprocess.PIPE) as reader,  # noqa: S603
        subprocess.Popen(  # noqa: S603
            run, stdin=subprocess.PIPE, env=postgres_programs.build_environment()
        ) as runner,
    ):
        assert reader.stdout
        assert runner.stdin
        try:
            runner.stdin.write(b"BEGIN;" + EMPTY.encode())
            if not knows_timeout:
                _copy_head(reader.stdout, runner.stdin)
            shutil.copyfileobj(reader.stdout, runner.stdin)
            if reader.wait() == 0:
                runner.stdin.write(b"COMMIT;\n")
            runner.stdin.close()
        except BrokenPipeError:
            reader.kill()  # psql has refused a statement, and said which
            with suppress(BrokenPipeError):
                runner.stdin.close()
    return reader.returncode == 0 == runner.returncode


def _server_major() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def _copy_head(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy up to the setting that an older server does not know, and skip that."""
    for line in source:
        if line == TRANSACTION_TIMEOUT:
            return
        target.write(line)
