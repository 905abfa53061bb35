# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each route of the control server answers; a function of the body, giving status, body and headers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import go_json
import versions
from settings import Settings
from tunnel import Tunnel

PLAIN = "text/plain; charset=utf-8"
_WANTED = ("stopped", "running")


@dataclass(frozen=True)
class Answer:
    """One answer. ``kind`` is the Content-Type, none for an empty body."""

    status: int
    text: str = ""
    kind: str = PLAIN
    headers: dict[str, str] = field(default_factory=dict)


Endpoint = Callable[[bytes], Answer]


def table(settings: Settings, tunnel: Tunnel) -> dict[str, dict[str, Endpoint]]:
    """All routes of this version: path, method, function."""
    version = settings.version
    routes: dict[str, dict[str, Endpoint]] = {
        "/v1/version": {"GET": lambda _body: _json(_VERSION)},
        "/v1/vpn/status": _status_of(lambda: tunnel.status, tunnel.put),
        "/v1/openvpn/status": _status_of(lambda: tunnel.status, tunnel.put),
        "/v1/dns/status": _loop("running"),
        "/v1/updater/status": _loop("stopped"),
        # A real one says everything it was told here, credentials included.
        "/v1/vpn/settings": {"GET": lambda _body: _json({"type": "openvpn"}, wide=True), "PUT": _put_settings},
        "/v1/openvpn/settings": {"GET": lambda _body: _json(_openvpn(settings), wide=True), "PUT": _put_settings},
        "/v1/publicip/ip": {"GET": lambda _body: _json(tunnel.public_ip.document())},
        version.port_route: {"GET": lambda _body: _json(tunnel.forwarding.document())},
    }
    if version.redirects:
        routes[versions.PORT]["PUT"] = lambda body: _put_port(tunnel, body)
        routes[versions.OLD_PORT] = {"GET": lambda _body: _moved(versions.PORT)}
    return routes


def error(status: int, text: str) -> Answer:
    """What Go's ``http.Error`` sends."""
    return Answer(status, f"{text}\n", headers={"X-Content-Type-Options": "nosniff"})


_VERSION = {"version": "unknown", "commit": "unknown", "created": "an unknown date"}


def _status_of(get: Callable[[], str], put: Callable[[str], str]) -> dict[str, Endpoint]:
    def change(body: bytes) -> Answer:
        try:
            wanted = go_json.decode(body).get("status", "")
        except go_json.GoError as problem:
            return error(400, str(problem))
        if wanted not in _WANTED:
            return error(400, f"invalid status: {wanted}: possible values are: {', '.join(_WANTED)}")
        return _json({"outcome": put(str(wanted))})

    return {"GET": lambda _body: _json({"status": get()}), "PUT": change}


def _loop(status: str) -> dict[str, Endpoint]:
    """The status of a part that this stand-in does not have: it remembers what it is told."""
    now = [status]

    def put(wanted: str) -> str:
        if now[0] == wanted:
            return f"already {wanted}"
        now[0] = wanted
        return wanted

    return _status_of(lambda: now[0], put)


def _openvpn(settings: Settings) -> dict[str, object]:
    return {"version": "2.6", "config_file_path": settings.config, "interface": "tun0", "process_user": "root"}


def _put_settings(body: bytes) -> Answer:
    try:
        go_json.decode(body)
    except go_json.GoError as problem:
        return error(400, str(problem))
    return Answer(200, "settings left unchanged")


def _put_port(tunnel: Tunnel, body: bytes) -> Answer:
    """A body without ``ports`` is accepted and clears the port."""
    try:
        ports = go_json.decode(body).get("ports") or []
    except go_json.GoError as problem:
        return error(400, str(problem))
    if not isinstance(ports, list) or not all(isinstance(port, int) for port in ports):
        return error(400, "json: cannot unmarshal into Go struct field .ports of type uint16")
    tunnel.forwarding.put(ports)
    return Answer(200)


def _moved(target: str) -> Answer:
    text = f'<a href="{target}">Moved Permanently</a>.\n\n'
    return Answer(301, text, "text/html; charset=utf-8", {"Location": target})


def _json(document: dict[str, object], wide: bool = False) -> Answer:
    separators = (", ", ": ") if wide else (",", ":")
    return Answer(200, json.dumps(document, separators=separators) + "\n")
