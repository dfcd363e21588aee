"""Words: the worst of the old vocabulary stays out of code and templates."""

import re
from pathlib import Path

from tests.test_architecture import files, short

# Nobody would search for these; docs say what to write instead.
WORDS = "whoever|anew|begun|told|stands|verdicts?|patience|misfits?|tangles?|spoilt?"
# An "awaited" tender is a pending one; fingerprints that are kept have it in quotes.
UNWANTED = re.compile(
    rf"(?<![a-z])(({WORDS})(?![a-z])|judg(e|ing))|(?<![a-z\"'])awaited", re.IGNORECASE
)
# The two tests that name the words.
EXCEPT = {Path(__file__).name, "test_languages.py"}


def test_no_file_has_an_unwanted_word():
    patterns = ("*.py", "*.html", "*.js", "*.mjs", "*.css")
    offenders = [
        f"{short(path)}:{number}: {line.strip()}"
        for path in files(*patterns, tests=True)
        if path.name not in EXCEPT
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if UNWANTED.search(line)
    ]

    assert offenders == []
