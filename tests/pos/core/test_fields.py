"""The foreign keys of a company's rows: what they say to Django, and refuse."""

import pytest
from django.db import models
from django.test.utils import isolate_apps

from pos.core.fields import CompanyForeignKey, CompanyOneToOneField

BOTH = [
    (CompanyForeignKey, models.ForeignKey),
    (CompanyOneToOneField, models.OneToOneField),
]


@pytest.mark.parametrize(("field_class", "plain"), BOTH)
def test_a_migration_has_djangos_own_field(field_class, plain):
    field = field_class("pos.Till", null=True, related_name="+")

    _, path, args, kwargs = field.deconstruct()

    assert path == f"django.db.models.{plain.__name__}"
    migrated = plain(*args, **kwargs)
    assert migrated.deconstruct() == field.deconstruct()
    assert migrated.db_constraint is False
    assert migrated.remote_field.on_delete is models.PROTECT


@pytest.mark.parametrize("field_class", [CompanyForeignKey, CompanyOneToOneField])
@pytest.mark.parametrize(
    "options",
    [
        {"related_name": "+"},
        {"related_name": "lines"},
        {"related_name": "lines", "db_index": False, "on_delete": models.CASCADE},
    ],
)
def test_a_copy_is_the_same(field_class, options):
    field = field_class("pos.Till", **options)

    copy = field.clone()

    assert type(copy) is field_class
    assert copy.deconstruct() == field.deconstruct()
    assert copy.db_index is field.db_index


@pytest.mark.parametrize(("name", "is_indexed"), [("+", False), ("lines", True)])
def test_has_an_index_where_somebody_asks_from_the_other_side(name, is_indexed):
    assert CompanyForeignKey("pos.Till", related_name=name).db_index is is_indexed


def make_model(name: str, **fields: models.Field) -> type[models.Model]:
    return type(name, (models.Model,), {"__module__": "pos.models", **fields})


@isolate_apps("pos")
def test_is_for_rows_that_both_have_a_company():
    company = make_model("Company")
    till = make_model(
        "Till",
        company=CompanyForeignKey(company, related_name="+"),
        parent=CompanyForeignKey("self", related_name="+"),
    )
    stray = make_model("Stray", till=CompanyForeignKey(till, related_name="+"))
    line = make_model(
        "Line",
        company=CompanyForeignKey(company, related_name="+"),
        stray=CompanyOneToOneField(stray, related_name="+"),
    )

    found = {
        str(field): [message.id for message in field.check()]
        for model in (till, stray, line)
        for field in model._meta.fields
        if field.is_relation
    }

    assert found == {
        "pos.Till.company": [],
        "pos.Till.parent": [],
        "pos.Stray.till": ["pos.E001"],
        "pos.Line.company": [],
        "pos.Line.stray": ["pos.E001"],
    }
