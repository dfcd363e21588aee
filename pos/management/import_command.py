"""Import command: what every command that imports lines of a CSV file does."""

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from django.core.management.base import CommandError

from pos.core.csv_reader import Problem, Table, UnreadableError, read_table
from pos.core.errors import DomainError
from pos.management.arguments import get_company, get_staff_member
from pos.management.recorded_command import RecordedCommand
from pos.models import Company, StaffMember


class LineFile(Protocol):
    """What was read of a file: its lines, and what the reader has to say of it."""

    @property
    def lines(self) -> Sequence[object]: ...
    @property
    def notices(self) -> Sequence[str]: ...


class LinesImported(Protocol):
    """How many lines each thing happened to, and which were refused."""

    created: int
    changed: int
    unchanged: int
    problems: list[Problem]


class ImportCommand(RecordedCommand):
    """Reads a file and imports its lines, all or nothing.

    A command names its ``things`` in the plural, and says how a table is read, what
    service imports it and what is to be said of the result besides.
    """

    things: str

    def read(self, table: Table, company: Company) -> Any:
        """Return the ``LineFile``, or raise UnreadableError."""
        raise NotImplementedError

    def import_file(
        self, company: Company, options: dict[str, Any], **arguments: Any
    ) -> LinesImported:
        """Call the service with ``arguments``, and what else the ``options`` say."""
        raise NotImplementedError

    def describe_rest(self, result: Any) -> str:
        """Return the figure that only these things have."""
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--company", required=True, metavar="CODE")
        parser.add_argument(
            "--staff", metavar="NAME", help="Who is responsible; otherwise the owner."
        )
        parser.add_argument("--dry-run", action="store_true", help="Save nothing.")
        parser.add_argument(
            "--skip-bad", action="store_true", help="Import the good lines."
        )

    def handle(self, *, dry_run: bool, skip_bad: bool, **options: Any) -> None:
        company = get_company(options["company"])
        actor: StaffMember = get_staff_member(company, options["staff"])
        file = self._read(options["file"], company)
        for notice in file.notices:
            self.stderr.write(notice, str)
        try:
            result = self.import_file(
                company,
                options,
                file=file,
                actor=actor,
                skips_bad=skip_bad,
                is_dry=dry_run,
                progress=self._progress(len(file.lines), options["verbosity"]),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self._report(result, dry_run=dry_run, skip_bad=skip_bad)

    def _read(self, path: Path, company: Company) -> LineFile:
        try:
            file: LineFile = self.read(read_table(path.read_bytes()), company)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except UnreadableError as error:
            raise CommandError(str(error)) from error
        return file

    def _progress(self, total: int, verbosity: int) -> Callable[[int], None]:
        def progress(done: int) -> None:
            if verbosity and (done % 500 == 0 or done == total > 500):
                self.stderr.write(f"{done:,} of {total:,} {self.things}", str)

        return progress

    def _report(self, result: LinesImported, *, dry_run: bool, skip_bad: bool) -> None:
        for problem in result.problems:
            self.stderr.write(str(problem))
        refused = len(result.problems)
        lines = "1 bad line" if refused == 1 else f"{refused:,} bad lines"
        figures = (
            f"{result.created:,} new, {result.changed:,} changed,"
            f" {result.unchanged:,} as they were, {self.describe_rest(result)}"
        )
        if refused and not skip_bad:
            raise CommandError(
                f"{lines}, so nothing was imported (the others: {figures})."
                " --skip-bad imports the others."
            )
        verb = "Would import" if dry_run else "Imported"
        skipped = f"; {lines} skipped" if refused else ""
        summary = f"{verb} {self.things}: {figures}{skipped}."
        self.stdout.write(self.style.SUCCESS(summary))
