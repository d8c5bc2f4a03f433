"""Encryption at rest: two suites, wrapped keys, an index by equality, nothing legible in the table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.db import connection

from accounts.crypto import keys
from accounts.crypto.suites import SUITES, Unreadable
from accounts.models import DataKey
from households.models import Person
from tests.making import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["aes", "sm"])
def suite(request: pytest.FixtureRequest) -> Iterator[str]:
    before = settings.AID_CRYPTO_SUITE
    settings.AID_CRYPTO_SUITE = request.param
    keys.forget()
    yield request.param
    settings.AID_CRYPTO_SUITE = before
    keys.forget()


def test_what_is_written_is_read_and_nothing_of_it_lies_in_the_table(suite: str) -> None:
    person = make_person("欧阳·孜然")
    number = person.id_number
    assert number is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, id_index FROM households_person WHERE id = %s", [person.pk])
        sealed, index = map(bytes, cursor.fetchone())
    assert number.encode() not in sealed + index
    assert Person.objects.get(pk=person.pk).id_number == number


def test_equal_texts_are_found_by_index_and_never_alike_at_rest(suite: str) -> None:
    assert keys.seal(b"same", "phone") != keys.seal(b"same", "phone")
    assert keys.index("same", "phone") == keys.index("same", "phone")
    assert keys.index("same", "phone") != keys.index("same", "account")


def test_a_value_cannot_be_moved_to_another_kind_of_column(suite: str) -> None:
    with pytest.raises(Unreadable):
        keys.unseal(keys.seal(b"6217", "account"), "id_number")


@pytest.mark.parametrize("position", [0, 3, 5, 17, -1])
def test_one_altered_byte_makes_it_unreadable(suite: str, position: int) -> None:
    sealed = bytearray(keys.seal(b"371599", "id_number"))
    sealed[position] ^= 1
    with pytest.raises((Unreadable, DataKey.DoesNotExist)):
        keys.unseal(bytes(sealed), "id_number")


def test_both_suites_read_each_others_rows() -> None:
    sealed = {}
    for code in SUITES:
        settings.AID_CRYPTO_SUITE = code
        sealed[code] = keys.seal("慢性病".encode(), "health_text")
    settings.AID_CRYPTO_SUITE = "aes"
    assert {keys.unseal(value, "health_text").decode() for value in sealed.values()} == {"慢性病"}
    assert {row.suite for row in DataKey.objects.all()} >= {"aes", "sm"}


def test_rotation_wraps_the_keys_anew_and_leaves_the_rows() -> None:
    sealed = keys.seal(b"13800000000", "phone")
    before = bytes(DataKey.objects.get(pk=keys.current()).wrapped)
    assert keys.rewrap("master-2") >= 1
    keys.forget()
    assert bytes(DataKey.objects.get(pk=keys.current()).wrapped) != before
    assert keys.unseal(sealed, "phone") == b"13800000000"
    keys.rewrap("master-1")
    keys.forget()


def test_the_sm4_gcm_of_rfc_8998() -> None:
    """The standard's own vector (A.1), so that both ends mean the same cipher."""
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce = bytes.fromhex("00001234567800000000abcd")
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = bytes.fromhex("aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    sealed = encryptor.update(plain) + encryptor.finalize()
    assert encryptor.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"
    assert SUITES["sm"].open(key, nonce + sealed + encryptor.tag, aad) == plain


def test_key_files_are_the_owners_alone() -> None:
    keys.seal(b"x", "phone")
    modes_found = {path.name: oct(path.stat().st_mode & 0o777) for path in settings.KEYS_DIR.glob("*.key")}
    assert modes_found
    assert set(modes_found.values()) == {"0o600"}


def test_an_encrypted_column_is_searched_by_its_index_only() -> None:
    with pytest.raises(TypeError, match="search by its index"):
        Person.objects.filter(id_number="371599").exists()
