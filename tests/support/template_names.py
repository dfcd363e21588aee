"""Names in templates: a page of ours shows none that it was not given.

Django draws such a name as nothing, so that a circle stays empty where somebody's
initials should be. A name that may be missing has the filter ``default``.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.template import Context, Variable, VariableDoesNotExist
from django.template.base import VariableNode

OURS = str(settings.BASE_DIR / "templates")


@pytest.fixture(scope="session", autouse=True)
def names_in_templates_are_given() -> Iterator[None]:
    """Fail a request whose page shows a name that it was not given."""
    render = VariableNode.render

    def render_given(node: VariableNode, context: Context) -> str:
        if not _is_given(node, context):
            raise AssertionError(
                f"{node.origin.name}, line {node.token.lineno}, shows"
                f" {node.token.contents}, which it was not given"
            )
        return render(node, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(VariableNode, "render", render_given)
        yield


def _is_given(node: VariableNode, context: Context) -> bool:
    shown = node.filter_expression
    if not isinstance(shown.var, Variable) or not node.origin.name.startswith(OURS):
        return True
    if any(function.__name__ == "default" for function, _ in shown.filters):
        return True
    try:
        shown.var.resolve(context)
    except VariableDoesNotExist:
        return False
    return True
