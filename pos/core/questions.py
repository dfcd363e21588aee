"""Questions: what a command asks for, and how each answer is validated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Field, Model

from pos.core.errors import InvalidFieldError

Answers = Mapping[str, Any]


def empty_default(answers: Answers) -> str:
    return ""


def no_default(answers: Answers) -> None:
    return None


def always(answers: Answers) -> bool:
    return True


def option_only(answers: Answers) -> bool:
    """Never ask: it is an option, for the few who need it."""
    return False


def _accept_any(value: Any) -> None:
    return None


@dataclass(frozen=True)
class Question:
    """One question. ``default`` returns None if an answer is required.

    ``check`` refuses an answer for more than its column would.
    """

    name: str
    text: str
    model: type[Model]
    column: str
    option: str
    default: Callable[[Answers], str | None] = empty_default
    is_asked: Callable[[Answers], bool] = always
    check: Callable[[Any], None] = _accept_any

    def clean(self, answer: str) -> Any:
        """Return the answer as it is stored.

        Raises InvalidFieldError, or what ``check`` refuses with.
        """
        field = cast("Field[Any, Any]", self.model._meta.get_field(self.column))
        if not answer and field.blank:
            return field.to_python(answer or None) if field.null else ""
        try:
            ProhibitNullCharactersValidator()(answer)
            value = field.clean(answer, None)
        except ValidationError as error:
            raise InvalidFieldError(
                field=field.verbose_name, problem=error.messages[0]
            ) from error
        self.check(value)
        return value
