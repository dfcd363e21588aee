"""Lock: a till whose person went away sells nothing until somebody shows who they are.

The session says so, and the server asks it with every request: a page that was changed
by hand sells nothing either. What is locked is the browser, whose basket stays.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from pos.access.acts import Act
from pos.access.audit import record_alone
from pos.access.pin_forms import PinForm
from pos.access.pin_tiles import tiles_at
from pos.access.requests import StaffRequest
from pos.access.sessions import LOCKED, is_locked
from pos.access.sign_in import own_page
from pos.access.tills import till_of_browser


def works_while_locked(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let this view answer also while the till is locked."""
    view.works_while_locked = True  # type: ignore[attr-defined]
    return view


@works_while_locked
@require_POST
def lock(request: StaffRequest) -> HttpResponse:
    """Lock the till in this browser; answer with what opens it again.

    A repeat changes nothing. Where there is no script, the answer is the page that
    was there, which now leads to the PIN.
    """
    till = till_of_browser(request)
    if not is_locked(request.session):
        request.session[LOCKED] = True
        if request.user.company is not None:
            record_alone(
                act=Act.TILL_LOCKED,
                actor=request.user,
                subject=request.user,
                till=till if _is_own(request, till) else None,
                company=request.user.company,
            )
    if "HX-Request" not in request.headers or till is None:
        wanted = own_page(request, request.POST.get("next", ""))
        return redirect(wanted or reverse("sales:till"))
    tiles = tiles_at(till, here=request.user)
    own = (one.pin for one in tiles if one.pin.person_id == request.user.pk)
    context = {
        "tiles": tiles,
        "chosen": next(own, None),
        "form": PinForm(auto_id="lock_%s"),
        "company": till.company,
    }
    return render(request, "access/_lock.html", context)


def _is_own(request: StaffRequest, till: Any) -> bool:
    return till is not None and till.company_id == request.user.company_id


def refuses_while_locked(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Whether the till is locked for this view."""
    return is_locked(request.session) and not getattr(view, "works_while_locked", False)
