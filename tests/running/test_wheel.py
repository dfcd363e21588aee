"""The wheel: built twice to the same bytes, installed elsewhere, it sells.

It is installed as on a machine that has never seen this repository: into an empty
environment, with an empty HOME, from a directory with names that could mislead it.
"""

import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from config.program import read_version
from tests.support.untested import leave_untested

pytestmark = [pytest.mark.running, pytest.mark.exhaustive]

ROOT = Path(__file__).resolve().parents[2]
NO_REGISTRY = "the wheel was not tested: pip could not get what builds or serves it"
FOLDERS = ("config", "customers", "pos", "sales", "static", "templates")
EPOCH = "1700000000"
SELL = """
from decimal import Decimal
from pos.core.ids import uuid7
from pos.models import Product, StaffMember
from sales.basket.create import NewLine, create_open_sale
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import Shift
from sales.shifts.open import open_shift
from pos.models import Till

owner = StaffMember.objects.filter(role__code="owner").first()
till = Till.objects.select_related("company", "outlet").first()
if not Shift.objects.filter(till=till, closed_at=None).exists():
    open_shift(uid=uuid7(), till=till, opening_float=Decimal(100), actor=owner)
product = Product.objects.filter(is_active=True, is_tracked=False).first()
product = product or Product.objects.filter(is_active=True).first()
sale = create_open_sale(
    uid=uuid7(), till=till, lines=[NewLine(product, Decimal(1))], actor=owner
)
sale = finalize_sale(
    uid=sale.uid, tenders=[TenderInput("cash", sale.total)], actor=owner
)
print("SOLD", sale.receipt_number)
"""


def pip(python: Path | str, *arguments: object, **variables: str) -> None:
    """Run pip; without a registry the test is skipped, and in CI it fails."""
    done = subprocess.run(
        [python, "-m", "pip", "-q", "--disable-pip-version-check"]
        + [str(argument) for argument in arguments],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        leave_untested(f"{NO_REGISTRY}: {done.stderr[-1500:]}")


def build(folder: Path) -> Path:
    pip(
        sys.executable, "wheel", "--no-deps", "-w", folder, ROOT,
        SOURCE_DATE_EPOCH=EPOCH,
    )  # fmt: skip
    [wheel] = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The programs of an environment that has the wheel and what it asks for."""
    venv = tmp_path_factory.mktemp("elsewhere") / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    pip(venv / "bin" / "python", "install", wheel)
    return venv / "bin"


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """A person's environment: no variable of ours, an empty HOME, data of its own."""
    with tempfile.TemporaryDirectory(prefix="tillkeeper-wheel-") as data:
        # The account that the database runs as may pass through.
        Path(data).chmod(0o755)
        yield {
            "PATH": "/usr/bin:/bin",
            "HOME": "",
            "LANG": "C.UTF-8",
            "TILLKEEPER_DATA": data,
        }


@pytest.fixture(scope="module")
def started_in(tmp_path_factory) -> Path:
    """A directory with other people's modules, which are not to be found."""
    folder = tmp_path_factory.mktemp("misleading")
    for name in ("config", "pos", "customers", "sales"):
        (folder / f"{name}.py").write_text("raise SystemExit('the wrong module')\n")
    return folder


@pytest.fixture(scope="module")
def tillkeeper(installed, environment, started_in) -> Iterator:
    def tillkeeper(*arguments: str, **variables: str):
        return subprocess.run(
            [installed / "tillkeeper", *arguments],
            cwd=started_in,
            env=environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    yield tillkeeper
    tillkeeper("stop")
    tillkeeper("stop", TILLKEEPER_DEMO="1")


@pytest.fixture(scope="module")
def served(tillkeeper, installed, environment, started_in) -> Iterator[tuple]:
    """The demo shop, served until Ctrl-C: its address, and the process."""
    process = subprocess.Popen(
        [installed / "tillkeeper", "run"],
        cwd=started_in,
        env=environment | {"PORT": "8731"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )
    said = []
    address = ""
    for line in process.stdout:
        said.append(line)
        if line.startswith("Tillkeeper is at "):
            address = line.split()[-1]
        if "stop the database" in line or "stops the database" in line:
            break
    try:
        assert address, "".join(said)
        yield address, process, "".join(said)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)


def test_it_is_built_twice_to_the_same_bytes(wheel, tmp_path):
    assert build(tmp_path).read_bytes() == wheel.read_bytes()


def test_it_has_one_top_level_name_and_everything_in_it(names):
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"tillkeeper", f"tillkeeper-{read_version()}.dist-info"}
    tracked = subprocess.check_output(
        [
            "git",
            "ls-files",
            "config",
            "customers",
            "pos",
            "sales",
            "static",
            "templates",
        ],
        cwd=ROOT,
        text=True,
    ).splitlines()
    there = [name for name in tracked if (ROOT / name).is_file()]
    assert {f"tillkeeper/{name}" for name in there} <= names
    assert {"tillkeeper/__main__.py", "tillkeeper/requirements.txt"} <= names
    assert not [name for name in names if name.endswith((".pyc", ".env", ".po~"))]


def test_licences_and_notices_are_in_it(names):
    licences = {
        name.partition("/licenses/")[2] for name in names if "/licenses/" in name
    }

    vendored = {
        str(file.relative_to(ROOT))
        for pattern in ("*.LICENSE", "NOTICE*")
        for file in (ROOT / "static").rglob(pattern)
    }
    assert licences == {"LICENSE", *vendored}
    assert len(vendored) >= 4


def test_it_asks_for_exactly_what_is_pinned(wheel):
    with zipfile.ZipFile(wheel) as archive:
        [file] = [n for n in archive.namelist() if n.endswith("/METADATA")]
        metadata = message_from_bytes(archive.read(file))
    asked = metadata.get_all("Requires-Dist")

    text = (ROOT / "requirements.txt").read_text()
    pins = [line.rstrip(" \\") for line in text.splitlines() if line[:1].isalnum()]
    assert asked == pins
    assert all("==" in one for one in asked)
    assert metadata["Version"] == read_version()


def test_it_says_its_version_and_its_commands(tillkeeper):
    assert tillkeeper("--version").stdout == f"{read_version()}\n"
    assert "tillkeeper COMMAND" in tillkeeper("help").stdout
    wrong = tillkeeper("sell")
    assert wrong.returncode == 1
    assert wrong.stderr.endswith("There is no command sell.\n")


def test_a_shop_without_a_company_is_refused_with_the_programs_own_name(tillkeeper):
    done = tillkeeper("shop")

    assert done.returncode == 1
    assert "tillkeeper manage create_company --no-input" in done.stderr


def test_the_demo_is_served_sells_and_its_books_hold(served, tillkeeper):
    address, process, said = served
    assert "tillkeeper stop stops the database" in said

    with urllib.request.urlopen(f"{address}sign-in/", timeout=30) as page:
        text = page.read().decode()
    sheet = text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    with urllib.request.urlopen(address.rstrip("/") + sheet, timeout=30) as file:
        assert file.status == 200
    chinese = urllib.request.Request(
        f"{address}sign-in/", headers={"Accept-Language": "zh-hans"}
    )
    with urllib.request.urlopen(chinese, timeout=30) as page:
        assert "登录" in page.read().decode()

    sold = tillkeeper("manage", "shell", "-v0", "-c", SELL, TILLKEEPER_DEMO="1")
    assert sold.stdout.startswith("SOLD "), sold.stderr
    books = tillkeeper("manage", "verify_books", TILLKEEPER_DEMO="1")
    assert books.returncode == 0, books.stdout + books.stderr
    migrations = tillkeeper(
        "manage", "makemigrations", "--check", "--dry-run", TILLKEEPER_DEMO="1"
    )
    assert migrations.returncode == 0, migrations.stdout

    os.killpg(process.pid, signal.SIGINT)
    rest, _ = process.communicate(timeout=40)
    assert (process.returncode, rest) == (0, "")
