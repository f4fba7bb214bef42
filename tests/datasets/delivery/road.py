"""A small proxy on this machine: it notes what passes, and has bad days on order."""

import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit


class Road:
    """`trouble(method, path)` says what happens to a request.

    None: it passes; a number: this status instead; "slow": no answer in time; "lost": it
    arrives, and the answer does not; "bent": what comes back is not what is there.
    """

    def __init__(self, server):
        self.trouble = lambda method, path: None
        self.passed = []
        parts = urlsplit(server)
        road = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self):
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

            def _pass(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                what = road.trouble(self.command, self.path)
                if isinstance(what, int):
                    return self._answer(what, b"")
                if what == "slow":
                    time.sleep(1.5)
                    self.close_connection = True
                    return None
                road.passed.append((self.command, self.path))
                there = HTTPConnection(parts.hostname, parts.port, timeout=10)
                there.request(self.command, self.path, body, dict(self.headers))
                answer = there.getresponse()
                content = answer.read()
                there.close()
                if what == "lost":
                    self.close_connection = True
                    return None
                if what == "bent":
                    content = content[::-1]
                return self._answer(answer.status, content, answer.getheaders())

            def _answer(self, status, content, headers=()):
                self.send_response_only(status)
                length = str(len(content))
                for name, value in headers:
                    if name.lower() == "content-length" and self.command == "HEAD":
                        length = value
                    elif name.lower() not in ("content-length", "connection", "transfer-encoding"):
                        self.send_header(name, value)
                self.send_header("Content-Length", length)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass

            def log_message(self, *_args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def puts(self):
        """The names that were written, in order."""
        return [
            path.partition("?")[0].removeprefix("/twin/")
            for method, path in self.passed
            if method == "PUT"
        ]

    def __enter__(self):
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()
