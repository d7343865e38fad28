"""500 rows."""

from looking import called, expect, rows, until, wait_rows


PLACE = """() => {
  const list = document.querySelector("#list"), box = list.getBoundingClientRect();
  const chosen = document.querySelector(".row[aria-selected=true]");
  const shown = document.elementFromPoint(box.left + 40, box.top + box.height / 2).closest(".row");
  return [shown.dataset.id, Math.round(shown.getBoundingClientRect().top), chosen.dataset.id, Math.round(chosen.getBoundingClientRect().top),
    document.querySelector("#detail").getAttribute("aria-label"), document.querySelector("#detail").scrollTop];
}"""


# Elements and texts that are made, attributes that change; and what of it the browser had to do.
WATCH = """() => {
  window.made = window.changed = 0;
  window.watcher = new MutationObserver((all) => {
    for (const one of all) {
      if (one.type === "attributes") changed++;
      for (const node of one.addedNodes) made += 1 + (node.querySelectorAll?.("*").length ?? 0);
    }
  });
  watcher.observe(document.querySelector("#requests .left"), { subtree: true, childList: true, attributes: true });
}"""
# Until it is laid out, too.
KEYS = """() => {
  const times = [];
  for (let at = 0; at < 41; at++) {
    const from = performance.now();
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: at % 2 ? "j" : "k", bubbles: true }));
    document.querySelector(".row[aria-selected=true]").getBoundingClientRect();
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b)[20];
}"""


class Work:
    """What new rows cost the page: nodes, attributes and milliseconds each."""

    def __init__(self, page, served):
        self.page, self.served, self.tools = page, served, page.context.new_cdp_session(page)
        self.tools.send("Performance.enable")

    def spent(self):
        metrics = {one["name"]: one["value"] for one in self.tools.send("Performance.getMetrics")["metrics"]}
        return sum(metrics[name] for name in ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration"))

    def of(self, count, mark):
        self.page.evaluate(WATCH)
        before = self.spent()
        for number in range(count):
            self.served.call(target=f"/prod/items?{mark}={number}")
        until(self.page, "end => document.querySelector('.row:last-child .target')?.textContent.endsWith(end)", f"{mark}={count - 1}")
        made, changed = self.page.evaluate("() => { watcher.disconnect(); return [made, changed]; }")
        return made / count, changed / count, (self.spent() - before) / count * 1000


def smooth(page, served):
    """500 rows and more: nothing that one reads moves, and each new row costs what it costs where there are few."""
    work = Work(page, served)
    page.click("#clear")
    wait_rows(page, 0)
    few = work.of(60, "few")
    page.keyboard.press("k")
    key_of_few = page.evaluate(KEYS)
    page.keyboard.press("Escape")
    work.of(440, "n")
    wait_rows(page, 500)
    page.evaluate("document.querySelector('#list').scrollTop = 1e6")
    page.wait_for_selector("#more", state="hidden")
    page.evaluate("document.querySelector('#list').scrollTop /= 2")
    middle = page.evaluate("""() => {
      const box = document.querySelector("#list").getBoundingClientRect();
      return document.elementFromPoint(box.left + 40, box.top + box.height / 2).closest(".row").dataset.id;
    }""")
    page.click(f'.row[data-id="{middle}"]')
    page.wait_for_selector(f'#detail[aria-label="Request {middle}"] .said')
    page.evaluate("document.querySelector('#detail').scrollTop = 120")
    before = page.evaluate(PLACE)
    many = work.of(120, "m")
    after = page.evaluate(PLACE)
    expect("new requests, and old ones that leave, move nothing that one reads", before == after, (before, after))
    expect("… and are counted", page.inner_text("#more") == "↓ 120 new requests", page.inner_text("#more"))
    expect("… and no more than 500 are kept", rows(page).count() == 500, rows(page).count())
    # A row has nine elements, and the counters a few texts.
    expect("a new row makes its own nodes and no others, where there are 500", many[0] < 60 and many[1] < 30, (few, many))
    expect("… and takes what it took where there were few", many[2] < 10 * few[2] + 10, (few, many))
    key = page.evaluate(KEYS)
    print(f"   a row {few[2]:.2f} ms where there are few, {many[2]:.2f} where there are 500; a key {key_of_few:.2f} and {key:.2f} ms")
    expect("… and so does a key: 500 rows stay smooth", key < min(10 * key_of_few + 10, 100), (key_of_few, key))
    page.keyboard.press("f")
    until(page, "document.querySelector('#list').scrollTop + document.querySelector('#list').clientHeight > document.querySelector('#list').scrollHeight - 2")
    expect("… and following goes to the newest", page.locator(".row[aria-selected=true]").count() == 0)


def leaves(page, served):
    """The one that one reads leaves the ring."""
    page.keyboard.press("k")
    page.keyboard.press("Home")
    chosen = page.locator(".row[aria-selected=true]").get_attribute("data-id")
    page.wait_for_selector(f'#detail[aria-label="Request {chosen}"] .said')
    said = page.inner_text("#detail .said")
    called(page, served.call)
    until(page, "id => !document.querySelector(`.row[data-id='${id}']`)", chosen)
    expect("a request that leaves while one reads it stays to be read, and is marked",
           page.inner_text("#detail .said") == said and page.inner_text("#detail .gone") == "forgotten")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    now = page.locator(".row[aria-selected=true]").get_attribute("data-id")
    expect("… and the next one is its neighbour", int(now) == int(chosen) + 1, (chosen, now))
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
