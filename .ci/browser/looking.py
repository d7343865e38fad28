"""What each test of the page needs."""

import sys
import time

ROWS = ".row[data-id]:not([hidden])"
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
        called(page, what)
    one = last_id(page)
    # What is far from being seen is not drawn, and cannot be clicked.
    rows(page).last.evaluate("row => row.scrollIntoView()")
    rows(page).last.click()
    page.wait_for_selector(f'#detail[aria-label="Request {one}"] .said')
    return page.locator("#detail")


def called(page, what):
    """Calls, and waits until the list has grown by one."""
    before = last_id(page) if rows(page).count() else None
    what()
    until(page, "([css, id]) => { const last = [...document.querySelectorAll(css)].at(-1); return last && last.dataset.id !== id; }",
          [ROWS, before])


def tab_to(page, css):
    """By Tab alone."""
    for _ in range(80):
        if page.evaluate("css => document.activeElement.matches(css)", css):
            return
        page.keyboard.press("Tab")
    sys.exit(f"Tab does not come to {css}")


def texts(page, css):
    return page.locator(css).all_inner_texts()
