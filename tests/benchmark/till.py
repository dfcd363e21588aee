"""Till: ``python -m tests.benchmark.till`` times what a cashier waits for, in Chromium.

It serves the demo shop as ``make run`` does, sells in a browser whose processor is
throttled, and fails where a goal is missed.
"""

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import tests.support.environment  # noqa: F401  # before the settings are read
from tests.benchmark import machine
from tests.benchmark.database import (
    benchmark_cluster,
    connect_django,
    environment_of,
    gather_statistics,
    postmaster,
)
from tests.benchmark.figures import table
from tests.benchmark.goals import (
    SCRIPTS_MAX,
    STYLES_MAX,
    Row,
    compare_shift,
    compare_times,
    compare_weight,
)
from tests.support.chromium import CHROMIUM, NO_CHROMIUM

if TYPE_CHECKING:
    from tests.benchmark.glass import Figures

COLUMNS = ["", "p50", "p95", "worst", "goal", "times", ""]


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    if not CHROMIUM:
        sys.exit(NO_CHROMIUM)
    with benchmark_cluster() as cluster:
        environment = environment_of(cluster)
        connect_django(environment)
        # Models can be imported from here on.
        from django.core.management import call_command

        from tests.benchmark import demo, glass, serving

        call_command("migrate", interactive=False, verbosity=0)
        selling = demo.make_demo_shop()
        gather_statistics(cluster)
        static = cluster.base.parent / "static"
        with (
            serving.run_server(environment, static) as server,
            glass.chromium() as browser,
        ):
            at_till = glass.Glass(
                browser,
                f"http://127.0.0.1:{server.port}",
                demo.sign_in(server.port, selling.till),
                selling,
                [postmaster(cluster)],
            )
            at_till.sell(options.sales)
            for _ in range(options.loads):
                at_till.load_cold()
            at_till.load_warm(options.loads)
        rows = list(_compare(at_till.figures, static))
    _print(at_till.figures, rows)
    return 1 if any(row.is_missed for row in rows) else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/dev bench-till",
        description="Measure what a cashier waits for, in a slow browser.",
    )
    parser.add_argument("--sales", type=int, default=20, metavar="N")
    parser.add_argument("--loads", type=int, default=20, metavar="N")
    return parser.parse_args(arguments)


def _compare(figures: "Figures", static: Path) -> Iterator[Row]:
    yield from compare_times(figures.times)
    yield compare_shift(figures.shift)
    files = {
        path: static / path.removeprefix("/static/")
        for path in figures.paths
        if path.startswith("/static/")
    }
    kinds = {
        "scripts of our own, gzipped": ("/static/js/", SCRIPTS_MAX),
        "htmx, gzipped": ("/static/vendor/", None),
        "styles, gzipped": ("/static/css/", STYLES_MAX),
    }
    for name, (beginning, goal) in kinds.items():
        found = [file for path, file in files.items() if path.startswith(beginning)]
        yield compare_weight(name, sum(map(_zipped, found)), goal, len(found))


def _zipped(file: Path) -> int:
    """The bytes of a file as they are sent where the line is not encrypted."""
    zipped = file.with_name(f"{file.name}.gz")
    return (zipped if zipped.exists() else file).stat().st_size


def _print(figures: "Figures", rows: Sequence[Row]) -> None:
    foreign = f"{figures.foreign_cores:.2f}"
    if figures.foreign_cores > machine.FOREIGN_CORES_MAX:
        foreign += "!, so measure again when the others are quiet"
    lines = [
        table(COLUMNS, [row.columns for row in rows]),
        f"{machine.description()}; Chromium {figures.version}; scripts"
        f" {figures.throttle:.1f} times slower than without throttling; times in ms;"
        f" foreign cores {foreign}.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    # Ended from outside, it still leaves nothing behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
