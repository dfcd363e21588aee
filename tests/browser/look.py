"""Look: finds what cannot be read, reached or distinguished on a page."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()

# What shuts people out, by the rules of WCAG that a program can check.
FAULTS = """async () => (await axe.run()).violations.map(
  (v) => v.id + ": " + v.nodes.map((n) => n.html.slice(0, 120)).join(" | "))"""

# What is too small to be touched, or is pushed out of the window.
OVERFLOW = """() => {
  const found = [];
  const reach = "button, a, input, select, textarea, summary, [role=tab]";
  for (const element of document.querySelectorAll(reach)) {
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const isUnseen = element.closest(".visually-hidden, .skip-link, .paper");
    if (isUnseen || element.type === "hidden") continue;
    const { width, height, right } = element.getBoundingClientRect();
    const name = element.outerHTML.slice(0, 90);
    if (width < 43.5 || height < 43.5) found.push(`small ${width}×${height} ${name}`);
    const scrolls = element.closest(
      ".tabs, .tiles, .rail, .places, .report-tabs, .period-names, .table-scroll");
    if (right > innerWidth + 1 && !scrolls) found.push(`outside ${name}`);
  }
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) found.push("wider than the window");
  return found;
}"""

# More fonts are fetched ahead than the page's text needs.
FONTS = """async () => {
  const ahead = document.querySelectorAll("link[rel=preload][as=font]").length;
  const faces = [...(await document.fonts.ready)];
  const used = faces.filter(({ status }) => status === "loaded").length;
  return used < ahead ? [`${ahead} fonts are preloaded, ${used} used`] : [];
}"""

OVERLAPS = (Path(__file__).parent / "overlaps.js").read_text()


def faults_of(page: Page) -> list[str]:
    """Return everything that is wrong with how the page looks when it has loaded."""
    page.wait_for_load_state()
    page.evaluate(f"() => {{ if (!globalThis.axe) {{ {AXE} }} }}")
    return [*page.evaluate(FAULTS), *page.evaluate(FONTS), *find_overflow(page)]


def find_overflow(page: Page) -> list[str]:
    """Return what has no room on the page; quicker than all its faults."""
    return [*page.evaluate(OVERFLOW), *page.evaluate(OVERLAPS)]
