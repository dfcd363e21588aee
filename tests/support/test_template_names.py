"""Names in templates: one that was not given is found, one with a default is not."""

import pytest
from django.template import Context, Engine, Origin, Template

from tests.support.template_names import OURS


def draw(text: str, **given: object) -> str:
    template = Template(text, engine=Engine(), origin=Origin(f"{OURS}/page.html"))
    return template.render(Context(given))


def test_a_name_that_was_not_given_is_found():
    with pytest.raises(AssertionError, match=r"line 1, shows person\.initials, which"):
        draw("{{ person.initials }}", person={"name": "Hafiz"})


@pytest.mark.parametrize("text", ["{{ name }}", "{{ other|default:'H' }}"])
def test_a_given_name_and_one_with_a_default_are_shown(text):
    assert draw(text, name="H") == "H"


def test_templates_of_others_are_left_alone():
    assert Template("{{ name }}", engine=Engine()).render(Context()) == ""
