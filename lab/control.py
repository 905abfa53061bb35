# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small client of Gluetun's control server, for the lab's own use."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from lab import checks
from lab.definition import Vpn
from lab.errors import LabError

_PUT_SECONDS = 25.0  # a crashed tunnel keeps a PUT waiting for 15 s


def document(vpn: Vpn, path: str, key: str) -> dict[str, Any] | str:
    """A document of the control server, or what went wrong in a word or two."""
    status, body = checks.get(f"http://{vpn.gluetun_ip}:8000{path}", key)
    if status != 200:
        return f"HTTP {status}" if status else "no answer"
    try:
        found = json.loads(body)
    except ValueError:
        return "garbage"
    return found if isinstance(found, dict) else "garbage"


def port(vpn: Vpn, key: str) -> int | None:
    """The forwarded port, by the route that this version has; None where it is not told."""
    found = document(vpn, "/v1/portforward", key)
    if isinstance(found, str):
        found = document(vpn, "/v1/openvpn/portforwarded", key)
    return found.get("port") if isinstance(found, dict) else None


def put_status(vpn: Vpn, status: str, key: str) -> None:
    """Tell the tunnel to be ``running`` or ``stopped``.

    :raises LabError: it was not taken.
    """
    request = urllib.request.Request(
        f"http://{vpn.gluetun_ip}:8000/v1/vpn/status",
        data=json.dumps({"status": status}).encode(),
        method="PUT",
        headers={"X-API-Key": key},
    )
    try:
        urllib.request.urlopen(request, timeout=_PUT_SECONDS).close()
    except OSError as error:
        raise LabError(f"{vpn.gluetun} cannot be told to be {status}: {error}", "Run `python -m lab heal`.") from error


def cycle(vpn: Vpn, key: str) -> None:
    """Bring up the tunnel anew, in the same namespace."""
    put_status(vpn, "stopped", key)
    put_status(vpn, "running", key)
