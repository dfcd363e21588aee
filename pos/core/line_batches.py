"""Line batches: a file is imported some lines at a time, each time a transaction.

All lines are validated first, without a lock. So what stops an import halfway is only
what changed meanwhile, and no transaction is longer than that of one batch.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Generic, Protocol, TypeVar

from django.db import IntegrityError, OperationalError, transaction

from pos.core.csv_reader import Problem
from pos.core.transactions import atomic_with_retry

# How many lines are imported in one transaction: the first, at most, and at least.
FIRST_LINES = 100
LINES_MAX = 500
LINES_MIN = 25
# In seconds: how long a transaction should hold its locks. The next batch has as many
# lines as would have taken so long.
HOLD_TARGET = 0.1
# After every line of a file.
LINE_MAX = 10**9
# How often a batch is planned again after others have taken what it was to write.
ATTEMPTS = 5


class NumberedLine(Protocol):
    """A line that knows its number in the file."""

    @property
    def line(self) -> int: ...


@dataclass(slots=True)
class LinesImported:
    """How many lines each thing happened to, and which were refused.

    ``stopped_at`` is the line at which an import goes on that was stopped: those before
    it are saved. ``stopped_by`` says why, where no line was refused.
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    is_saved: bool = False
    stopped_at: int | None = None
    stopped_by: str = ""

    def add(self, part: "LinesImported") -> None:
        """Add the figures and the problems of some lines."""
        for one in fields(part):
            value = getattr(part, one.name)
            if type(value) is int and one.name != "stopped_at":
                setattr(self, one.name, getattr(self, one.name) + value)
        self.problems += part.problems
        self.problems.sort(key=lambda problem: problem.line)

    def stop(self, batch: "Batch[Any]", reason: str = "") -> None:
        """Say that the import goes on at this batch, which is not saved."""
        self.stopped_at = batch.lines[0].line if batch.lines else 0
        self.stopped_by = reason


LineT = TypeVar("LineT", bound=NumberedLine)
ResultT = TypeVar("ResultT", bound=LinesImported)


@dataclass(frozen=True, slots=True)
class Batch(Generic[LineT]):
    """Some lines that follow each other, and how many were unreadable among them."""

    lines: Sequence[LineT]
    unreadable: int = 0
    skips_bad: bool = False

    @property
    def facts(self) -> dict[str, str]:
        """Which lines they are, for the audit trail."""
        if not self.lines:
            return {}
        return {"lines": f"{self.lines[0].line}\N{EN DASH}{self.lines[-1].line}"}


class Cutter(Generic[LineT]):
    """Cuts lines into batches; without any lines, into one that is empty.

    ``unread`` are the lines that could not be read, and are counted where they are.
    """

    def __init__(
        self, lines: Sequence[LineT], unread: Sequence[Problem], *, skips_bad: bool
    ) -> None:
        self.done = 0
        self._lines = lines
        self._unread = unread
        self._skips_bad = skips_bad
        self._size = FIRST_LINES
        self._last = 0

    def __iter__(self) -> Iterator[Batch[LineT]]:
        self.done = 0
        while True:
            start = self.done
            self._last = min(self._size, len(self._lines) - start)
            self.done = start + self._last
            some = self._lines[start : self.done]
            after = self._lines[start - 1].line if start else 0
            is_end = self.done == len(self._lines)
            upto = LINE_MAX if is_end else some[-1].line
            unreadable = sum(after < one.line <= upto for one in self._unread)
            yield Batch(some, unreadable, self._skips_bad)
            if is_end:
                return

    def fit(self, seconds: float) -> None:
        """Make the next batch as long as the last one should have been."""
        size = int(self._last * HOLD_TARGET / max(seconds, 0.001))
        self._size = max(LINES_MIN, min(size, LINES_MAX, 2 * self._size))


@dataclass(frozen=True, slots=True)
class BatchImport(Generic[LineT, ResultT]):
    """How the lines of one kind of file are imported.

    ``require`` refuses who may not import it. ``check`` says what would be refused,
    batch after batch, and writes nothing; ``write`` writes one batch, in a transaction
    that it is given. If a line of it is refused it writes nothing, unless the batch
    skips these.
    """

    result: type[ResultT]
    require: Callable[[], object]
    check: Callable[[Sequence[LineT]], ResultT]
    write: Callable[[Batch[LineT]], ResultT]

    def run(
        self,
        lines: Sequence[LineT],
        *,
        unread: Sequence[Problem],
        skips_bad: bool,
        is_dry: bool,
        progress: Callable[[int], None],
    ) -> ResultT:
        """Import the lines; ``unread`` are those that could not be read.

        If a line is refused beforehand, nothing is stored, unless ``skips_bad``. What
        is refused later stops at its batch: the result says so.
        """
        self._ask()
        result = self.result(problems=list(unread))
        if is_dry:
            self._try_all(Cutter(lines, unread, skips_bad=True), result, progress)
            return result
        if not skips_bad:
            for start in range(0, len(lines), LINES_MAX):
                result.add(self.check(lines[start : start + LINES_MAX]))
            if result.problems:
                return result
        result = self.result(problems=list(unread))
        cutter = Cutter(lines, unread, skips_bad=skips_bad)
        self._write_all(cutter, result, progress)
        return result

    @atomic_with_retry
    def _ask(self) -> None:
        """Refuse who may not; the refusal is in the audit trail."""
        self.require()

    def _write_all(
        self,
        batches: Cutter[LineT],
        result: ResultT,
        progress: Callable[[int], None],
    ) -> None:
        """Write batch after batch, as far as they can be; the result says how far."""
        for batch in batches:
            began = time.monotonic()
            try:
                part = self._write_again(batch)
            except (OperationalError, IntegrityError) as error:
                result.stop(batch, str(error).partition("\n")[0])
                return
            if part.problems and not batch.skips_bad:
                result.problems += part.problems
                result.stop(batch)
                return
            result.add(part)
            result.is_saved = True
            batches.fit(time.monotonic() - began)
            if batches.done:
                progress(batches.done)

    @atomic_with_retry
    def _try_all(
        self,
        batches: Cutter[LineT],
        result: ResultT,
        progress: Callable[[int], None],
    ) -> None:
        """Write all, add what was done to the result, and undo all of it."""
        parts = []
        for batch in batches:
            parts.append(self._write_again(batch))
            if batches.done:
                progress(batches.done)
        transaction.set_rollback(True)
        for part in parts:
            result.add(part)

    def _write_again(self, batch: Batch[LineT]) -> ResultT:
        """Write a batch; again where another request was first with a unique value."""
        for _attempt in range(1, ATTEMPTS):
            try:
                return self._write(batch)
            except IntegrityError:
                # What the other has written can be read now.
                continue
        return self._write(batch)

    @atomic_with_retry
    def _write(self, batch: Batch[LineT]) -> ResultT:
        part = self.write(batch)
        if part.problems and not batch.skips_bad:
            transaction.set_rollback(True)
        return part
