"""Fields: money, quantities and rates; and the foreign keys of a company's rows.

``numeric(14, 3)`` would hold NaN, so each model adds the CHECK made by
:func:`finite`.
"""

from typing import Any, ClassVar, TypeVar

from django.core.checks import CheckMessage, Error
from django.db import models
from django.db.models import CheckConstraint, Q

# What may be set, and what is read: the related model, or None if it is nullable.
SetT = TypeVar("SetT")
GetT = TypeVar("GetT")


class MoneyField(models.DecimalField):
    """An amount in the company's currency, up to three decimal places."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 3)
        super().__init__(*args, **kwargs)


class QuantityField(models.DecimalField):
    """A quantity in the product's unit, to three places."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 3)
        super().__init__(*args, **kwargs)


class TaxRateField(models.DecimalField):
    """A fraction: 0.09 for 9 %."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 6)
        kwargs.setdefault("decimal_places", 5)
        super().__init__(*args, **kwargs)


class FractionField(models.DecimalField):
    """A fraction: 0.1 for 10 %."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 6)
        kwargs.setdefault("decimal_places", 5)
        super().__init__(*args, **kwargs)


class CompanyForeignKey(models.ForeignKey[SetT, GetT]):
    """The foreign key of a company's row: to its company, or to another row of it.

    The database guards it by a composite key, ``(company_id, x_id)``, which
    :func:`pos.core.schema.composite_keys` makes; so Django makes no constraint of its
    own. The row it refers to is protected. There is no index if ``related_name`` is
    "+", since no query starts from the other side.

    In a migration it is Django's plain field.
    """

    plain: ClassVar[type[models.ForeignKey]] = models.ForeignKey

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        if kwargs.get("related_name") == "+":
            kwargs["db_index"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.plain.__name__}", args, kwargs

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return [*super().check(**kwargs), *self._check_company()]

    def _check_company(self) -> list[CheckMessage]:
        """Both rows have a company, for the composite key to compare."""
        if _has_company(self.model) and (
            self.name == "company" or _has_company(self.related_model)
        ):
            return []
        return [
            Error(
                f"{self} is a key between rows of a company, and one has none.",
                hint="Use Django's ForeignKey.",
                obj=self,
                id="pos.E001",
            )
        ]


class CompanyOneToOneField(
    CompanyForeignKey[SetT, GetT], models.OneToOneField[SetT, GetT]
):
    """The same for a row that is named once at most."""

    plain = models.OneToOneField


def _has_company(model: Any) -> bool:
    return any(field.name == "company" for field in model._meta.fields)


def finite(name: str, *columns: str) -> CheckConstraint:
    """Return a CHECK that no column is NaN, which sorts above every number."""
    limit = Q()
    for column in columns:
        limit &= Q(**{f"{column}__lt": 10**11}) | Q(**{f"{column}__isnull": True})
    return CheckConstraint(name=name, condition=limit)
