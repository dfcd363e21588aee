"""Benchmark: ``python -m tests.benchmark`` times the finalization of sales."""

import argparse
import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tests.support.environment  # noqa: F401  # before the settings are read
from config.localdb import Cluster
from tests.benchmark import machine, report
from tests.benchmark.against import compare_pages
from tests.benchmark.database import (
    benchmark_cluster,
    connect_django,
    environment_of,
    gather_statistics,
    search_indexes_afterwards,
)
from tests.benchmark.finalizing import Finalizing
from tests.benchmark.workers import TILLS, Worker

PARTS = ("finalize", "pages", "imports")


def main(arguments: list[str]) -> int:
    """Run the parts asked for; 1 if the books do not tie afterwards."""
    options = _options(arguments)
    if options.against:
        return compare_pages(
            options.against,
            rounds=options.rounds,
            arguments=[
                f"--{name}={getattr(options, name)}"
                for name in ("seconds", "products", "customers")
            ],
            say=_say,
        )
    started = time.monotonic()
    results: dict[str, Any] = {"machine": machine.description()}
    with benchmark_cluster() as cluster:
        environment = environment_of(cluster)
        connect_django(environment)
        # Models can be imported from here on.
        from django.core.management import call_command

        from tests.benchmark import books, shop

        results |= _versions(cluster)
        _say(f"{results['machine']}; {results['software']}.")
        call_command("migrate", interactive=False, verbosity=0)
        with search_indexes_afterwards(cluster):
            shop.make_benchmark_shop(
                products=options.products, customers=options.customers
            )
        shop.make_history(sales=1_000)
        gather_statistics(cluster)
        _say(
            f"A shop of {options.products:,} products and {options.customers:,}"
            f" customers; the disk keeps a page in {results['flush_us']:.0f} µs."
        )
        if "finalize" in options.parts:
            results["finalize"] = _finalize(cluster, environment, options)
        if "pages" in options.parts:
            results["pages"] = _pages(cluster, environment, options)
        if "imports" in options.parts:
            results["imports"] = _imports(options)
        gather_statistics(cluster)
        results["sales"] = books.sales()
        results["problems"] = books.problems()
    results["seconds"] = round(time.monotonic() - started, 1)
    _conclude(results)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")
    return 1 if results["problems"] else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/dev bench",
        description="Measure how fast sales are finalized, on a cluster of its own.",
    )
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help="finalize, pages, imports; all if none",
    )
    parser.add_argument("--quick", action="store_true", help="small, in under a minute")
    parser.add_argument("--processes", type=int, nargs="+", metavar="N")
    parser.add_argument("--rounds", type=int, metavar="N")
    parser.add_argument("--seconds", type=float, help="how long each run is timed")
    parser.add_argument("--products", type=int, metavar="N")
    parser.add_argument("--customers", type=int, metavar="N")
    parser.add_argument("--lines", type=int, metavar="N", help="of each import")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write figures there")
    parser.add_argument(
        "--against", metavar="COMMIT", help="compare the pages with those of a commit"
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {unknown.pop()}: {', '.join(PARTS)}")
    if not all(1 <= n <= TILLS for n in options.processes or ()):
        parser.error(f"the shop has {TILLS} tills: 1 to {TILLS} processes can sell")
    options.parts = options.parts or [*PARTS]
    quick = {"processes": [2], "rounds": 1, "seconds": 1.5}
    quick |= {"products": 2_000, "customers": 5_000, "lines": 1_000}
    whole = {"processes": [1, 2, 4, 8], "rounds": 5, "seconds": 1.5}
    whole |= {"products": 20_000, "customers": 50_000, "lines": 20_000}
    for name, value in (quick if options.quick else whole).items():
        if not getattr(options, name):
            setattr(options, name, value)
    return options


def _versions(cluster: Cluster) -> dict[str, Any]:
    import django
    import psycopg

    python = ".".join(map(str, sys.version_info[:3]))
    return {
        "software": f"PostgreSQL {cluster.engine.version}, Python {python},"
        f" Django {django.__version__}, psycopg {psycopg.__version__}",
        "flush_us": machine.flush_microseconds(cluster.base.parent),
    }


def _finalize(
    cluster: Cluster, environment: dict[str, str], options: argparse.Namespace
) -> dict[str, Any]:
    levels = sorted(options.processes)
    with _working(levels[-1], environment) as workers:
        finalizing = Finalizing(
            workers, cluster=cluster, seconds=options.seconds, say=_say
        )
        statements = finalizing.statements()
        measures = finalizing.run(levels, rounds=options.rounds)
    _say("\n" + report.finalizing_text(measures, statements))
    return report.finalizing_json(measures, statements)


def _pages(
    cluster: Cluster, environment: dict[str, str], options: argparse.Namespace
) -> dict[str, Any]:
    from tests.benchmark import pages, serving

    static = cluster.base.parent / "static"
    with serving.run_server(environment, static) as server:
        browsing = pages.Pages(server, cluster, seconds=options.seconds * 3)
        measures = {
            # First, for scans leave baskets open of another revision.
            "checkouts": browsing.checkouts(),
            "operations": browsing.operations(),
            "minutes": browsing.minutes(),
        }
    _say("\n" + report.pages_text(measures, pages.CONNECTIONS))
    return {name: measure.as_json() for name, measure in measures.items()}


def _imports(options: argparse.Namespace) -> dict[str, Any]:
    from tests.benchmark import importing

    figures = importing.time_imports(lines=options.lines)
    _say("\n" + importing.imports_text(figures))
    return {name: asdict(of) | {"ratio": of.ratio} for name, of in figures.items()}


@contextmanager
def _working(count: int, environment: dict[str, str]) -> Iterator[list[Worker]]:
    workers = [Worker(number, environment) for number in range(count)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.end()


def _conclude(results: dict[str, Any]) -> None:
    _say("")
    _say(
        f"! marks a figure during which others took more than"
        f" {machine.FOREIGN_CORES_MAX} cores: measure again when they are quiet."
        if machine.is_measurable()
        else "Processor time and foreign load are not measured on this system."
    )
    for problem in results["problems"]:
        _say(f"THE BOOKS DO NOT TIE: {problem}")
    if not results["problems"]:
        _say(
            f"{results['sales']:,} sales; the books tie: numbers, chains, points,"
            " stock and tenders."
        )
    _say(f"Done in {results['seconds']:.0f} s.")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    # Ended from outside, it still leaves nothing behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
