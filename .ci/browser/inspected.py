#!/usr/bin/env python3
"""The inspector's page in a real browser: `sigv4 serve --inspect`, called rightly and wrongly, and looked at in Chromium.

    inspected.py SIGV4 FOLDER AXE

AXE is axe-core's axe.min.js. FOLDER keeps pictures of three widths, light and dark.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from asking import standing, why
from elsewhere import beyond, proxied
from eyes import look, newcomer
from hands import buttons, chips, explains, keyboard
from listed import clears, empty, filters, forgets, grows, loses, misses, pauses, returns
from looking import complaints, expect, listen
from one import exports, marks, verdicts
from served import Served
from smooth import leaves, smooth
from strange import hostile, long, turned

SIGV4, FOLDER, AXE = (Path(name).resolve() for name in sys.argv[1:])
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
IN_ONE_PAGE = (empty, grows, verdicts, marks, filters, pauses, smooth, keyboard, leaves, loses, chips, buttons, explains, hostile, long,
               exports, why, clears, forgets, misses, returns)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    axe = AXE.read_text(encoding="utf-8")
    served = Served(SIGV4, FOLDER)
    try:
        with sync_playwright() as play:
            # A name that is this machine's, and that browsers take for any other's.
            browser = play.chromium.launch(executable_path=CHROMIUM, args=[
                "--no-sandbox", "--disable-background-networking", "--host-resolver-rules=MAP inspector.test 127.0.0.1"])
            page = listen(browser.new_page(viewport={"width": 1280, "height": 800}))
            page.set_default_timeout(10_000)
            page.goto(served.page)
            page.wait_for_selector(".link.on")
            for test in IN_ONE_PAGE:
                test(page, served)
                if complaints:
                    sys.exit(f"{test.__name__}: the browser complains: {complaints[:5]}")
            page.close()
            newcomer(browser, served)
            turned(browser, served)
            beyond(browser, SIGV4, FOLDER)
            proxied(browser, SIGV4, FOLDER, served)
            file = standing(browser, SIGV4, FOLDER)
            look(browser, served, axe, FOLDER, file)
            browser.close()
    finally:
        served.stop()
    expect("the browser complains of nothing", not complaints, complaints[:5])


if __name__ == "__main__":
    main()
