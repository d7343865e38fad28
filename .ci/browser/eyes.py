"""What it looks like: pictures, and axe."""

from looking import ROWS, expect, listen
from one import KINDS

WIDTHS = {"phone": (360, 740), "laptop": (1280, 800), "wide": (1680, 950)}


def newcomer(browser, served):
    """Somebody made one wrong call, and opens the page: no key is pressed."""
    for name, arguments, cause, remedy in (
        ("a wrong secret", {"secret": "wrong"}, "signature", "secret"),
        ("no signature", {"signed": False}, "no signature", "Authorization header"),
    ):
        served.clear()
        served.call(**arguments)
        for width, (x, y) in WIDTHS.items():
            page = listen(browser.new_page(viewport={"width": x, "height": y}))
            page.goto(served.page)
            page.wait_for_selector("#detail .remedy, #detail .causes")
            shown = page.evaluate("""() => ["said", "remedy"].map((name) => {
              const node = document.querySelector(`#detail .${name}`), box = node.getBoundingClientRect();
              const seen = document.elementFromPoint(box.left + 4, box.top + 4);
              return [node.innerText, box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth, node.contains(seen)];
            })""")
            [said, *said_seen], [what, *what_seen] = shown
            expect(f"{name}, {width}: what was wrong and what to do stand there at once",
                   cause in said.lower() and remedy in what and what.startswith("What to do:") and all(said_seen + what_seen), shown)
            page.close()


class Views:
    """What is wrong with what is looked at."""

    def __init__(self, axe, folder):
        self.axe, self.folder, self.found, self.count = axe, folder, {}, 0

    def look(self, page, name, keeps=False):
        if keeps:
            page.screenshot(path=self.folder / f"{name}.png")
        self.count += 1
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            self.found[name] = f"{over} px wider than the window"
        page.evaluate(self.axe)
        results = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        for one in results["violations"]:
            if one["impact"] in ("serious", "critical"):
                self.found[f"{name}: {one['id']}"] = [node["html"][:200] for node in one["nodes"][:3]]


def look(browser, served, axe, folder, file):
    """Pictures of three widths; axe on each view, light and dark."""
    views = Views(axe, folder)
    for scheme in "light", "dark":
        context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
        page = listen(context.new_page())
        served.clear()
        page.goto(served.page)
        page.wait_for_selector("#empty .code")
        for width, (x, y) in WIDTHS.items():
            page.set_viewport_size({"width": x, "height": y})
            views.look(page, f"{width}-empty-{scheme}", keeps=True)
        for arguments, _, _ in KINDS.values():
            served.call(**arguments)
        served.call("POST", "/prod/echo/tools", b'{"name":"saw"}', signs=b'{"name":"hammer"}', stated=True)
        page.wait_for_selector(f"{ROWS}:nth-child({len(KINDS) + 2})")
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
                views.look(page, f"{width}-{view}-{scheme}", keeps=True)
            for _ in range(3):
                page.keyboard.press("Escape")
            page.wait_for_selector("#requests:not([hidden])")
        verdicts(page, views, scheme)
        dialogs(page, views, scheme)
        page.goto(file.as_uri())
        views.look(page, f"file-{scheme}", keeps=True)
        context.close()
    expect(f"axe finds nothing serious, and nothing is wider than its window: {views.count} views", not views.found, views.found)


def verdicts(page, views, scheme):
    """Each, as one request."""
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS["laptop"])))
    for name in KINDS:
        row = page.locator(f"{ROWS}:has(.verdict[data-verdict={name}])").first
        row.click()
        page.wait_for_selector(f'#detail[aria-label="Request {row.get_attribute("data-id")}"] .verdict[data-verdict={name}]')
        views.look(page, f"{name}-{scheme}")


def dialogs(page, views, scheme):
    """The keys, and what stands there to be copied where the clipboard is not given."""
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    views.look(page, f"keys-{scheme}", keeps=True)
    page.keyboard.press("Escape")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name="Copy as curl").click()
    page.wait_for_selector("#sheet[open]")
    views.look(page, f"sheet-{scheme}", keeps=True)
    page.keyboard.press("Escape")
