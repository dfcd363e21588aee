"""Asking command: asks a person for what is not given as an option."""

import getpass
import os
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.core.management.base import CommandError

from pos.core.errors import DomainError
from pos.core.questions import Question
from pos.management.recorded_command import RecordedCommand


class AskingCommand(RecordedCommand):
    """Asks for what is not given as an option; with ``--no-input`` asks nothing."""

    questions: ClassVar[Sequence[Question]]
    # What is not there when somebody stops before the end.
    stopped = "Stopped: nothing was set up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--no-input",
            "--noinput",
            action="store_true",
            help="Ask nothing: use the default of every option that is left out.",
        )
        for question in self.questions:
            parser.add_argument(question.option, dest=question.name, help=question.text)

    def handle(self, *, no_input: bool, **options: Any) -> None:
        try:
            self.carry_out(options, asks=not no_input)
        except DomainError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError(self.stopped) from error
        except EOFError as error:
            raise CommandError(
                "Nobody can answer here: give the options, and --no-input."
            ) from error

    def carry_out(self, options: dict[str, Any], *, asks: bool) -> None:
        raise NotImplementedError

    def answers(self, options: dict[str, Any], *, asks: bool) -> dict[str, Any]:
        """Return each answer: from an option, a person or the default."""
        answers: dict[str, Any] = {}
        for question in self.questions:
            given = options[question.name]
            if given is None and not question.is_asked(answers):
                continue
            default = question.default(answers)
            if given is None and asks:
                answers[question.name] = self._ask(question, default)
            elif given is None and default is None:
                raise CommandError(f"{question.option} is required with --no-input.")
            else:
                text = default if given is None else given
                answers[question.name] = question.clean(str(text))
        return answers

    def secret(
        self, variable: str, prompt: str, check: Callable[[str], None], *, noun: str
    ) -> str:
        """Return what is never an option: the variable's value, or what is typed twice.

        ``check`` refuses one; ``noun`` is what it is.
        """
        if secret := os.environ.get(variable):
            check(secret)
            return secret

        def answer() -> str:
            typed = getpass.getpass(f"{prompt}: ")
            check(typed)
            if typed and getpass.getpass(f"Repeat the {noun}: ") != typed:
                raise CommandError(f"The {noun}s do not match.")
            return typed

        return self._ask_until_valid(answer)

    def _ask(self, question: Question, default: str | None) -> Any:
        hint = f" [{default}]" if default else ""

        def answer() -> Any:
            # A question is not an error, so it has no error's colour.
            self.stderr.write(f"{question.text}{hint}: ", str, ending="")
            self.stderr.flush()
            return question.clean(input().strip() or default or "")

        return self._ask_until_valid(answer)

    def _ask_until_valid(self, answer: Callable[[], Any]) -> Any:
        """Ask until the answer is valid; print each time what is wrong."""
        while True:
            try:
                return answer()
            except (DomainError, CommandError) as error:
                self.stderr.write(str(error))
