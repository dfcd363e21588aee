"""Joined: the till has its modules in one script, and asks for none of them apart."""

LOADED = """() => performance.getEntriesByType("resource")
  .map(({ name }) => new URL(name).pathname)
  .filter((name) => name.startsWith("/static/js/"))"""
# What is no module: it works before the first paint; it loads more where it may.
APART = {"/static/js/core/theme.js", "/static/js/camera/offer.js"}


def test_the_till_loads_one_script_for_all_its_modules(till):
    loaded = till.page.evaluate(LOADED)

    assert loaded.count("/static/js/till.js") == 1
    assert set(loaded) - APART == {"/static/js/till.js"}
