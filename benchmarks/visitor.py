"""Somebody at the portal without a browser: keeps cookies, reads forms, follows links."""

import gzip
import http.client
import re
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf_token"')
FIELD = re.compile(r"<(?:input|button|option)\b[^>]*>", re.IGNORECASE)
VALUE = re.compile(r'\bvalue="([^"]*)"')
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)', re.IGNORECASE)
PAGES_AT_MOST, VARIANTS_AT_MOST = 600, 12


class Visitor:
    """One person with their cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Send one request; return status, text and where it redirects to."""
        headers = {"Accept-Encoding": "gzip", "Accept": "text/html"}
        if self.cookies:
            headers["Cookie"] = self.cookie
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(form) if form is not None else None
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):  # it rested for too long
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: value.value for name, value in SimpleCookie(line).items()}
        if answer.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        return answer.status, content.decode("utf-8", "replace"), answer.headers.get("Location", "")

    @property
    def cookie(self) -> str:
        """The value of the Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def token(self, path: str) -> str:
        """Return the forgery token of the forms at an address."""
        found = TOKEN.search(self.ask("GET", path)[1])
        if not found:
            raise LookupError(f"no form with a token at {path}")
        return unescape(found[1] or found[2])

    def sign_in(self, role: str, number: int) -> None:
        """Sign in as one of the demonstration's people."""
        form = {"csrf_token": self.token("/en/sign-in"), "role": role, "n": str(number)}
        status = self.ask("POST", "/en/sign-in/demo", form)[0]
        if status != 303:
            raise LookupError(f"signing in as {role} {number} answered {status}")

    @staticmethod
    def values(text: str, name: str) -> list[str]:
        """Return the values a form offers under one name."""
        fields = [field for field in FIELD.findall(text) if f'name="{name}"' in field]
        found = (VALUE.search(field) for field in fields)
        return [unescape(value[1]) for value in found if value]

    def links(self, path: str) -> list[str]:
        """Return the addresses of this host that a page links to."""
        status, text, _ = self.ask("GET", path)
        return (
            [here for href in LINK.findall(text) if (here := _here(path, href))]
            if status == 200
            else []
        )

    def walk(self, start: str) -> int:
        """Open every page that can be reached by links, and return how many there were."""
        waiting, seen, variants = [start], {start}, dict[str, int]()
        while waiting and len(seen) <= PAGES_AT_MOST:
            for address in self.links(waiting.pop(0)):
                path = urlsplit(address).path
                variants[path] = variants.get(path, 0) + (address not in seen)
                if (
                    address not in seen
                    and variants[path] <= VARIANTS_AT_MOST
                    and "sign-out" not in path
                ):
                    seen.add(address)
                    waiting.append(address)
        return len(seen)


def _here(base: str, href: str) -> str:
    target = urlsplit(urljoin(base, unescape(href)))
    if target.netloc or target.scheme:
        return ""
    return f"{target.path}?{target.query}" if target.query else target.path
