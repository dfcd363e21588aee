"""Languages: each is complete, and speaks in plain words."""

import gettext
import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override, to_locale

from pos.models import TAX_NAME

# Words that no screen uses; the tax is called what the company calls it.
UNWANTED = re.compile(rf"\b(?:{TAX_NAME}|(?i:whoever|anew|begun|judge\w*))\b")
DOMAINS = ("django", "djangojs")
OTHERS = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
SCRIPTS = settings.BASE_DIR / "static" / "js"
PLACE = re.compile(r"%%\w+%%|%\(\w+\)[sd]|%[sd]", re.ASCII)

# Places of names, which are mostly in Latin letters, and of figures.
LATIN_PLACE = re.compile(r"%\((?:till|name|product|document|count|amount)\)[sd]")
TOUCHING = re.compile(r"[一-鿿][A-Za-z0-9]|[A-Za-z0-9][一-鿿]")


@pytest.fixture(autouse=True)
def no_language_is_left_behind() -> Iterator[None]:
    """A request leaves its language active in the thread that served it."""
    with override(None):
        yield


TEXT = re.compile(
    r"""\b(?P<function>n|p)?gettext\(\s*"(?P<first>[^"]+)"(?:,\s*"(?P<second>[^"]+)")?"""
)


def catalogue(code: str, domain: str) -> dict:
    folder = settings.LOCALE_PATHS[0] / to_locale(code) / "LC_MESSAGES"
    with (folder / f"{domain}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)._catalog


def texts_of_scripts() -> set[str | tuple[str, int]]:
    """As the keys of a catalogue: with a context, or with the number of a form."""
    texts: set[str | tuple[str, int]] = set()
    for path in SCRIPTS.rglob("*.js"):
        for found in TEXT.finditer(path.read_text(encoding="utf-8")):
            function, first, second = found.group("function", "first", "second")
            if function == "n":
                texts.add((first, 0))
            elif function == "p":
                texts.add(f"{first}\4{second}")
            else:
                texts.add(first)
    return texts


def test_chinese_is_offered():
    assert OTHERS == ["zh-hans"]


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_of_the_scripts_is_translated_and_nothing_else(code):
    translated = {key for key, text in catalogue(code, "djangojs").items() if text}

    assert translated - {""} == texts_of_scripts()


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("code", OTHERS)
def test_every_place_for_a_fact_is_kept(code, domain):
    for key, translation in catalogue(code, domain).items():
        # Of a plural form Python keeps the singular sentence and a number.
        if isinstance(key, str) and key:
            assert Counter(PLACE.findall(key)) == Counter(PLACE.findall(translation))


@pytest.mark.parametrize("domain", DOMAINS)
def test_chinese_is_apart_from_latin_words_figures_and_names(domain):
    """A space on both sides; but for dates, and words of ours, which are Chinese."""
    touching = []
    for key, translation in catalogue("zh-hans", domain).items():
        is_date = isinstance(key, str) and key.startswith(("date format", "date and"))
        sentence = PLACE.sub("字", LATIN_PLACE.sub("A", translation))
        if not is_date and TOUCHING.search(sentence):
            touching.append(translation)

    assert touching == []


def test_no_template_and_no_sentence_uses_an_unwanted_word():
    folder = settings.TEMPLATES[0]["DIRS"][0]
    said = {str(path): path.read_text() for path in Path(folder).rglob("*.html")}
    for code, domain in product(OTHERS, DOMAINS):
        # Of a plural form the key is the sentence and a number.
        keys = (k[0] if isinstance(k, tuple) else k for k in catalogue(code, domain))
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
