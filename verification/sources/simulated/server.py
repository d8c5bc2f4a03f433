"""The departments that are called: signed questions in, signed answers out; and what they were asked."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from verification.sources import registry, tables
from verification.sources.base import Asked, Source
from verification.sources.simulated.faults import Reply
from verification.sources.simulated.world import World
from verification.sources.transports import signing

KEY_ID = "aid"
_MOST = 64 * 2**20


class Server(ThreadingHTTPServer):
    """POST /<source>/ask, POST /<source>/tell (send what is late until told), GET /asked."""

    daemon_threads = True

    def __init__(self, world: World, port: int, secret: bytes) -> None:
        self.world = world
        self.secret = secret
        super().__init__(("127.0.0.1", port), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: Any) -> None:
        """Nothing: what was asked stands in asked.jsonl."""

    def do_GET(self) -> None:
        if self.path != "/asked":
            self._no(HTTPStatus.NOT_FOUND)
            return
        self._send(json.dumps(self.server.world.asked(), ensure_ascii=False).encode(), "application/json", {})

    def do_POST(self) -> None:
        code, _, act = self.path.strip("/").partition("/")
        source = {one.code: one for one in registry.sources()}.get(code)
        if source is None or act not in ("ask", "tell"):
            self._no(HTTPStatus.NOT_FOUND)
        elif act == "tell":
            self.server.world.released.add(code)
            self._send(b"", "text/plain", {})
        else:
            self._ask(source)

    def _ask(self, source: Source) -> None:
        world = self.server.world
        fault = world.faults.of(source.code)
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), _MOST))
        if fault.down:
            self.close_connection = True
            return
        if not self._is_signed(body):
            self._no(HTTPStatus.UNAUTHORIZED)
            return
        try:
            told = json.loads(body)
            people = [
                Asked(one["line"], one["id_number"], one["name"], tuple(one.get("also", ()))) for one in told["people"]
            ]
            reference = str(told["reference"])
        except (ValueError, KeyError, TypeError):
            self._no(HTTPStatus.BAD_REQUEST)
            return
        if reference != self.headers.get(signing.NONCE):
            self._no(HTTPStatus.BAD_REQUEST)
            return
        world.note(source, reference, "rest", people)
        time.sleep(fault.slow)
        if world.fails_now(source, fault):
            self._no(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        self._reply(source, reference, world.reply(source, reference, people))

    def _is_signed(self, body: bytes) -> bool:
        at, nonce = self.headers.get(signing.TIME, ""), self.headers.get(signing.NONCE, "")
        expected = signing.of_call(self.server.secret, path=self.path, at=at, nonce=nonce, body=body)
        is_now = at.isdecimal() and abs(time.time() - int(at)) <= signing.SECONDS_OFF
        is_ours = self.headers.get(signing.KEY) == KEY_ID
        return is_ours and is_now and signing.fits(self.headers.get(signing.SIGNATURE, ""), expected)

    def _reply(self, source: Source, reference: str, reply: Reply) -> None:
        at, rows = str(int(time.time())), str(reply.rows)
        headers = {
            signing.TIME: at,
            signing.NONCE: reference,
            signing.ROWS: rows,
            signing.SIGNATURE: signing.of_answer(self.server.secret, nonce=reference, at=at, rows=rows, body=reply.raw),
        }
        self._send(reply.raw, tables.MEDIA_TYPES[source.file_format], headers)

    def _send(self, body: bytes, media_type: str, headers: dict[str, str]) -> None:
        self.send_response(HTTPStatus.OK)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _no(self, status: HTTPStatus) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
