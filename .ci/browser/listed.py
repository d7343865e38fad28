"""What is there at first, what comes, and finding it."""

from looking import ROWS, complaints, expect, last_id, listen, opened, rows, texts, until, wait_rows
from served import Relay


def empty(page, served):
    expect("an empty page says what to do first", "No request yet" in page.inner_text("#empty"), page.inner_text("#empty"))
    line = page.inner_text("#empty .code .raw")
    expect("… by a curl line to this gateway, without a secret",
           line.startswith("curl ") and served.gateway in line and "--aws-sigv4" in line and "-secret" not in line, line)


def grows(page, served):
    for count in 1, 2, 3:
        expect(f"call {count}", served.call() == 200)
        wait_rows(page, count)
    expect("the list grows while requests come", all("Allowed" in text for text in texts(page, f"{ROWS} .verdict")), texts(page, f"{ROWS} .verdict"))
    page.wait_for_selector("#detail .said")
    expect("… and the newest is shown beside it", page.locator("#detail .tag", has_text="the newest").count() == 1)
    reads(page, served)


def reads(page, served):
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


def filters(page, served):
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
    page.fill("#filter", "needle items")
    wait_rows(page, 1)
    page.fill("#filter", "needle straw")
    page.wait_for_timeout(600)
    expect("… of several words, each of which has to be there", rows(page).count() == 0, texts(page, ROWS))
    starves(page, served)
    page.fill("#filter", "nothing of that kind")
    expect("a filter that nothing passes says so", "No request matches" in page.inner_text("#empty"))
    page.click("#empty button")
    wait_rows(page, total + STREAM + 1)


STREAM = 40


def starves(page, served):
    """Requests come faster than the page asks: all the same it asks."""
    page.fill("#filter", "pin hay")
    for number in range(STREAM):
        served.call(target="/prod/items?of=hay", headers={"user-agent": "Pin/1.0"} if number == 3 else None)
        page.wait_for_timeout(50)
        if rows(page).count() == 1:
            break
    expect("… while others come without a pause", rows(page).count() == 1 and number < STREAM - 1, (rows(page).count(), number))
    for _ in range(number + 1, STREAM):
        served.call()


def pauses(page, served):
    before = rows(page).count()
    page.click("#pause")
    for _ in range(3):
        served.call()
    until(page, "document.querySelector('#pause').textContent.includes('3')")
    expect("paused: they wait, and their number shows", rows(page).count() == before, rows(page).count())
    page.click("#pause")
    wait_rows(page, before + 3)
    expect("… and come when it goes on", True)


def clears(page, served):
    """By somebody else, while it is paused and one reads."""
    opened(page, lambda: served.call(secret="wrong"))
    said = page.inner_text("#detail .said")
    page.click("#pause")
    for _ in range(3):
        served.call()
    until(page, "document.querySelector('#pause').textContent === 'Go on (3)'")
    served.clear()
    wait_rows(page, 0)
    expect("a clear while it is paused forgets what waits, too", page.inner_text("#pause") == "Go on", page.inner_text("#pause"))
    tag = page.locator("#detail .gone")
    expect("… what one reads stays, and is marked", page.inner_text("#detail .said") == said and tag.inner_text() == "forgotten")
    acts = page.locator("#detail .acts button:not(.main)")
    expect("… and has nothing to ask the server for", acts.count() > 2 and all(one.is_disabled() for one in acts.all()))
    page.click("#pause")
    served.call()
    wait_rows(page, 1)
    page.keyboard.press("k")
    expect("… and from there keys go to what came", page.locator(".row[aria-selected=true]").get_attribute("data-id") == last_id(page))
    page.keyboard.press("f")


def loses(page, served):
    """A page whose connection is gone for longer than the ring remembers."""
    relay = Relay(served.inspected)
    page = listen(page.context.browser.new_page())
    page.goto(relay.page)
    wait_rows(page, 500)
    page.wait_for_selector(".link.on")
    until(page, "document.querySelector('#lost').hidden")
    last = int(last_id(page))
    relay.cut()
    until(page, "document.querySelector('#link').textContent === 'not connected'")
    for number in range(560):
        served.call(target=f"/prod/items?l={number}")
    relay.join()
    until(page, "document.querySelector('#lost').textContent === '60 requests left before they were sent'")
    until(page, "document.querySelector('.row:last-child .target')?.textContent.endsWith('l=559')")
    ids = page.evaluate("css => [...document.querySelectorAll(css)].map((row) => Number(row.dataset.id))", ROWS)
    expect("what left before it was sent is said, and nothing that has left has a row", ids == list(range(last + 61, last + 561)),
           (last, ids[0], ids[-1], len(ids)))
    page.close()
    relay.cut()
    complaints[:] = [one for one in complaints if "net::ERR_" not in one]


def forgets(page, served):
    page.click("#clear")
    wait_rows(page, 0)
    expect("clear forgets all", "No request yet" in page.inner_text("#empty"))
    served.call()
    wait_rows(page, 1)


def misses(page, served):
    """All is forgotten while a page's connection is lost."""
    relay = Relay(served.inspected)
    other = listen(page.context.browser.new_page())
    other.goto(relay.page)
    wait_rows(other, 1)
    other.wait_for_selector(".link.on")
    served.call()
    wait_rows(other, 2)
    # Both have what they show: nobody asks for it when it is forgotten.
    for one in (page, other):
        one.wait_for_selector(f'#detail[aria-label="Request {last_id(other)}"] .said')
    relay.cut()
    until(other, "document.querySelector('#link').textContent === 'not connected'")
    page.click("#clear")
    served.call(target="/prod/items?after=clear")
    relay.join()
    until(other, "document.querySelector('.row:last-child .target')?.textContent.endsWith('after=clear')")
    expect("what was forgotten while the connection was lost has no row", rows(other).count() == 1, texts(other, ROWS))
    other.close()
    relay.cut()
    wait_rows(page, 1)
    complaints[:] = [one for one in complaints if "net::ERR_" not in one]


def returns(page, served):
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
