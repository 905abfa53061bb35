# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may ask what: roles of a file, a default role, and what holds where there is neither."""

from __future__ import annotations

import base64
import hmac
import json
import os
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from versions import Version

_FILE = "/gluetun/auth/config.toml"
_METHODS = ("none", "basic", "apikey")


@dataclass(frozen=True)
class Role:
    """One role: how it proves itself, and on which routes (``GET /v1/vpn/status``)."""

    auth: str
    key: str = ""
    username: str = ""
    password: str = ""
    routes: frozenset[str] = frozenset()

    def proven(self, headers: Mapping[str, str]) -> bool:
        """Whether a request with these headers comes from this role."""
        if self.auth == "none":
            return True
        if self.auth == "apikey":
            return bool(self.key) and hmac.compare_digest(headers.get("X-API-Key", "").encode(), self.key.encode())
        wanted = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        return hmac.compare_digest(headers.get("Authorization", "").encode(), f"Basic {wanted}".encode())


@dataclass(frozen=True)
class Auth:
    """All roles of one control server."""

    roles: tuple[Role, ...]
    default: Role | None
    public: str

    def admits(self, route: str, headers: Mapping[str, str]) -> bool:
        """Whether this request may use this route. The default role is for routes that no other role has."""
        listed = [role for role in self.roles if route in role.routes]
        if not listed and self.default:
            listed = [self.default]
        if listed:
            return any(role.proven(headers) for role in listed)
        if self.roles or self.default:
            return False
        return self.public == "all" or (self.public == "most" and "settings" not in route)


def from_environment(version: Version, known: Collection[str]) -> Auth:
    """Read the file and the default role.

    A route that this version does not have ends the program, as Gluetun does.
    """
    if not version.auth:
        return Auth((), None, "all")
    path = os.environ.get("HTTP_CONTROL_SERVER_AUTH_CONFIG_FILEPATH") or _FILE
    entries = []
    if os.path.exists(path):
        with open(path, "rb") as file:
            entries = tomllib.load(file).get("roles", [])
    roles = tuple(_role(entry) for entry in entries)
    for route in sorted(route for role in roles for route in role.routes):
        if route not in known:
            raise SystemExit(f"ERROR [http server] route {route} is not supported by the control server")
    default = json.loads(os.environ.get("HTTP_CONTROL_SERVER_AUTH_DEFAULT_ROLE") or "{}")
    return Auth(roles, _role(default) if default else None, version.public)


def _role(entry: Mapping[str, object]) -> Role:
    auth = str(entry.get("auth", ""))
    if auth not in _METHODS:
        raise SystemExit(f"ERROR [http server] authentication method {auth!r} is none of {', '.join(_METHODS)}")
    routes = entry.get("routes") or ()
    return Role(
        auth=auth,
        key=str(entry.get("apikey", "")),
        username=str(entry.get("username", "")),
        password=str(entry.get("password", "")),
        routes=frozenset(str(route) for route in routes),
    )
