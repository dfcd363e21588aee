"""Store of the till: the browser's database may be late, closed, deleted or dead."""

import pytest
from playwright.sync_api import expect

from sales.models import Sale, SaleOperation
from tests.browser.network import intercept

OPERATIONS = "**/operations/"

# Every database that the page opens can be closed from outside, as the browser does.
REACHABLE = """
  window.databases = [];
  const open = indexedDB.open.bind(indexedDB);
  IDBFactory.prototype.open = (...wanted) => {
    const request = open(...wanted);
    request.addEventListener("success", () => window.databases.push(request.result));
    return request;
  };
  window.closeDatabases = () => window.databases.forEach((one) => one.close());
  window.breakDatabase = () => {
    window.closeDatabases();
    IDBFactory.prototype.open = () => { throw new DOMException("no", "UnknownError"); };
  };
"""
# On the first page a transaction that writes goes on until the page ends, which commits
# nothing of it.
SLOW_COMMITS = """
  const put = IDBObjectStore.prototype.put;
  if (!sessionStorage.getItem("second")) IDBObjectStore.prototype.put = function (row) {
    const goOn = () => {
      this.get("").onsuccess = goOn;
    };
    goOn();
    return put.call(this, row);
  };
  sessionStorage.setItem("second", "page");
"""
# So many operations are in the database.
COMMITTED = """async (wanted) => {
  const finished = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await finished(indexedDB.open("tillkeeper"));
  for (let i = 0; i < 100; i += 1) {
    const table = database.transaction("operations").objectStore("operations");
    if ((await finished(table.count())) >= wanted) return database.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`fewer than ${wanted} operations`);
}"""
NEVER_OPENS = """
  IDBFactory.prototype.open = () => new EventTarget();
"""


def open_with(till, script):
    till.page.add_init_script(script)
    till.open()


@pytest.mark.exhaustive
def test_a_line_that_was_shown_survives_a_reload_before_the_commit(till, shop):
    open_with(till, SLOW_COMMITS)
    intercept(till.page, OPERATIONS, lambda route: route.abort())
    till.scan(*shop.codes[:3])
    expect(till.lines).to_have_count(3)

    till.page.unroute(OPERATIONS)
    till.page.reload()
    till.is_ready()

    till.has_names(*shop.names[:3])
    assert SaleOperation.objects.count() == 3


@pytest.mark.exhaustive
def test_a_line_is_there_where_the_next_page_cannot_read_the_database(till, shop):
    intercept(till.page, OPERATIONS, lambda route: route.abort())
    till.scan(*shop.codes[:3])
    expect(till.lines).to_have_count(3)
    till.page.evaluate(COMMITTED, 3)
    till.page.add_init_script(NEVER_OPENS)

    till.page.unroute(OPERATIONS)
    till.page.reload()
    till.is_ready()

    till.has_names(*shop.names[:3])
    assert SaleOperation.objects.count() == 3


@pytest.mark.exhaustive
@pytest.mark.parametrize("death", ["closeDatabases()", "deleted"])
def test_a_closed_database_is_opened_again(till, shop, death):
    open_with(till, REACHABLE)
    page = till.page
    intercept(page, OPERATIONS, lambda route: route.abort())
    till.scan(shop.codes[0])
    expect(till.lines).to_have_count(1)
    if death == "deleted":
        page.evaluate(
            """new Promise((resolve) => {
                 const request = indexedDB.deleteDatabase("tillkeeper");
                 request.onsuccess = request.onblocked = resolve;
               })"""
        )
    else:
        page.evaluate(f"window.{death}")
    till.scan(shop.codes[1])
    expect(till.lines).to_have_count(2)
    page.evaluate(COMMITTED, 2)
    page.unroute(OPERATIONS)
    page.reload()
    till.is_ready()
    till.has_names(*shop.names[:2])

    page.evaluate("window.closeDatabases()")
    till.press("F9")
    till.is_at("payment")
    till.may_take_payment()
    till.press("Enter")
    till.is_at("complete")
    page.reload()
    till.is_ready()
    till.is_at("complete")
    expect(page.locator("[data-message=store]")).to_have_count(0)
    expect(till.lines).to_have_count(0)
    assert Sale.objects.finalized().get().line_count == 2
    assert SaleOperation.objects.count() == 2


@pytest.mark.exhaustive
def test_a_dead_database_stops_neither_scans_nor_payment_and_doubles_nothing(
    till, shop
):
    open_with(till, REACHABLE)
    page = till.page
    intercept(page, OPERATIONS, lambda route: route.abort())
    till.scan(shop.codes[0])
    page.evaluate(COMMITTED, 1)
    page.evaluate("window.breakDatabase()")

    till.scan(shop.codes[1])

    expect(till.lines).to_have_count(2)
    expect(page.locator("[data-message=store]")).to_contain_text("keep this page open")
    page.unroute(OPERATIONS)
    till.has_names(*shop.names[:2])
    # The first line is in the database still, from where it cannot be removed now.
    intercept(page, OPERATIONS, lambda route: route.abort())
    page.reload()
    till.is_ready()
    expect(till.lines).to_have_count(2)
    expect(page.locator("[data-waits]")).to_have_count(0)
    page.unroute(OPERATIONS)

    page.evaluate("window.breakDatabase()")
    till.press("F9")
    till.is_at("payment")
    till.may_take_payment()
    till.press("Enter")
    till.is_at("complete")
    till.scan(shop.codes[2])
    till.has_names(shop.names[2])
    assert Sale.objects.finalized().get().line_count == 2
    assert SaleOperation.objects.count() == 3


@pytest.mark.exhaustive
def test_a_full_storage_stops_neither_scans_nor_payment(till, shop):
    till.page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }"
    )
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.press("Enter")
    till.is_at("complete")
    till.scan(shop.codes[1])

    till.has_names(shop.names[1])
    assert Sale.objects.finalized().count() == 1


@pytest.mark.exhaustive
def test_a_database_that_never_opens_does_not_stop_the_till(till, shop):
    till.page.add_init_script(NEVER_OPENS)
    intercept(till.page, "**/products/index/", lambda route: None)

    till.page.reload()
    till.is_ready()

    expect(till.page.locator("[data-message=store]")).to_be_visible()
    till.scan(shop.codes[0])
    till.has_names(shop.names[0])
    intercept(till.page, OPERATIONS, lambda route: route.abort())
    till.scan(shop.codes[1])
    expect(till.lines).to_have_count(2)
    till.page.unroute(OPERATIONS)
    till.page.reload()
    till.is_ready()
    till.has_names(*shop.names[:2])
