"""Headers of every answer: content security policy, caching, compression."""

import gzip
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

# Charts (plotly) add one empty <style>; this is the hash of nothing and allows nothing else.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
WORTH_PACKING = 1400  # bytes: below this an answer fits one packet anyway


def nonce() -> str:
    """This answer's script nonce."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    found: str = g.csp_nonce
    return found


def policy() -> str:
    """The content security policy: everything from here, nothing inline."""
    tiles = current_app.config["TILE_ORIGIN"]
    script = f"'self' 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else "'self'"
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {script}",
            f"style-src 'self' {EMPTY_STYLE}",
            f"img-src 'self' data: blob:{tiles}",
            "connect-src 'self'",
            "worker-src 'self'",
            "font-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "manifest-src 'self'",
            "frame-ancestors 'none'",
        ]
    )


def tile_origin(url: str) -> str:
    """The one further origin maps may load pictures from, with a leading blank; or nothing."""
    if not url:
        return ""
    parts = urlsplit(url)
    host = parts.netloc.replace("{s}", "*")
    return f" {parts.scheme}://{host}"


def enter(app: Flask) -> None:
    """Add the headers to every answer, and compress what is worth it."""

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        if "Content-Security-Policy" not in headers:
            headers["Content-Security-Policy"] = policy()
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if current_app.config["SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store" if g.get("personal") else "no-cache"
        return _packed(response)


def _packed(response: Response) -> Response:
    """Compress a text answer, unless it carries a forgery token (its length could leak it)."""
    if (
        response.direct_passthrough
        or response.is_streamed  # packing would first gather all of it
        or response.status_code < 200
        or response.status_code == 304
        or response.headers.get("Content-Encoding")
        or g.get("token_shown")
        or not (response.mimetype or "").startswith(
            ("text/", "application/json", "application/geo+json")
        )
    ):
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip"):
        return response
    body = response.get_data()
    if len(body) >= WORTH_PACKING:
        # for one reader alone: quick packing costs a tenth more bytes and half the time
        response.set_data(gzip.compress(body, 1 if g.get("personal") else 4, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
