#!/usr/bin/env python3
"""The inspector's page in a real browser: `sigv4 serve --inspect`, called rightly and wrongly, and looked at in Chromium.

    inspected.py SIGV4 FOLDER AXE

AXE is axe-core's axe.min.js. FOLDER keeps pictures of three widths, light and dark.
"""

import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright

from served import PLAIN, Served, sha256

SIGV4, FOLDER, AXE = (Path(name).resolve() for name in sys.argv[1:])
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WIDTHS = {"phone": (360, 740), "laptop": (1280, 800), "wide": (1680, 950)}
RLO, NUL = "\u202e", "\u0000"
# Tasks of the page that hold back what hands do. Generous: a machine that builds beside takes ten times a laptop's time.
LONGEST_MS = 1500
started = time.monotonic()
complaints = []


def expect(what, is_so, got=None):
    if not is_so:
        sys.exit(f"{what}: {got!r}")
    print(f"{what}: as it should be ({time.monotonic() - started:.1f} s)", flush=True)


def listen(page):
    """What a browser says of scripts that failed, and of what the policy of the page kept from running."""
    page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(f"{message.text} {message.location['url']}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


ROWS = ".row[data-id]:not([hidden])"


def until(page, expression, arg=None):
    """Asked from outside, where the page's policy does not forbid to evaluate a text."""
    end = time.monotonic() + 10
    while not page.evaluate(expression, arg):
        if time.monotonic() > end:
            sys.exit(f"not within 10 s: {expression} {arg or ''}")
        time.sleep(0.01)


def rows(page):
    return page.locator(ROWS)


def wait_rows(page, count):
    until(page, "([css, count]) => document.querySelectorAll(css).length === count", [ROWS, count])


def last_id(page):
    return rows(page).last.get_attribute("data-id")


def opened(page, what=None):
    """The request that `what` makes, or the last, chosen in the list; the detail as it stands there."""
    if what:
        before = last_id(page)
        what()
        until(page, "([css, id]) => [...document.querySelectorAll(css)].at(-1).dataset.id !== id", [ROWS, before])
    one = last_id(page)
    # What is far from being seen is not drawn, and cannot be clicked.
    rows(page).last.evaluate("row => row.scrollIntoView()")
    rows(page).last.click()
    page.wait_for_selector(f'#detail[aria-label="Request {one}"] .said')
    return page.locator("#detail")


def texts(page, css):
    return page.locator(css).all_inner_texts()


# What is there at first, and what comes.

def empty(page):
    expect("an empty page says what to do first", "No request yet" in page.inner_text("#empty"), page.inner_text("#empty"))
    line = page.inner_text("#empty .code .raw")
    expect("… by a curl line to this gateway, without a secret",
           line.startswith("curl ") and served.gateway in line and "--aws-sigv4" in line and "-secret" not in line, line)


def grows(page):
    for count in 1, 2, 3:
        expect(f"call {count}", served.call() == 200)
        wait_rows(page, count)
    expect("the list grows while requests come", all("Allowed" in text for text in texts(page, f"{ROWS} .verdict")), texts(page, f"{ROWS} .verdict"))
    page.wait_for_selector("#detail .said")
    expect("… and the newest is shown beside it", page.locator("#detail .tag", has_text="the newest").count() == 1)
    reads(page)


def reads(page):
    """What one reads stays, though it was the newest when one began."""
    place = "() => [document.querySelector('#detail').getAttribute('aria-label'), document.querySelector('#detail').scrollTop]"
    for how, begin in (
        ("scrolls", lambda: page.evaluate("document.querySelector('#detail').scrollTop = 90")),
        ("tabs", lambda: page.focus("#detail button:not(#back)")),
    ):
        # What is drawn anew at that moment has no place yet: a reader would begin again, too.
        for _ in range(50):
            begin()
            if page.evaluate("document.querySelector('#follow').getAttribute('aria-pressed')") == "false":
                break
            page.wait_for_timeout(200)
            page.evaluate("document.querySelector('#detail').scrollTop = 0; document.activeElement.blur()")
        until(page, "document.querySelector('#follow').getAttribute('aria-pressed') === 'false'")
        before = page.evaluate(place)
        count = rows(page).count()
        served.call()
        wait_rows(page, count + 1)
        page.wait_for_timeout(400)
        after = page.evaluate(place)
        expect(f"whoever {how} in the newest keeps it", before == after, (before, after))
        page.click("#follow")
        until(page, "name => document.querySelector('#detail').getAttribute('aria-label') !== name", before[0])


KINDS = {
    "allowed": (dict(), 200, None),
    "policy": (dict(who="denied"), 403, "policy"),
    "signature": (dict(secret="wrong"), 403, "signature"),
    "freshness": (dict(old=timedelta(hours=2)), 403, "time"),
    "malformed": (dict(signed=False), 403, "request"),
}


def verdicts(page):
    for name, (arguments, status, link) in KINDS.items():
        detail = opened(page, lambda: expect(f"{name}: the answer", served.call(**arguments) == status))
        row = rows(page).last
        said, word = detail.locator(".said").inner_text(), row.locator(".verdict").inner_text()
        broken = detail.locator(".chain li[data-state=broken]")
        links = [one.get_attribute("data-link") for one in broken.all()]
        expect(f"{name}: the word, the sentence and the broken link", word.lower().endswith(name) and len(said) > 15
               and row.locator(".verdict").get_attribute("data-verdict") == name and links[:1] == ([link] if link else []),
               (word, said, links))
        if name != "allowed":
            expect(f"{name}: what to do", "What to do:" in detail.inner_text(), detail.inner_text()[:400])
            expect(f"{name}: where the chain breaks, in words too",
                   f"breaks at “{broken.first.locator('b').inner_text()}”" in detail.inner_text())
    opened(page, lambda: served.call(who="denied"))
    policy = page.locator("#detail [data-part=policy]").inner_text()
    expect("policy: the statement that decided", '"Deny"' in policy and "GET/items" in policy, policy)


def marked(page, part, sides=2):
    """What is marked in the line `part` of the canonical request: text before it, and the mark, of each side."""
    row = page.locator("#detail [data-part=canonical] tr.bad")
    expect(f"{part}: one line differs", row.count() == 1, row.all_inner_texts())
    return row.locator("[data-side]").evaluate_all(
        """(cells) => cells.map((cell) => {
             const mark = cell.querySelector("mark");
             const before = document.createRange();
             before.setStart(cell, 0);
             before.setEndBefore(mark);
             return [before.toString(), mark.textContent];
           })""")


def cut(one, other):
    """[before, what differs] of each of two texts: the longest start and the longest end are the same."""
    start = next((at for at, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))
    end = next((at for at, pair in enumerate(zip(one[start:][::-1], other[start:][::-1])) if pair[0] != pair[1]),
               min(len(one), len(other)) - start)
    return [[one[:start], one[start:len(one) - end]], [other[:start], other[start:len(other) - end]]]


def marks(page):
    opened(page, lambda: served.call("POST", "/prod/echo/x", b'{"name":"saw"}', signs=b'{"name":"hammer"}', stated=True))
    hashes = [sha256(body) for body in (b'{"name":"hammer"}', b'{"name":"saw"}')]
    got = marked(page, "a stated payload hash")
    expect("… and to the byte", got == cut(*hashes), (got, cut(*hashes)))
    payload = page.inner_text("#detail [data-part=payload]")
    expect("… and the payload's hashes, stated and computed", all(one in payload for one in hashes) and "differs" in payload, payload)

    opened(page, lambda: served.call(target="/prod/echo/a%20b", path="/prod/echo/a%20b"))
    got = marked(page, "a path escaped once")
    expect("… and to the byte", got == cut("/prod/echo/a%20b", "/prod/echo/a%2520b"), got)

    opened(page, lambda: served.call(target="/prod/items?b=2&a=1", host="127.0.0.1"))
    got = marked(page, "a host without its port")
    expect("… and to the byte", got == cut("host:127.0.0.1", f"host:127.0.0.1:{served.port}"), got)


# Finding, and keeping one's place.

def filters(page):
    total = rows(page).count()
    page.click(".chip[data-verdict=policy]")
    words = texts(page, f"{ROWS} .verdict")
    expect("filter by verdict", len(words) == 2 and all("Policy" in word for word in words), words)
    page.click(".chip[data-verdict=policy]")
    page.select_option("#key", "AKIDDENIED")
    expect("filter by key", rows(page).count() == 2, rows(page).count())
    page.select_option("#key", "")
    page.fill("#filter", "path:/prod/echo")
    expect("filter by path", rows(page).count() == 2, texts(page, ROWS))
    page.fill("#filter", "items b=2")
    expect("filter by text", rows(page).count() == 1, texts(page, ROWS))
    served.call(headers={"user-agent": "Needle/1.0"})
    page.fill("#filter", "needle")
    wait_rows(page, 1)
    expect("… of a header, which only the server knows", True)
    page.fill("#filter", "nothing of that kind")
    expect("a filter that nothing passes says so", "No request matches" in page.inner_text("#empty"))
    page.click("#empty button")
    wait_rows(page, total + 1)


def pauses(page):
    before = rows(page).count()
    page.click("#pause")
    for _ in range(3):
        served.call()
    until(page, "document.querySelector('#pause').textContent.includes('3')")
    expect("paused: they wait, and their number shows", rows(page).count() == before, rows(page).count())
    page.click("#pause")
    wait_rows(page, before + 3)
    expect("… and come when it goes on", True)


PLACE = """() => {
  const list = document.querySelector("#list"), box = list.getBoundingClientRect();
  const chosen = document.querySelector(".row[aria-selected=true]");
  const shown = document.elementFromPoint(box.left + 40, box.top + box.height / 2).closest(".row");
  return [shown.dataset.id, Math.round(shown.getBoundingClientRect().top), chosen.dataset.id, Math.round(chosen.getBoundingClientRect().top),
    document.querySelector("#detail").getAttribute("aria-label"), document.querySelector("#detail").scrollTop];
}"""


def smooth(page):
    """500 rows and more: nothing that one reads moves, and no task is long."""
    page.evaluate("""() => {
      window.tasks = [];
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration))).observe({ type: "longtask" });
    }""")
    for number in range(480):
        served.call(target=f"/prod/items?n={number}")
    until(page, "css => document.querySelectorAll(css).length > 450", ROWS)
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
    for number in range(120):
        served.call(target=f"/prod/items?m={number}")
    until(page, """() => document.querySelector(".row:last-child .target").textContent.endsWith("m=119")""")
    after = page.evaluate(PLACE)
    expect("new requests, and old ones that leave, move nothing that one reads", before == after, (before, after))
    expect("… and are counted", page.inner_text("#more") == "↓ 120 new requests", page.inner_text("#more"))
    expect("… and no more than 500 are kept", rows(page).count() == 500, rows(page).count())
    at = time.monotonic()
    for _ in range(40):
        page.keyboard.press("j")
    each = (time.monotonic() - at) / 40 * 1000
    long = page.evaluate("tasks")
    print(f"   600 requests, 500 rows: {len(long)} tasks above 50 ms, the longest {max(long, default=0):.0f} ms; a key {each:.1f} ms")
    expect("500 rows stay smooth", max(long, default=0) < LONGEST_MS and each < 250, (long, each))
    page.keyboard.press("f")
    until(page, "document.querySelector('#list').scrollTop + document.querySelector('#list').clientHeight > document.querySelector('#list').scrollHeight - 2")
    expect("… and following goes to the newest", page.locator(".row[aria-selected=true]").count() == 0)


# Hands and eyes.

def keyboard(page):
    page.reload()
    page.wait_for_selector(ROWS)
    focused = lambda: page.evaluate("document.activeElement.dataset.id || document.activeElement.id || document.activeElement.tagName")
    chosen = lambda: page.locator(".row[aria-selected=true]").get_attribute("data-id")
    page.keyboard.press("k")
    last = last_id(page)
    expect("keys: k chooses the last", chosen() == last == focused(), (chosen(), last, focused()))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("k")
    page.keyboard.press("j")
    expect("keys: arrows, j and k go up and down", int(chosen()) == int(last) - 1, (chosen(), last))
    page.wait_for_selector(f'#detail[aria-label="Request {chosen()}"]')
    page.keyboard.press("Enter")
    expect("keys: Enter reads it", focused() == "detail", focused())
    page.keyboard.press("Tab")
    expect("keys: Tab goes on in it", page.evaluate("document.querySelector('#detail').contains(document.activeElement)"))
    page.keyboard.press("Escape")
    expect("keys: Esc goes back to its row", focused() == chosen(), focused())
    page.keyboard.press("Escape")
    expect("keys: once more chooses none", page.locator(".row[aria-selected=true]").count() == 0 and page.locator("#detail").is_hidden())
    page.keyboard.press("/")
    page.keyboard.type("m=7")
    expect("keys: / filters", rows(page).count() == 11, rows(page).count())
    page.keyboard.press("Enter")
    expect("keys: Enter goes to what was found", focused() == chosen(), focused())
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect("keys: Esc empties the filter", rows(page).count() == 500, rows(page).count())
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    expect("keys: p pauses", page.get_attribute("#pause", "aria-pressed") == "true")
    page.keyboard.press("p")
    page.keyboard.press("?")
    expect("keys: ? tells them all", page.locator("#keys").is_visible())
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    page.keyboard.press("w")
    time.sleep(0.1)
    expect("keys: w twice is there and back", page.locator("#why").is_hidden() and page.locator("#keys").is_hidden())
    page.keyboard.press("t")
    expect("keys: t changes the colours", page.get_attribute("html", "data-theme") == "light")
    page.keyboard.press("t")
    page.keyboard.press("t")
    expect("… and back to the system's", page.get_attribute("html", "data-theme") is None)


def hostile(page):
    markup = "<script>hacked=1</script><img src=x onerror=hacked=2>"
    agent = f"{markup}{RLO}evil\u200b" + "<b>" * 4000
    body = f"{markup}{NUL}\u001b[31m{RLO}abc\u2066\n" + "x" * 60000 + "\u05d0\u05d1"
    target = "/prod/echo/" + "<script>hacked=3</script>".replace("<", "%3C").replace(">", "%3E") + "?q=%E2%80%AE&r='\"><svg/onload=hacked=4>".replace("<", "%3C").replace(">", "%3E").replace('"', "%22")
    detail = opened(page, lambda: served.call("POST", target, body.encode(), headers={"user-agent": agent.encode()}, secret="wrong"))
    text = detail.inner_text()
    expect("hostile text shows as text", markup in text and "%3Cscript%3Ehacked=3" in text, text[:3000])
    expect("… and makes no element", detail.locator("script, img, b:has-text('hacked')").count() == 0)
    odd = set(detail.locator(".odd").all_inner_texts())
    expect("… controls and marks that turn the direction are named", {"RLO", "NUL", "ESC", "U+2066", "ZWSP"} <= odd, odd)
    expect("… no such mark is left in the page", not page.evaluate("/[\\u202a-\\u202e\\u2066-\\u2069\\u200b]|[\\u0000-\\u0008]/.test(document.body.innerText)"))
    cut_off = detail.locator("[data-part=payload] .cut")
    expect("… 60,000 characters in one line are cut until one asks", cut_off.count() == 1, cut_off.count())
    cut_off.click()
    expect("… and then all there", "x" * 60000 in detail.locator("[data-part=payload] .pre").inner_text())
    wide = page.evaluate("[document.querySelector('#detail').scrollWidth, document.querySelector('#detail').clientWidth, document.documentElement.scrollWidth]")
    expect("… and nothing is wider than the page", wide[0] <= wide[1] and wide[2] <= page.viewport_size["width"], wide)
    expect("… and no script ran", page.evaluate("typeof hacked") == "undefined")


def exports(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    detail = opened(page, lambda: served.call(target="/prod/echo/a%20b?c=3&b=2", path="/prod/echo/a%20b"))
    copied = lambda: page.evaluate("navigator.clipboard.readText()")
    for name, start in ("Copy as curl", "curl "), ("Copy for sigv4 verify", "GET /prod/echo/a%20b?c=3&b=2 HTTP/1.1"), ("Copy as test vector", "{"):
        page.evaluate("navigator.clipboard.writeText('')")
        detail.get_by_role("button", name=name, exact=True).click()
        page.wait_for_selector("#toast:not([hidden])")
        until(page, "navigator.clipboard.readText().then((text) => text !== '')")
        expect(f"button: {name}", copied().startswith(start) and "-secret" not in copied(), copied())
    detail.get_by_role("button", name="As it should be").click()
    right = page.inner_text("#detail [data-part=should-be]")
    expect("button: as it should be", "/prod/echo/a%2520b" in right, right)
    before = rows(page).count()
    detail.get_by_role("button", name="Replay").click()
    until(page, "document.querySelector('#toast').textContent.startsWith('Sent again: 403')")
    expect("button: replay", True)


def why(page):
    page.goto(served.page + "#/why")
    page.click("#example")
    page.wait_for_selector("#answered .said")
    said = page.inner_text("#answered")
    expect("why 403: the example", "What to do:" in said and "color=red" in said, said[:600])
    got = page.locator("#answered [data-part=canonical] tr.bad [data-side] mark").all_inner_texts()
    expect("… with its byte marked", got == ["B", "0"], got)
    page.fill("#answer", '{"message":"Missing Authentication Token"}')
    page.fill("#request", "curl https://abc123.execute-api.us-east-1.amazonaws.com/prod/items")
    page.locator("#request").press("Control+Enter")
    until(page, "!document.querySelector('#explain').disabled && !document.querySelector('#answered').innerText.includes('color=red')")
    said = page.inner_text("#answered")
    expect("why 403: a curl line that is not signed", "What to do:" in said or "one of these" in said, said[:600])
    page.fill("#answer", "")
    page.fill("#request", "")
    page.click("#explain")
    page.wait_for_selector("#answered [role=alert]")
    expect("why 403: nothing pasted is said", len(page.inner_text("#answered")) > 10)
    # The browser notes an answer of 400, which was asked for.
    expect("… and the browser's only complaint", len(complaints) == 1 and "status of 400" in complaints.pop(), complaints)
    page.goto(served.page)
    page.wait_for_selector(ROWS)


def forgets(page):
    page.wait_for_selector("#detail .said")
    page.click("#clear")
    wait_rows(page, 0)
    expect("clear forgets all", "No request yet" in page.inner_text("#empty"))
    served.call()
    wait_rows(page, 1)


def returns(page):
    """Another server at the same place, which counts from 1 again."""
    for _ in range(3):
        served.call()
    wait_rows(page, 4)
    page.wait_for_selector(f'#detail[aria-label="Request {last_id(page)}"] .said')
    served.stop()
    until(page, "document.querySelector('#link').textContent === 'not connected'")
    expect("a server that went is said", True)
    served.start()
    served.call(who="denied")
    until(page, "document.querySelector('#link').textContent === 'live'")
    wait_rows(page, 1)
    expect("… and its successor's requests come", "Policy" in texts(page, ROWS)[0], texts(page, ROWS))
    # The browser notes connections that were refused.
    complaints[:] = [one for one in complaints if "net::ERR_" not in one]


def standing(browser):
    """The same page from `sigv4 explain --page`, of a file, with no server."""
    answer = FOLDER / "answer.json"
    answer.write_text(json.dumps({"message": "The request signature we calculated does not match the signature you provided. "
                                  "<script>hacked=5</script></script>"}))
    file = FOLDER / "explained.html"
    made = subprocess.run([SIGV4, "explain", "--page", file, "--response", answer, "--region", "us-east-1",
                           "https://abc123.execute-api.us-east-1.amazonaws.com/prod/items?q=</script><script>hacked=6</script>"],
                          capture_output=True, text=True, env=PLAIN | {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"})
    expect("sigv4 explain --page", made.returncode == 0, made.stderr)
    page = listen(browser.new_page())
    page.goto(file.as_uri())
    said = page.inner_text("body")
    expect("… is a page with no server", "What to do:" in said and page.evaluate("typeof hacked") == "undefined", said[:600])
    expect("… of one file", page.locator("#requests").is_hidden() and page.locator("#ask").is_hidden())
    page.close()


def look(browser, axe):
    """Pictures of three widths; axe on each view, light and dark."""
    for arguments, _, _ in KINDS.values():
        served.call(**arguments)
    served.call("POST", "/prod/echo/tools", b'{"name":"saw"}', signs=b'{"name":"hammer"}', stated=True)
    found = {}
    for scheme in "light", "dark":
        context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
        page = listen(context.new_page())
        page.goto(served.page)
        page.wait_for_selector(ROWS)
        for width, (x, y) in WIDTHS.items():
            page.set_viewport_size({"width": x, "height": y})
            for view in "list", "request", "why":
                if view == "request":
                    page.keyboard.press("k")
                    page.wait_for_selector("#detail:not([hidden]) .said")
                elif view == "why":
                    page.keyboard.press("Escape")
                    page.keyboard.press("Escape")
                    page.keyboard.press("w")
                    page.click("#example")
                    page.wait_for_selector("#answered .said")
                page.screenshot(path=FOLDER / f"{width}-{view}-{scheme}.png")
                over = page.evaluate("document.documentElement.scrollWidth")
                if over > x:
                    found[f"{width}-{view}-{scheme}"] = f"{over} px wide"
                if width != "laptop":
                    page.evaluate(axe)
                    results = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
                    for one in results["violations"]:
                        if one["impact"] in ("serious", "critical"):
                            found[f"{width}-{view}-{scheme}: {one['id']}"] = [node["html"][:200] for node in one["nodes"][:3]]
            page.keyboard.press("Escape")
            page.keyboard.press("Escape")
            page.keyboard.press("Escape")
            page.wait_for_selector("#requests:not([hidden])")
        context.close()
    expect("axe finds nothing serious, and nothing is wider than its window: two colours, widths and three views", not found, found)


def main():
    global served
    FOLDER.mkdir(parents=True, exist_ok=True)
    axe = AXE.read_text(encoding="utf-8")
    served = Served(SIGV4, FOLDER)
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"])
            page = listen(browser.new_page(viewport={"width": 1280, "height": 800}))
            page.set_default_timeout(10_000)
            page.goto(served.page)
            page.wait_for_selector(".link.on")
            for test in empty, grows, verdicts, marks, filters, pauses, smooth, keyboard, hostile, exports, why, forgets, returns:
                test(page)
                if complaints:
                    sys.exit(f"{test.__name__}: the browser complains: {complaints[:5]}")
            page.close()
            standing(browser)
            look(browser, axe)
            browser.close()
    finally:
        served.stop()
    expect("the browser complains of nothing", not complaints, complaints[:5])


if __name__ == "__main__":
    main()
