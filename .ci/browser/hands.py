"""By keys alone."""

import time

from looking import ROWS, called, expect, last_id, rows, tab_to, texts, until, wait_rows


def keyboard(page, served):
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


def chips(page, served):
    """Filters, and what stands beside them."""
    page.keyboard.press("/")
    total = rows(page).count()
    for verdict in "policy", "signature":
        called(page, lambda: served.call(**{"policy": {"who": "denied"}, "signature": {"secret": "wrong"}}[verdict]))
    for name, status in ("policy", 1), ("signature", 2):
        tab_to(page, f".chip[data-verdict={name}]")
        page.keyboard.press("Space")
        found = page.locator(f"{ROWS} .verdict").evaluate_all("all => all.map((one) => one.dataset.verdict)")
        expect(f"keys: a chip filters: {name}", len(found) == status and name in found, found)
    for key in "Space", "Shift+Tab", "Space":
        page.keyboard.press(key)
    expect("keys: … and lets all through again", rows(page).count() == total, (rows(page).count(), total))
    for id in "follow", "pause":
        tab_to(page, f"#{id}")
        before = page.get_attribute(f"#{id}", "aria-pressed")
        page.keyboard.press("Enter")
        expect(f"keys: the button {id}", page.get_attribute(f"#{id}", "aria-pressed") != before)
        page.keyboard.press("Enter")
    tab_to(page, "#clear")
    page.keyboard.press("Enter")
    wait_rows(page, 0)
    until(page, "document.querySelector('#toast').textContent.includes('forgotten')")
    expect("keys: the button Clear", True)


def buttons(page, served):
    """Each button of a request."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("document.activeElement.blur()")
    called(page, lambda: served.call(target="/prod/echo/a%20b", path="/prod/echo/a%20b"))
    page.keyboard.press("k")
    page.wait_for_selector("#detail .acts")
    page.keyboard.press("Enter")
    names = texts(page, "#detail .acts button")
    expect("a request has its five buttons", len(names) == 5, names)
    for at, name in enumerate(names):
        page.evaluate("navigator.clipboard.writeText('')")
        page.evaluate("document.querySelector('#toast').hidden = true")
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        tab_to(page, f".acts button:nth-child({at + 1})")
        if name == "Replay":
            called(page, lambda: page.keyboard.press("Enter"))
        else:
            page.keyboard.press("Enter")
        if name.startswith("Copy"):
            until(page, "navigator.clipboard.readText().then((text) => text !== '')")
        elif name == "Replay":
            page.wait_for_selector("#toast:not([hidden])")
        else:
            until(page, "document.activeElement.dataset.part === 'should-be'")
        expect(f"keys: the button {name}", True)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


def explains(page, served):
    """An answer and a request typed, explained and left."""
    page.keyboard.press("w")
    tab_to(page, "#answer")
    page.keyboard.insert_text('{"message":"The security token included in the request is expired"}')
    page.keyboard.press("Tab")
    page.keyboard.insert_text("curl https://abc123.execute-api.us-east-1.amazonaws.com/prod/items")
    tab_to(page, "#explain")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'answered'")
    said = page.inner_text("#answered .said")
    expect("keys: why 403, by the button", "expired" in said, said)
    page.keyboard.press("Shift+Tab")
    expect("keys: … of which the example is the next", page.evaluate("document.activeElement.id") == "example")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#answered').innerText.includes('color=red')")
    expect("keys: why 403, the example", page.locator("#answered tr.bad").count() == 1)
    page.keyboard.press("Escape")
    page.wait_for_selector("#requests:not([hidden])")
