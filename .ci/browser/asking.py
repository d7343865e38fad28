""""Why 403?", and `sigv4 explain --page`."""

import json
import subprocess

from looking import ROWS, complaints, expect, listen, until
from served import PLAIN


def why(page, served):
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


def standing(browser, sigv4, folder):
    """The same page from `sigv4 explain --page`, of a file, with no server."""
    answer = folder / "answer.json"
    answer.write_text(json.dumps({"message": "The request signature we calculated does not match the signature you provided. "
                                  "<script>hacked=5</script></script>"}))
    file = folder / "explained.html"
    made = subprocess.run([sigv4, "explain", "--page", file, "--response", answer, "--region", "us-east-1",
                           "https://abc123.execute-api.us-east-1.amazonaws.com/prod/items?q=</script><script>hacked=6</script>"],
                          capture_output=True, text=True, env=PLAIN | {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"})
    expect("sigv4 explain --page", made.returncode == 0, made.stderr)
    page = listen(browser.new_page())
    page.goto(file.as_uri())
    said = page.inner_text("body")
    expect("… is a page with no server", "What to do:" in said and page.evaluate("typeof hacked") == "undefined", said[:600])
    expect("… of one file", page.locator("#requests").is_hidden() and page.locator("#ask").is_hidden())
    page.close()
    return file
