"""Text of guards: one spelling for a definition, before and after a restore; pure.

A backup has definitions as text. PostgreSQL reads them back with the same meaning and
in another form: it casts each element of a list instead of the list, and a chain of
``OR`` that was nested becomes flat.
"""

import re

# A text, a parenthesis, or what is between them.
_PART = re.compile(r"'(?:[^']|'')*'|[()]|[^'()]+")
_CAST_LIST = re.compile(r"\(ARRAY\[([^\[\]]*)\]\)::(\w+)\[\]")
_OPERATOR = re.compile(r" (AND|OR) ")

# A definition as a tree: texts, and what is in parentheses.
_Tree = list["str | _Tree"]


def normalize_sql(definition: str) -> str:
    """Return the definition in the form that it has after a restore.

    >>> normalize_sql("(kind = ANY ((ARRAY['a'::varchar, 'b'::varchar])::text[]))")
    "(kind = ANY (ARRAY[('a'::varchar)::text, ('b'::varchar)::text]))"
    >>> normalize_sql("(((a = 1) OR (b = 2)) OR (c = 3))")
    '((a = 1) OR (b = 2) OR (c = 3))'
    >>> normalize_sql("(((a = 1) AND (b = 2)) OR (NOT ((c = 3) OR (d = ')'))))")
    "(((a = 1) AND (b = 2)) OR (NOT ((c = 3) OR (d = ')'))))"
    """
    one_line = " ".join(definition.splitlines())
    return _render(_parse(_CAST_LIST.sub(_cast_elements, one_line)))


def _cast_elements(found: re.Match[str]) -> str:
    elements, type_name = found.groups()
    cast = ", ".join(f"({it})::{type_name}" for it in elements.split(", "))
    return f"ARRAY[{cast}]"


def _parse(text: str) -> _Tree:
    levels: list[_Tree] = [[]]
    for part in _PART.findall(text):
        if part == "(":
            levels.append([])
        elif part == ")" and len(levels) > 1:
            inner = levels.pop()
            levels[-1].append(inner)
        else:
            levels[-1].append(part)
    return levels[0]


def _render(tree: _Tree) -> str:
    operators = _list_operators(tree)
    parts = []
    for before, it, after in zip(["", *tree], tree, [*tree[1:], ""], strict=False):
        if isinstance(it, str):
            parts.append(it)
        elif (
            len(operators) == 1
            and _list_operators(it) == operators
            and all(
                isinstance(beside, str) and (not beside or _OPERATOR.fullmatch(beside))
                for beside in (before, after)
            )
        ):
            parts.append(_render(it))
        else:
            parts.append(f"({_render(it)})")
    return "".join(parts)


def _list_operators(tree: _Tree) -> set[str]:
    texts = (it for it in tree if isinstance(it, str) and not it.startswith("'"))
    return {operator for text in texts for operator in _OPERATOR.findall(text)}
