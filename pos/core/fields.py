"""Columns for money, quantities and rates; every one refuses NaN by its type.

``numeric(14, 3)`` would hold NaN, so each model adds the CHECK made by
:func:`finite`.
"""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q


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


def finite(name: str, *columns: str) -> CheckConstraint:
    """A CHECK that none of the columns is NaN, which sorts above every number."""
    limit = Q()
    for column in columns:
        limit &= Q(**{f"{column}__lt": 10**11}) | Q(**{f"{column}__isnull": True})
    return CheckConstraint(name=name, condition=limit)
