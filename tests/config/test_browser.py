"""Pages in a browser: they load, and nothing violates the security policy."""

from config.storage import without_comments_and_space
from tests.config.conftest import ROOT

RULES = """(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  // What has a variable in it is kept as it is written, spaces included.
  const withoutSpace = (text) => text.replace(/\\s*([,:])\\s*/g, "$1");
  return [...sheet.cssRules].map(({ cssText }) => withoutSpace(cssText));
}"""


def test_chromium_opens_a_page_of_ours(live_server, page):
    response = page.goto(f"{live_server.url}/healthz")

    assert response.status == 200
    assert page.inner_text("body").strip() == "ok"


def test_a_script_is_allowed_from_us_alone(live_server, page):
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{live_server.url}/healthz")

    page.evaluate(
        "document.body.append(Object.assign("
        "document.createElement('script'), {textContent: 'window.ran = 1'}))"
    )

    assert page.evaluate("window.ran") is None
    # The browser may complain of a missing picture of ours as well.
    assert any("Content Security Policy" in text for text in refused)


def test_a_script_finds_the_token_under_its_name_here(live_server, page, settings):
    settings.CSRF_COOKIE_NAME = "demo_csrftoken"
    page.goto(f"{live_server.url}/sign-in/")
    page.evaluate("document.cookie = 'csrftoken=of-another-port'")

    found = page.evaluate(
        "async (url) => (await import(url)).csrfToken()",
        f"{live_server.url}/static/js/core/http.js",
    )

    [kept] = [c for c in page.context.cookies() if c["name"] == "demo_csrftoken"]
    assert found == kept["value"]


def test_a_sheet_says_the_same_without_comments_and_space(live_server, page):
    page.goto(f"{live_server.url}/healthz")
    sheets = [path.read_text() for path in (ROOT / "static" / "css").rglob("*.css")]

    for sheet in sheets:
        rules = page.evaluate(RULES, sheet)
        assert page.evaluate(RULES, without_comments_and_space(sheet)) == rules
    assert len(sheets) > 20
