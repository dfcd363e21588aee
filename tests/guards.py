"""Guards: ``bin/dev guards`` writes the list of what the migrations make.

From a database that is made for it and removed again. Look at the difference before
you commit it: what is in the list is right for ``verify_books``.
"""

import sys

import tests.support.environment  # noqa: F401  # before the settings are read
from tests.benchmark.database import benchmark_cluster, connect_django, environment_of


def main() -> None:
    with benchmark_cluster() as cluster:
        connect_django(environment_of(cluster))
        from django.conf import settings
        from django.core.management import call_command

        from sales.books import guards

        call_command("migrate", interactive=False, verbosity=0)
        found = guards.read_guards()
        found |= guards.read_grants(settings.DATABASE_SERVING_ROLE)
        guards.LIST.write_text(guards.format_guards(found))
        sys.stdout.write(f"{len(found)} guards are in {guards.LIST}\n")


if __name__ == "__main__":
    main()
