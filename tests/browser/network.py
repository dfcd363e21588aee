"""Network: what happens to a request between the page and the server."""

from collections.abc import Callable

from playwright.sync_api import Page, Route

PROBE = "/healthz?intercepted"
# The browser goes on sending requests by the old way for a moment: in 1 of 200 tries, a
# request right after `Page.route` was not seen by it.
IS_INTERCEPTED = """async (probe) => {
  const end = Date.now() + 15_000;
  while (Date.now() < end) {
    const answer = await fetch(probe, { cache: "no-store" }).catch(() => null);
    if (answer?.status === 299) return;
    await new Promise((done) => setTimeout(done, 5));
  }
  throw new Error("no request was intercepted for 15 s");
}"""


def intercept(
    page: Page,
    url: str,
    act: Callable[[Route], object],
    *,
    times: int | None = None,
) -> None:
    """Answer, lose or hold up the requests for an address from now on.

    Where the page is a page of ours, its next request is intercepted already; before
    the first page, there is none to wait for.
    """
    page.route(url, act, times=times)
    if not page.url.startswith("http"):
        return
    page.route(f"**{PROBE}", lambda route: route.fulfill(status=299))
    page.evaluate(IS_INTERCEPTED, PROBE)
    page.unroute(f"**{PROBE}")
