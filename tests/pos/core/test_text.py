"""Text: the same words, with and without capitals and accents."""

import pytest
from django.db import connection

from pos.core.text import CAPITALS, fold_text

pytestmark = pytest.mark.django_db


def test_the_database_folds_as_we_do():
    texts = [
        "Crème Brûlée",
        "SMØRREBRØD",
        "Łódź",
        "Weißwürste",
        "Œuf",
        "Ægir",
        "ΆΈ",
        "Ёлка",
        "咖椰吐司",
        "ＡＢ１２",
        "İstanbul ısı",
        "e\u0301clair",
        CAPITALS,
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT t, fold_text(t) FROM unnest(%s::text[]) t", [texts])
        folded = dict(cursor.fetchall())

    # One blank more, so that a word can be asked for where it begins.
    assert folded == {text: f" {fold_text(text)}" for text in texts}
    assert folded["Weißwürste"] == " weisswurste"
