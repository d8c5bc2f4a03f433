"""Two suites behind one face: AES-256-GCM + HMAC-SHA-256, and SM4-GCM + HMAC-SM3 (GB/T 32907, 32905)."""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
TAG = 16


class Unreadable(Exception):
    """The ciphertext was altered, moved to another kind of column, or belongs to another key."""


@dataclass(frozen=True)
class Aes:
    """AES-256-GCM and HMAC-SHA-256."""

    code: str = "aes"
    key_size: int = 32

    def seal(self, key: bytes, plain: bytes, domain: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(key).encrypt(nonce, plain, domain)

    def open(self, key: bytes, sealed: bytes, domain: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], domain)
        except InvalidTag as error:
            raise Unreadable from error

    def index(self, key: bytes, value: bytes) -> bytes:
        mac = hmac.HMAC(key, hashes.SHA256())
        mac.update(value)
        return mac.finalize()


@dataclass(frozen=True)
class Sm:
    """SM4-GCM (RFC 8998) and HMAC-SM3."""

    code: str = "sm"
    key_size: int = 16

    def seal(self, key: bytes, plain: bytes, domain: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(domain)
        return nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def open(self, key: bytes, sealed: bytes, domain: bytes) -> bytes:
        nonce, body, tag = sealed[:NONCE], sealed[NONCE:-TAG], sealed[-TAG:]
        decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(domain)
        try:
            return decryptor.update(body) + decryptor.finalize()
        except InvalidTag as error:
            raise Unreadable from error

    def index(self, key: bytes, value: bytes) -> bytes:
        mac = hmac.HMAC(key, hashes.SM3())
        mac.update(value)
        return mac.finalize()


SUITES: dict[str, Aes | Sm] = {"aes": Aes(), "sm": Sm()}
