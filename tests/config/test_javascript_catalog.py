"""The texts of scripts, as a browser gets and keeps them."""

import gzip
import json
import re
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from config.javascript_catalog import javascript_catalog_url

TAKING_PAYMENT = json.dumps("正在收款")


def address(language: str) -> str:
    with override(language):
        return javascript_catalog_url()


def test_a_browser_keeps_it_for_a_year():
    response = Client().get(address("zh-hans"))

    assert TAKING_PAYMENT in response.content.decode()
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Language"] == "zh-hans"
    assert response["Content-Type"].startswith("text/javascript")


def test_each_language_has_its_own_whatever_the_browser_prefers():
    with override("en"):
        ours = Client().get(address("en"), headers={"accept-language": "zh-hans"})

    assert TAKING_PAYMENT not in ours.content.decode()
    assert address("en") != address("zh-hans")


def test_it_holds_the_texts_of_our_scripts_alone():
    content = Client().get(address("zh-hans")).content.decode()

    # One of Django's admin.
    assert "Available %s" not in content
    assert "Taking payment" in content


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_is_small_on_the_line(language):
    response = Client().get(address(language), headers={"accept-encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) <= 4 * 1024
    assert b"gettext" in gzip.decompress(response.content)


def test_an_older_version_is_answered_with_this_one_and_not_kept():
    old = reverse("javascript_catalog", args=["zh-hans", "0123456789ab"])

    response = Client().get(old)

    assert response.content == Client().get(address("zh-hans")).content
    assert response["Cache-Control"] == "no-store"


def test_there_is_none_of_a_language_that_is_not_offered():
    response = Client().get(reverse("javascript_catalog", args=["fr", "0123456789ab"]))

    assert response.status_code == HTTPStatus.NOT_FOUND


def test_the_address_names_language_and_version():
    assert re.fullmatch(r"/texts/zh-hans/[0-9a-f]{12}\.js", address("zh-hans"))
