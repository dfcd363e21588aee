"""Admin of book checks: shows what the last runs checked and found."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pos.admin.scoping import PermanentAdmin
from sales.models import BooksProof


@admin.register(BooksProof)
class BooksProofAdmin(PermanentAdmin):
    list_display = (
        "proven_at",
        "is_clean",
        "checks",
        "violations",
        "failures",
        "since",
        "seconds",
        "asked_by",
    )
    list_filter = ("proven_at",)
    date_hierarchy = "proven_at"
    fields = (
        "proven_at",
        "asked_by",
        "since",
        "is_clean",
        "checks",
        "violations",
        "failures",
        "seconds",
        "outcomes",
    )

    @admin.display(description=_("the books balance"), boolean=True)
    def is_clean(self, proof: BooksProof) -> bool:
        return proof.holds

    @admin.display(description=_("seconds"), ordering="milliseconds")
    def seconds(self, proof: BooksProof) -> str:
        return f"{proof.milliseconds / 1000:.1f}"

    @admin.display(description=_("results"))
    def outcomes(self, proof: BooksProof) -> str:
        """Return a table with a row for each check and the offenders it names."""
        return format_html(
            "<table><thead><tr>"
            '<th scope="col">{}</th><th scope="col">{}</th><th scope="col">{}</th>'
            "</tr></thead><tbody>{}</tbody></table>",
            gettext("Check"),
            gettext("What must be true"),
            gettext("Found"),
            format_html_join(
                "\n",
                "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                (
                    (result["id"], result["sentence"], _format_finding(result))
                    for result in proof.results
                ),
            ),
        )


def _format_finding(result: dict[str, Any]) -> str:
    """Return the number and the first offenders, or why the check failed."""
    if result["error"]:
        return gettext("not checked: %(error)s") % {"error": result["error"]}
    if not result["count"]:
        return "0"
    return format_html(
        "{}: {}{}",
        result["count"],
        ", ".join(result["offenders"]),
        " …" if result["count"] > len(result["offenders"]) else "",
    )
