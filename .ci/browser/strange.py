"""What strangers send."""

from looking import complaints, expect, listen, opened


HEBREW = "\u05d0\u05d1\u05d2"
# How far from the left each letter of a text stands.
STANDS = """(box, text) => {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(text);
    if (at < 0) continue;
    return [...text].map((_, index) => {
      const range = document.createRange();
      range.setStart(walker.currentNode, at + index);
      range.setEnd(walker.currentNode, at + index + 1);
      return range.getBoundingClientRect().left;
    });
  }
  return [];
}"""
RLO, NUL = "\u202e", "\u0000"


def hostile(page, served):
    markup = "<script>hacked=1</script><img src=x onerror=hacked=2>"
    agent = f"{markup}{RLO}evil\u200b" + "<b>" * 4000
    body = f"{markup}{NUL}\u001b[31m{RLO}abc\u2066\n" + "x" * 60000 + HEBREW
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
    letters = detail.locator("[data-part=payload] .pre").evaluate(STANDS, HEBREW)
    expect("… Hebrew letters stand in the order in which they were sent", letters == sorted(letters) and len(letters) == len(HEBREW), letters)
    expect("… and no script ran", page.evaluate("typeof hacked") == "undefined")


def long(page, served):
    """A line of 64 KiB, which is as much as is kept."""
    body = "x" * 65_536
    detail = opened(page, lambda: served.call("POST", "/prod/echo/x", body.encode()))
    cut_off = detail.locator("[data-part=payload] .cut")
    expect("65,536 characters in one line are cut until one asks", cut_off.count() == 1 and "65,536 bytes" in detail.inner_text(), cut_off.count())
    cut_off.click()
    shown = detail.locator("[data-part=payload] .pre").inner_text()
    expect("… and then all there", shown == body, len(shown))
    wide = page.evaluate("[document.querySelector('#detail').scrollWidth, document.querySelector('#detail').clientWidth]")
    expect("… and nothing is wider than the page", wide[0] <= wide[1], wide)


def turned(browser, served):
    """Letters that go from right to left, and marks that turn others, wherever the server may say what somebody sent."""
    word = f"{HEBREW} abc {RLO}"
    served.call(target="/prod/echo/a%20b", path="/prod/echo/a%20b")
    page = listen(browser.new_page(viewport={"width": 1280, "height": 800}))
    fields = dict.fromkeys(("method", "target", "host", "caller", "scope", "key"), word)

    def rows_with(route):
        data = route.fetch().json()
        data["requests"] = [row | fields for row in data["requests"][-1:]]
        route.fulfill(json=data)

    def detail_with(route):
        data = route.fetch().json() | fields | {"sentence": word, "remedy": word, "advice": word, "known_note": word, "replay": {"possible": True, "note": word}}
        data["chain"][0]["note"] = word
        data["request"]["headers"][0] |= {"name": word, "value": word, "note": word, "mark": "must"}
        route.fulfill(json=data)

    page.route("**/api/requests", rows_with)
    page.route("**/api/requests/*", detail_with)
    page.route("**/api/requests/*/curl", lambda route: route.fulfill(status=409, json={"message": word}))
    page.goto(served.page)
    page.wait_for_selector("#detail .said")
    page.get_by_role("button", name="Copy as curl").click()
    page.wait_for_selector("#toast:not([hidden])")
    for css in (".row .method", ".row .target", ".row .who", ".row .scope", "#detail .line", "#detail .said", "#detail .remedy", "#detail .note",
                "#detail .facts", "#detail [data-part=canonical] h3", "#detail [data-part=headers] th", "#detail [data-part=headers] td", "#toast"):
        letters = page.locator(css).first.evaluate(STANDS, HEBREW)
        expect(f"from right to left, in {css}: in the order in which it was sent", letters == sorted(set(letters)) and len(letters) == 3, letters)
    shown = page.evaluate("[document.body.innerText, ...[...document.querySelectorAll('[title], option')].map((one) => one.title || one.text), document.querySelector('#say').textContent]")
    turns = [text for text in shown if RLO in text]
    expect("… and marks that turn it are named, in titles and what is read out, too", not turns and sum("RLO" in text for text in shown) > 4, turns)
    page.close()
    expect("… and the browser's only complaint is of what could not be copied", len(complaints) == 1 and "status of 409" in complaints.pop(), complaints)
