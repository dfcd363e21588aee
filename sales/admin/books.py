"""Admin of book checks: shows what the last runs found, and lets it be explained.

The page on which a finding is explained has an address of its own, since the admin's
change page already holds a transaction and ``explain_finding`` begins its own.
"""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pos.access.working_company import acts_for_company
from pos.admin.permanent import PermanentAdmin
from pos.core.errors import DomainError
from pos.models import StaffMember
from sales.books.explain import explain_finding
from sales.models import BooksProof, FindingExplanation


@admin.register(BooksProof)
class BooksProofAdmin(PermanentAdmin):
    list_display = (
        "proven_at",
        "is_clean",
        "checks",
        "violations",
        "failures",
        "since",
        "continues_at",
        "seconds",
        "started_by",
    )
    list_filter = ("proven_at",)
    fields = (
        "proven_at",
        "started_by",
        "since",
        "continues_at",
        "is_clean",
        "checks",
        "violations",
        "failures",
        "seconds",
        "outcomes",
    )

    @admin.display(description=_("the books balance"), boolean=True)
    def is_clean(self, proof: BooksProof) -> bool:
        return proof.is_clean

    @admin.display(description=_("seconds"), ordering="milliseconds")
    def seconds(self, proof: BooksProof) -> str:
        return f"{proof.milliseconds / 1000:.1f}"

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<path:object_id>/<str:check_id>/<str:finding_hash>/explanation/",
            self.admin_site.admin_view(self.explanation),
            name="sales_booksproof_explanation",
        )
        return [page, *super().get_urls()]

    def has_explain_permission(self, request: HttpRequest) -> bool:
        may = request.user.has_perm("sales.explain_finding")
        return may and acts_for_company(request)

    def explanation(
        self, request: HttpRequest, object_id: str, check_id: str, finding_hash: str
    ) -> HttpResponse:
        """Ask why the check finds this, and save the explanation."""
        if not self.has_explain_permission(request):
            raise PermissionDenied
        proof = self.get_object(request, unquote(object_id))
        offender = proof and _find_offender(proof, check_id, finding_hash)
        if proof is None or offender is None:
            # As the admin's own pages answer; the type stubs lack it.
            missing = self._get_obj_does_not_exist_redirect  # type: ignore[attr-defined]
            return missing(request, self.opts, object_id)
        page = reverse("admin:sales_booksproof_change", args=[proof.pk])
        reason = request.POST.get("reason", "")
        if request.method == "POST":
            try:
                explain_finding(
                    check_id=check_id,
                    offender=offender,
                    reason=reason,
                    actor=cast(StaffMember, request.user),
                    seen_hash=finding_hash,
                )
            except DomainError as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                text = gettext("The next check lists “%(finding)s” as explained.")
                self.message_user(
                    request, text % {"finding": offender}, messages.SUCCESS
                )
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Explain a finding"),
            "row": proof,
            "check_id": check_id,
            "sentence": _sentence(proof, check_id),
            "offender": offender,
            "reason": reason,
            "page": page,
        }
        return TemplateResponse(request, "admin/sales/explanation.html", context)

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
                    (
                        result["id"],
                        result["sentence"],
                        _format_finding(proof, result),
                    )
                    for result in proof.results
                ),
            ),
        )


@admin.register(FindingExplanation)
class FindingExplanationAdmin(PermanentAdmin):
    list_display = ("recorded_at", "check_id", "offender", "reason", "staff_member")
    list_select_related = ("staff_member",)
    list_filter = ("check_id", "staff_member", "recorded_at")
    search_fields = ("check_id", "offender", "reason")
    fields = (
        "check_id",
        "offender",
        "finding_hash",
        "reason",
        "staff_member",
        "recorded_at",
    )


def _format_finding(proof: BooksProof, result: dict[str, Any]) -> str:
    """Return the number and the first offenders, or why the check failed.

    Each offender links to the page on which it is explained; those that were already
    explained follow with their reasons.
    """
    if result["error"]:
        return gettext("not checked: %(error)s") % {"error": result["error"]}
    offenders = format_html_join(
        ", ",
        '<a href="{}">{}</a>',
        (
            (
                reverse(
                    "admin:sales_booksproof_explanation",
                    args=[proof.pk, result["id"], hash],
                ),
                offender,
            )
            for offender, hash in zip(
                result["offenders"], result.get("hashes", ()), strict=False
            )
        ),
    )
    explained = format_html_join(
        "",
        "<br>{}",
        (
            (
                gettext("explained: %(finding)s: %(reason)s (%(staff)s)")
                % {"finding": finding, "reason": reason, "staff": staff},
            )
            for finding, reason, staff in result.get("explained", ())
        ),
    )
    if not result["count"]:
        return format_html("0{}", explained)
    return format_html(
        "{}: {}{}{}",
        result["count"],
        offenders,
        " …" if result["count"] > len(result["offenders"]) else "",
        explained,
    )


def _find_offender(proof: BooksProof, check_id: str, finding_hash: str) -> str | None:
    """Return the name of the finding with this hash."""
    for result in proof.results:
        if result["id"] == check_id and finding_hash in result.get("hashes", ()):
            place = result["hashes"].index(finding_hash)
            return str(result["offenders"][place])
    return None


def _sentence(proof: BooksProof, check_id: str) -> str:
    """Return what must be true."""
    return next(str(r["sentence"]) for r in proof.results if r["id"] == check_id)
