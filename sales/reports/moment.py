"""Moment: a report sees one, of its own or of the page that has several reports."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps

from django.db import connection

from sales.reports.question import Question
from sales.reports.reading import snapshot
from sales.reports.report import Report

Maker = Callable[[Question], Report]


def one_moment() -> AbstractContextManager[None]:
    """A snapshot; nothing further where one is open already."""
    return nullcontext() if connection.in_atomic_block else snapshot()


def of_one_moment(maker: Maker) -> Maker:
    """Make the report in a snapshot, unless it is made inside one already."""

    @wraps(maker)
    def make(question: Question) -> Report:
        with one_moment():
            return maker(question)

    return make
