"""A language is offered whole."""

import gettext
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override, to_locale

OTHERS = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
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
