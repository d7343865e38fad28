"""The page where it stands elsewhere: below a token, and beside the proxy."""

import http.client
import re

from looking import complaints, expect, listen, opened, rows, wait_rows
from served import Served, free_port, started


def beyond(browser, sigv4, folder):
    """Below a token in the URL, by a name that browsers take for another machine's: there is no clipboard."""
    served = Served(sigv4, folder, address="0.0.0.0")
    try:
        token = re.search(r"# inspector: http://[^/]+/(\w+)/", served.log.read_text())
        expect("beyond loopback the URL has a token", token is not None, served.log.read_text())
        page = listen(browser.new_page(viewport={"width": 1280, "height": 800}))
        page.set_default_timeout(10_000)
        origin = f"http://inspector.test:{served.inspected}"
        page.goto(f"{origin}/{token[1]}/")
        page.wait_for_selector(".link.on")
        served.call()
        wait_rows(page, 1)
        detail = opened(page, lambda: served.call(secret="wrong"))
        expect("… below which the page lives, and is told of what comes", "What to do:" in detail.inner_text(), detail.inner_text()[:300])
        expect("… and has no clipboard", page.evaluate("!isSecureContext && !navigator.clipboard"))
        detail.get_by_role("button", name="Copy as curl").click()
        page.wait_for_selector("#sheet[open]")
        text = page.input_value("#sheet-text")
        expect("… so that what is to be copied stands there", text.startswith("curl "), text)
        page.keyboard.press("Escape")
        page.click("#clear")
        wait_rows(page, 0)
        expect("… and what changes something is taken from it", True)
        page.close()
        expect("… and the browser's only complaint is that without TLS one header counts for nothing",
               len(complaints) == 1 and "Cross-Origin-Opener-Policy" in complaints.pop(), complaints)
        refused = browser.new_page().goto(f"{origin}/")
        expect("… and without the token there is nothing", refused.status == 404, refused.status)
    finally:
        served.stop()


def proxied(browser, sigv4, folder, served):
    """The proxy's: what it signed, and what the upstream said."""
    port, inspected = free_port(), free_port()
    log = folder / "proxy.log"
    keys = {"AWS_ACCESS_KEY_ID": "AKIDALLOWED", "AWS_SECRET_ACCESS_KEY": "allowed-secret", "AWS_EC2_METADATA_DISABLED": "true"}
    log.unlink(missing_ok=True)
    process = started(
        [sigv4, "proxy", "--listen", str(port), "--inspect", f"127.0.0.1:{inspected}", "--upstream", served.gateway,
         "--service", "execute-api", "--region", "us-east-1"], log, keys)
    try:
        page = listen(browser.new_page(viewport={"width": 1280, "height": 800}))
        page.set_default_timeout(10_000)
        page.goto(f"http://127.0.0.1:{inspected}/")
        page.wait_for_selector(".link.on")
        expect("the proxy's page, before there is anything", "No request yet" in page.inner_text("#empty"))

        def call(path):
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", path)
            connection.getresponse().read()
            connection.close()

        call("/prod/items")
        wait_rows(page, 1)
        detail = opened(page)
        signed = detail.locator("[data-part=headers]").inner_text()
        expect("… what it signed and the upstream took", "Allowed" in rows(page).last.inner_text() and "AKIDALLOWED" in detail.inner_text(),
               rows(page).last.inner_text())
        expect("… without the signature that it made", "made by the proxy" in signed and not re.search("[0-9a-f]{64}", signed.split("authorization")[1][:400]), signed)
        call("/nowhere/items")
        wait_rows(page, 2)
        detail = opened(page)
        expect("… and what the upstream refused, with its answer", rows(page).last.locator(".verdict").get_attribute("data-verdict") != "allowed"
               and "403" in detail.locator("[data-part=reply]").inner_text(), detail.inner_text()[:600])
        replay = detail.get_by_role("button", name="Replay")
        expect("… and replays nothing in its caller's name", replay.is_disabled() and "only its caller" in replay.get_attribute("title"))
        page.close()
    finally:
        process.terminate()
        process.wait()
