"""The README's picture: the page after a few calls of which the last signs another body than it sends.

    picture.py SIGV4 FOLDER PICTURE
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from served import Served

SIGV4, FOLDER, PICTURE = (Path(name).resolve() for name in sys.argv[1:])
MOST = 150_000
served = Served(SIGV4, FOLDER)
try:
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox", "--disable-lcd-text"])
        page = browser.new_page(viewport={"width": 1280, "height": 760}, device_scale_factor=1.5, color_scheme="light", reduced_motion="reduce")
        page.goto(served.page)
        served.call()
        served.call(target="/prod/items?color=red")
        served.call(who="denied")
        served.call("POST", "/prod/echo/tools", b'{"name":"saw"}')
        served.call(old=timedelta(hours=1, minutes=36))
        served.call(signed=False)
        served.call(secret="another")
        served.call()
        served.call(target="/prod/echo/red%20wine?size=2&page=1", path="/prod/echo/red%20wine")
        page.wait_for_selector(".row:nth-child(10)")
        page.keyboard.press("k")
        page.wait_for_selector("#detail .said")
        page.mouse.click(900, 20)
        page.screenshot(path=PICTURE)
        browser.close()
finally:
    served.stop()
# As many colours as text needs.
with Image.open(PICTURE) as picture:
    small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
small.save(PICTURE, optimize=True)
size = PICTURE.stat().st_size
print(f"{PICTURE.name}: {size} bytes")
sys.exit(size > MOST and f"more than {MOST}")
