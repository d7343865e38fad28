"""One request: its verdict, what is marked, its buttons."""

from datetime import timedelta

from looking import called, expect, last_id, opened, rows, until
from served import sha256


KINDS = {
    "allowed": (dict(), 200, None),
    "policy": (dict(who="denied"), 403, "policy"),
    "signature": (dict(secret="wrong"), 403, "signature"),
    "freshness": (dict(old=timedelta(hours=2)), 403, "time"),
    "malformed": (dict(signed=False), 403, "request"),
}


def verdicts(page, served):
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


def marks(page, served):
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


def exports(page, served):
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
    before = int(last_id(page))
    called(page, lambda: detail.get_by_role("button", name="Replay").click())
    until(page, "text => document.querySelector('#toast').textContent === text", f"Sent again: 403, request {before + 1}")
    row = rows(page).last
    expect("button: replay, and its row", last_id(page) == str(before + 1) and row.locator(".verdict").get_attribute("data-verdict") == "signature"
           and "a%20b?c=3&b=2" in row.inner_text(), row.inner_text())
