"""Preloaded: the till asks for its modules at once, and for no other."""

FOUND = """() => {
  const path = (url) => new URL(url).pathname;
  const scripts = performance.getEntriesByType("resource")
    .map(({ name }) => path(name))
    .filter((name) => name.startsWith("/static/js/"));
  const links = [...document.querySelectorAll("link[rel=modulepreload]")];
  const own = [...document.querySelectorAll("script[src]")];
  return {
    loaded: scripts,
    preloaded: links.map(({ href }) => path(href)),
    named: own.map(({ src }) => path(src)),
  };
}"""


def test_every_module_of_the_till_is_preloaded_and_no_other(till):
    found = till.page.evaluate(FOUND)

    loaded, named = set(found["loaded"]), set(found["named"])
    preloaded = set(found["preloaded"])
    assert len(preloaded) > 20
    assert loaded - preloaded <= named
    assert preloaded <= loaded
    assert len(found["preloaded"]) == len(preloaded)
