"""Tests of past sales: a company in London, and a file that is replayed there."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from pos.access.roles import KEEPS_THE_CATALOGUE, SELLS
from tests.support.factories import (
    CompanyFactory,
    LoyaltyProgrammeFactory,
    OutletFactory,
    RoleFactory,
    StaffMemberFactory,
    grant,
)

HEADER = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
)


@pytest.fixture
def company(db):
    company = CompanyFactory(code="GIFTS", time_zone="Europe/London")
    OutletFactory(company=company, code="SHOP")
    role = RoleFactory(company=company, code="owner")
    grant(role, SELLS | KEEPS_THE_CATALOGUE)
    StaffMemberFactory(
        company=company,
        role=role,
        username="owner",
    )
    LoyaltyProgrammeFactory(company=company)
    return company


@pytest.fixture
def replay(company, capsys, tmp_path):
    """Replay a file, or these lines under the header; returns what was printed."""

    def run(*lines: str, file: Path | None = None, **options):
        if file is None:
            file = tmp_path / "sales.csv"
            file.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
        options = {"company": company.code, "json": True} | options
        call_command("replay_sales", file, **options)
        printed = capsys.readouterr()
        return json.loads(printed.out), printed.err

    return run
