"""HMAC-SHA256 over a call and over its answer: who sent it, when, under which number, and not a byte otherwise."""

from __future__ import annotations

import hmac
from hashlib import sha256

KEY, TIME, NONCE, SIGNATURE = "X-Aid-Key", "X-Aid-Timestamp", "X-Aid-Nonce", "X-Aid-Signature"
ROWS, DIGEST = "X-Aid-Rows", "X-Aid-Sha256"
SECONDS_OFF = 300  # how far two clocks may differ


def of_call(secret: bytes, *, path: str, at: str, nonce: str, body: bytes) -> str:
    return _signature(secret, "POST", path, at, nonce, sha256(body).hexdigest())


def of_answer(secret: bytes, *, nonce: str, at: str, rows: str, body: bytes) -> str:
    return _signature(secret, "ANSWER", nonce, at, rows, sha256(body).hexdigest())


def fits(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _signature(secret: bytes, *parts: str) -> str:
    return hmac.new(secret, "\n".join(parts).encode(), sha256).hexdigest()
