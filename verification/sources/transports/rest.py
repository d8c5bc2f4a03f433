"""A signed call: JSON out, the source's own kind of file back in the same breath.

The standard library's client, not a package: one POST a request, no pool, no session, no redirect followed and no
proxy guessed from the environment; what is ours is the signature and the limits.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from verification.sources import tables
from verification.sources.base import Delivered, Question, Source, SourceRefused, SourceUnavailable
from verification.sources.transports import signing

_CHUNK = 64 * 1024


class _NoRedirect(HTTPRedirectHandler):
    """A question about people goes to the address that was agreed, nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Rest:
    """One source's address and the secret shared with it."""

    def __init__(
        self,
        source: Source,
        *,
        address: str,
        key_id: str,
        secret_file: str,
        ca_file: str = "",
        timeout_seconds: float = 60,
        most_bytes: int = 64 * 2**20,
    ) -> None:
        self.source = source
        self.address = address
        self.key_id = key_id
        self.secret_file = Path(secret_file)
        self.ca_file = ca_file
        self.timeout_seconds = timeout_seconds
        self.most_bytes = most_bytes

    @property
    def longest_seconds(self) -> float:
        """Until the first byte, and until the last."""
        return 2 * self.timeout_seconds

    def ask(self, question: Question) -> Delivered:
        """The reference is the call's nonce: asked again, the source gives the answer it has already given.

        Raises SourceUnavailable (not reached, too slow, 5xx, 429), SourceRefused (any other no, a wrong signature).
        """
        secret = self._secret()
        try:
            with self._opener().open(self._request(question, secret), timeout=self.timeout_seconds) as response:
                raw = self._read(response)
        except HTTPError as no:
            with no:
                raise self._no(no.code) from no
        except (URLError, HTTPException, OSError) as broken:
            raise SourceUnavailable(f"{self.source.label}：连接不上或超时") from broken
        return self._proved(question.reference, response, raw, secret)

    def collect(self) -> Iterator[Delivered]:
        """A call's answer is in hand at once; nothing comes later."""
        return iter(())

    def settle(self, delivered: Delivered, *, is_taken: bool) -> None:
        """Nothing lies anywhere."""

    def _secret(self) -> bytes:
        try:
            return self.secret_file.read_bytes().strip()
        except OSError as broken:
            raise SourceRefused(f"{self.source.label}：读不到密钥文件") from broken

    def _opener(self) -> OpenerDirector:
        tls = ssl.create_default_context(cafile=self.ca_file or None)
        return build_opener(_NoRedirect, ProxyHandler({}), HTTPSHandler(context=tls))

    def _request(self, question: Question, secret: bytes) -> Request:
        body = json.dumps(_told(question), ensure_ascii=False).encode()
        at = str(int(time.time()))
        path = urlsplit(self.address).path
        headers = {
            "Content-Type": "application/json",
            signing.KEY: self.key_id,
            signing.TIME: at,
            signing.NONCE: question.reference,
            signing.SIGNATURE: signing.of_call(secret, path=path, at=at, nonce=question.reference, body=body),
        }
        return Request(self.address, body, headers)  # noqa: S310 - the schema of connections lets only http(s) through

    def _read(self, response: HTTPResponse) -> bytes:
        """The body, in the time and the size allowed: the client's own timeout starts anew with every byte."""
        deadline = time.monotonic() + self.timeout_seconds
        raw = bytearray()
        while chunk := response.read1(_CHUNK):
            raw += chunk
            if len(raw) > self.most_bytes:
                raise SourceRefused(f"{self.source.label}：答复超过大小限制")
            if time.monotonic() > deadline:
                raise TimeoutError
        if response.length:
            raise HTTPException  # closed before the length it had named
        return bytes(raw)

    def _no(self, status: int) -> SourceUnavailable | SourceRefused:
        if status >= 500 or status in (408, 429):
            return SourceUnavailable(f"{self.source.label}：对方系统暂不可用（{status}）")
        return SourceRefused(f"{self.source.label}：对方拒绝了查询（{status}）")

    def _proved(self, reference: str, response: HTTPResponse, raw: bytes, secret: bytes) -> Delivered:
        """The answer with what its headers claim; they are signed together with its bytes."""
        given = {key: response.headers.get(key, "") for key in (signing.TIME, signing.NONCE, signing.ROWS)}
        nonce, rows = given[signing.NONCE], given[signing.ROWS]
        expected = signing.of_answer(secret, nonce=nonce, at=given[signing.TIME], rows=rows, body=raw)
        if not signing.fits(response.headers.get(signing.SIGNATURE, ""), expected):
            raise SourceRefused(f"{self.source.label}：答复的签名不符")
        name = f"{reference}.{self.source.file_format}"
        media_type = response.headers.get_content_type() or tables.MEDIA_TYPES[self.source.file_format]
        sha256 = response.headers.get(signing.DIGEST) or None
        return Delivered(name, raw, media_type, nonce, sha256, int(rows) if rows.isdecimal() else None)


def _told(question: Question) -> dict[str, Any]:
    people = [
        {"line": one.line, "id_number": one.id_number, "name": one.name, **({"also": one.also} if one.also else {})}
        for one in question.people
    ]
    return {
        "reference": question.reference,
        "on": question.on.isoformat(),
        "legal_basis": question.legal_basis,
        "people": people,
    }
