"""Field validation: refuses a row with a value that its column cannot hold."""

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault

from pos.core.errors import InvalidFieldError

_prohibit_null_characters = ProhibitNullCharactersValidator()


def validate_fields(row: Model) -> None:
    """Refuse a row with a value that does not fit its column, and name the column.

    What only the database can check, such as uniqueness, is not checked.
    """
    for field in row._meta.concrete_fields:
        if field.is_relation or field.primary_key or field.generated:
            continue
        value = getattr(row, field.attname)
        if isinstance(value, DatabaseDefault):
            continue
        try:
            _prohibit_null_characters(value)
            if not (field.blank and value in field.empty_values):
                field.clean(value, row)
        except ValidationError as error:
            raise InvalidFieldError(
                field=field.verbose_name, problem=error.messages[0]
            ) from error
