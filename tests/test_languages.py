"""A language is offered whole, and says things in plain words."""

import gettext
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override, to_locale

from pos.models import TAX_NAME

OTHERS = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
# Words that no screen uses; the tax is called what the company calls it.
UNWANTED = re.compile(rf"\b(?:{TAX_NAME}|(?i:whoever|anew|begun|judge\w*))\b")
PLACE = re.compile(r"%%\w+%%|%\(\w+\)[sd]|%[sd]", re.ASCII)


@pytest.fixture(autouse=True)
def no_language_is_left_behind() -> Iterator[None]:
    """A request leaves its language active in the thread that served it."""
    with override(None):
        yield


def catalogue(code: str) -> dict:
    folder = settings.LOCALE_PATHS[0] / to_locale(code) / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)._catalog


def test_chinese_is_offered():
    assert OTHERS == ["zh-hans"]


@pytest.mark.parametrize("code", OTHERS)
def test_every_place_for_a_fact_is_kept(code):
    for key, translation in catalogue(code).items():
        # Of a plural form Python keeps the singular sentence and a number.
        if isinstance(key, str) and key:
            assert Counter(PLACE.findall(key)) == Counter(PLACE.findall(translation))


def test_no_template_and_no_sentence_uses_an_unwanted_word():
    folder = settings.TEMPLATES[0]["DIRS"][0]
    said = {str(path): path.read_text() for path in Path(folder).rglob("*.html")}
    for code in OTHERS:
        # Of a plural form the key is the sentence and a number.
        keys = (key[0] if isinstance(key, tuple) else key for key in catalogue(code))
        said |= {f"{code}: {sentence}": sentence for sentence in keys}
    assert len(said) > 1000

    offenders = {
        f"{word} in {where}"
        for where, text in said.items()
        for word in UNWANTED.findall(text)
    }
    assert not offenders


@pytest.mark.django_db
@pytest.mark.parametrize("code", OTHERS)
def test_a_page_speaks_the_language_of_the_browser(code):
    page = Client().get(reverse("sign_in"), headers={"accept-language": code})

    assert f'<html lang="{code}"' in page.content.decode()
    assert "登录" in page.content.decode()


@pytest.mark.django_db
def test_the_language_can_be_chosen_on_the_page():
    client = Client(headers={"accept-language": "en"})

    address = reverse("set_language")
    client.post(address, {"language": "zh-hans", "next": reverse("sign_in")})

    assert "登录" in client.get(reverse("sign_in")).content.decode()
