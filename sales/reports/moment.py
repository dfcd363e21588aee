"""Moment: a report sees one, of its own or of the page that has several reports."""

from collections.abc import Callable
from functools import wraps

from django.db import connection

from sales.reports.question import Question
from sales.reports.reading import snapshot
from sales.reports.report import Report

Maker = Callable[[Question], Report]


def of_one_moment(maker: Maker) -> Maker:
    """Make the report in a snapshot, unless it is made inside one already."""

    @wraps(maker)
    def make(question: Question) -> Report:
        if connection.in_atomic_block:
            return maker(question)
        with snapshot():
            return maker(question)

    return make
