"""What a browser fetches for a page it has never seen: counted in a real one, nothing cached."""

import shutil
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Request, sync_playwright

DATA = {"fetch", "xhr"}
BROWSERS = ("chromium", "google-chrome", "chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class FirstLoad:
    """The requests of one first visit."""

    page: int = 0  # bytes of page, styles, scripts and pictures, as sent
    data: int = 0  # bytes of what scripts fetch
    requests: int = 0
    other_hosts: set[str] = field(default_factory=set)


def visit(port: int, paths: list[str]) -> dict[str, FirstLoad]:
    """Open each page in a fresh browser profile."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        loads = {path: _open(browser, port, path) for path in paths}
        browser.close()
    return loads


def _open(browser: Browser, port: int, path: str) -> FirstLoad:
    load, own = FirstLoad(), f"127.0.0.1:{port}"
    finished: list[Request] = []

    def asked(request: Request) -> None:
        address = urlsplit(request.url)
        if address.netloc not in ("", own):
            load.other_hosts.add(address.netloc)

    def answered(request: Request) -> None:
        if urlsplit(request.url).netloc == own:
            finished.append(request)

    context = browser.new_context()
    page = context.new_page()
    page.on("request", asked)
    page.on("requestfinished", answered)
    page.goto(f"http://{own}{path}", wait_until="networkidle")
    page.mouse.move(3, 3)  # maps below are drawn once the reader does anything
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    for request in finished:
        size = request.sizes()["responseBodySize"]
        load.requests += 1
        if request.resource_type in DATA:
            load.data += size
        else:
            load.page += size
    context.close()
    return load
