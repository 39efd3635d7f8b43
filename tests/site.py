"""A web site on loopback, for what fetches."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """Pages by path, each a status, headers and a body; keeps the requests that came."""

    url: str
    pages: dict[str, Answer] = field(default_factory=dict)
    before: dict[str, list[Answer]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def serve(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        """Have `body` at `path`; the whole address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, named, body)
        return self.url + path

    def redirect(self, path: str, location: str, status: int = 302) -> str:
        """Have `path` lead to `location`."""
        return self.serve(path, status=status, Location=location)

    def first(self, path: str, *answers: Answer) -> None:
        """Have `path` answer so at first, one after the other, before it gives its page."""
        self.before[path] = list(answers)

    def answer(self, path: str) -> Answer:
        """What a request for `path` gets now."""
        waiting = self.before.get(path)
        return waiting.pop(0) if waiting else self.pages.get(path, (404, {}, b""))


@contextmanager
def serving_site() -> Iterator[Site]:
    """A site that serves on 127.0.0.1, at any free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            status, headers, body = served.answer(self.path.partition("?")[0])
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # the client hangs up on too much
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Site(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield served
        server.shutdown()
        thread.join()
