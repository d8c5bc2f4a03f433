"""Database URLs as Django's fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NotRequired, TypedDict
from urllib.parse import parse_qsl, unquote, urlsplit

from liaocheng_aid.database.errors import BadDatabaseUrl

_FROM_QUERY = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}


class Fields(TypedDict):
    """The fields of one of Django's DATABASES; OPTIONS only where the URL carried parameters such as sslmode."""

    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: str
    OPTIONS: NotRequired[dict[str, str]]


@dataclass(frozen=True)
class DatabaseUrls:
    """Connections by role: the application's, the owner's (migrations), the superuser's (test set-up, or None)."""

    app: Fields
    owner: Fields
    superuser: Fields | None


def parse(url: str, *, variable: str = "DATABASE_URL") -> Fields:
    """`postgres://user:password@host:port/name?host=/folder&sslmode=require` as Django's fields.

    Every part may be percent-encoded; a host that is a folder, in its place (`%2Frun`) or as `?host=`, is a
    Unix socket. Raises BadDatabaseUrl naming `variable`.
    """
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        login, _, place = parts.netloc.rpartition("@")
        host, port = _host_and_port(place)
    except ValueError:
        raise BadDatabaseUrl(f"{variable} 读不出来,应写成 postgres://用户:密码@主机:端口/库名。") from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadDatabaseUrl(f"{variable} 应以 postgres:// 或 postgresql:// 开头。")
    user, _, password = login.partition(":")
    fields: Fields = {
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(user),
        "PASSWORD": unquote(password),
        "HOST": host,
        "PORT": port,
    }
    options = {}
    for key, text in query:
        if key in _FROM_QUERY:
            fields[_FROM_QUERY[key]] = text  # type: ignore[literal-required]
        else:
            options[key] = text
    if options:
        fields["OPTIONS"] = options
    if not fields["NAME"]:
        raise BadDatabaseUrl(f"{variable} 没有写库名,应在最后写 /库名。")
    return fields


def _host_and_port(place: str) -> tuple[str, str]:
    """Split `host:port`, `[::1]:port` or an encoded folder; case is kept, because folders have it."""
    if place.startswith("["):
        host, bracket, rest = place[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise ValueError(place)
        port = rest[1:]
    else:
        host, _, port = place.partition(":")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(place)
    return unquote(host), port
