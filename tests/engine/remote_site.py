"""A server of files, for tests of remote data."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Site:
    """A server with files in memory.

    Attributes:
        files: Content by path.
        ranges: Whether it answers with parts of files.
        failing: Says from a path and a range whether it answers with an error.
        sent: Bytes of content that it sent.
    """

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    failing: Callable[[str, str], bool] = lambda path, asked: False
    sent: int = 0

    def url(self, path: str, user: str = "") -> str:
        return f"http://{user}127.0.0.1:{self.port}{path}"

    def handler(site) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.answer(body=False)

            def do_GET(self) -> None:
                self.answer(body=True)

            def answer(self, *, body: bool) -> None:
                path, asked = self.path.partition("?")[0], self.headers.get("Range", "")
                content = site.files.get(path, site.listing(path) if path.endswith("/") else None)
                code = 200
                if content is None:
                    code, content = 404, b""
                elif site.failing(path, asked):
                    code, content = 500, b"the secret of the server"
                elif asked and site.ranges:
                    first, last = asked.removeprefix("bytes=").split("-")
                    size, code = len(content), 206
                    content = content[int(first) : int(last or size) + 1]
                self.send_response(code)
                self.send_header("Content-Length", str(len(content)))
                if code == 206:
                    self.send_header("Content-Range", f"bytes {first}-{int(first) + len(content) - 1}/{size}")
                self.end_headers()
                if body:
                    site.sent += len(content)
                    self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def listing(self, path: str) -> bytes:
        names = sorted(name for name in self.files if name.startswith(path))
        return "".join(f'<a href="{name}">{name}</a>' for name in names).encode()


@contextmanager
def served() -> Iterator[Site]:
    """Serve a site without files."""
    found = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), found.handler())
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
