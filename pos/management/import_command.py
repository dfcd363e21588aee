"""Import command: what every command that imports lines of a CSV file does."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from django.core.management.base import CommandError

from pos.core.csv_reader import Problem, Table, UnreadableError, read_table
from pos.core.errors import DomainError
from pos.core.line_batches import LinesImported, NumberedLine
from pos.management.arguments import get_company, get_staff_member
from pos.management.recorded_command import RecordedCommand
from pos.models import Company, StaffMember

# After so many lines it is said how far an import is.
EVERY = 500


class LineFile(Protocol):
    """What was read of a file: its lines, and what the reader has to say of it."""

    lines: Sequence[NumberedLine]
    problems: Sequence[Problem]

    @property
    def notices(self) -> Sequence[str]: ...


class Progress:
    """Says how far an import is, and knows how many lines are done."""

    def __init__(self, command: "ImportCommand", total: int, verbosity: int) -> None:
        self.done = 0
        self._command = command
        self._total = total
        self._is_quiet = not verbosity or total <= EVERY

    def __call__(self, done: int) -> None:
        before, self.done = self.done, done
        if self._is_quiet:
            return
        whole = done - done % EVERY
        for reached in {whole: None, done: None} if done == self._total else (whole,):
            if reached > before:
                text = f"{reached:,} of {self._total:,} {self._command.things}"
                self._command.stderr.write(text, str)


def describe_stop(line: int | None) -> str:
    """Say what is imported, and where the next run goes on; None if nothing is."""
    if line is None:
        return "Nothing was imported."
    return (
        f"The lines before line {line:,} are imported. Import the file again, or with"
        f" --from-line {line}: it goes on at line {line:,}, and what is imported stays"
        " as it is."
    )


class ImportCommand(RecordedCommand):
    """Reads a file and imports its lines, after all of them were validated.

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
        parser.add_argument(
            "--from-line",
            type=int,
            default=0,
            metavar="N",
            help="Leave out the lines before: go on where an import was stopped.",
        )

    def handle(
        self, *, dry_run: bool, skip_bad: bool, from_line: int, **options: Any
    ) -> None:
        company = get_company(options["company"])
        actor: StaffMember = get_staff_member(company, options["staff"])
        file = self._read(options["file"], company)
        file.lines = [one for one in file.lines if one.line >= from_line]
        file.problems = [one for one in file.problems if one.line >= from_line]
        for notice in file.notices:
            self.stderr.write(notice, str)
        progress = Progress(self, len(file.lines), options["verbosity"])
        try:
            result = self.import_file(
                company,
                options,
                file=file,
                actor=actor,
                skips_bad=skip_bad,
                is_dry=dry_run,
                progress=progress,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            left = [] if dry_run or not progress.done else file.lines[progress.done :]
            done = describe_stop(left[0].line if left else None)
            raise CommandError(f"Interrupted. {done}") from error
        self._report(result, dry_run=dry_run, skip_bad=skip_bad)

    def _read(self, path: Path, company: Company) -> LineFile:
        try:
            file: LineFile = self.read(read_table(path.read_bytes()), company)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except UnreadableError as error:
            raise CommandError(str(error)) from error
        return file

    def _report(self, result: LinesImported, *, dry_run: bool, skip_bad: bool) -> None:
        for problem in result.problems:
            self.stderr.write(str(problem))
        refused = len(result.problems)
        lines = "1 bad line" if refused == 1 else f"{refused:,} bad lines"
        figures = (
            f"{result.created:,} new, {result.changed:,} changed,"
            f" {result.unchanged:,} as they were, {self.describe_rest(result)}"
        )
        if result.stopped_at is not None:
            at = result.stopped_at if result.is_saved else None
            why = f"{result.stopped_by}\n" if result.stopped_by else ""
            raise CommandError(f"{why}Stopped ({figures}). {describe_stop(at)}")
        if refused and not skip_bad:
            raise CommandError(
                f"{lines}, so nothing was imported (the others: {figures})."
                " --skip-bad imports the others."
            )
        verb = "Would import" if dry_run else "Imported"
        skipped = f"; {lines} skipped" if refused else ""
        summary = f"{verb} {self.things}: {figures}{skipped}."
        self.stdout.write(self.style.SUCCESS(summary))
