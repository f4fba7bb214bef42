"""What a browser fetches for a page it has never seen: counted in a real one, nothing cached."""

import shutil
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Request, sync_playwright

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
    loads = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        for path in paths:
            context = browser.new_context()
            page = context.new_page()
            finished: list[Request] = []
            page.on("requestfinished", finished.append)
            page.goto(f"http://127.0.0.1:{port}{path}", wait_until="networkidle")
            loads[path] = _sum(finished, port)
            context.close()
        browser.close()
    return loads


def _sum(finished: list[Request], port: int) -> FirstLoad:
    load = FirstLoad()
    for request in finished:
        address = urlsplit(request.url)
        if address.scheme == "data":
            continue
        if address.netloc != f"127.0.0.1:{port}":
            load.other_hosts.add(address.netloc)
        size = request.sizes()["responseBodySize"]
        load.requests += 1
        if request.resource_type in DATA:
            load.data += size
        else:
            load.page += size
    return load
