"""Keys: pressed once the page's scripts are there."""

from playwright.sync_api import Page


def press(page: Page, *keys: str) -> None:
    """Press keys as soon as the page has loaded its scripts."""
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)
