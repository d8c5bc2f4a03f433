"""Columns at rest: `EncryptedTextField` holds text nobody reads without a key, `IndexField` finds it by equality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from accounts.crypto import keys

if TYPE_CHECKING:
    TextBase = models.Field[str | None, str | None]
    BinaryBase = models.BinaryField[bytes | None, bytes | None]
else:
    TextBase, BinaryBase = models.Field, models.BinaryField


class EncryptedTextField(TextBase):
    """Text, sealed with the current data key under its domain; equal texts give different bytes."""

    description = "text encrypted at rest"

    def __init__(self, *args: Any, domain: str, **kwargs: Any) -> None:
        self.domain = domain
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, list(args), {**kwargs, "domain": self.domain}

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def from_db_value(self, value: Any, *_: Any) -> str | None:
        return None if value is None else keys.unseal(bytes(value), self.domain).decode()

    def get_prep_value(self, value: Any) -> bytes | None:
        return None if value is None else keys.seal(str(value).encode(), self.domain)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise TypeError(f"{self.name} is encrypted: search by its index column")


class IndexField(BinaryBase):
    """The keyed index of another column's text, kept in step whenever the row is saved."""

    def __init__(self, *args: Any, source: str, domain: str, **kwargs: Any) -> None:
        self.source, self.domain = source, domain
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, list(args), {**kwargs, "source": self.source, "domain": self.domain}

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        text = getattr(model_instance, self.source)
        value = keys.index(text, self.domain) if text else None
        setattr(model_instance, self.attname, value)
        return value
