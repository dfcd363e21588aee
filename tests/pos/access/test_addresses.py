"""Addresses: what is believed of where a request comes from."""

import pytest
from django.test import RequestFactory

from pos.access.addresses import client_address


def _address(remote, **headers):
    request = RequestFactory(headers=headers).get("/", REMOTE_ADDR=remote)
    return client_address(request)


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("", ""),
    ],
)
def test_an_address_in_ipv6_is_its_network(remote, address):
    assert _address(remote) == address


def test_without_a_proxy_nothing_is_believed():
    assert _address("192.0.2.7", x_forwarded_for="198.51.100.1") == "192.0.2.7"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("198.51.100.1, 192.0.2.7", "192.0.2.7"),
        ("nonsense", ""),
        ("192.0.2.7, ", ""),
        ("x" * 4000, ""),
    ],
)
def test_behind_a_proxy_only_what_the_proxy_added(settings, forwarded, address):
    settings.BEHIND_PROXY = True

    assert _address("127.0.0.1", x_forwarded_for=forwarded) == address


def test_a_proxy_that_adds_nothing_is_the_address(settings):
    settings.BEHIND_PROXY = True

    assert _address("127.0.0.1") == "127.0.0.1"
