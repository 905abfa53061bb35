# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The public address: asked for once when a tunnel comes up, never again, forgotten when it ends."""

from __future__ import annotations

import json
import urllib.request

from log import log

_TIMEOUT = 5.0  # seconds


class PublicIp:
    """What is known of the public address."""

    def __init__(self, url: str) -> None:
        """Nothing is known yet."""
        self._url = url
        self._found: dict[str, object] = {}

    def fetch(self) -> dict[str, object]:
        """Ask for it. :returns: what was answered; empty if nothing was."""
        try:
            with urllib.request.urlopen(self._url, timeout=_TIMEOUT) as response:
                return dict(json.load(response))
        except (OSError, ValueError) as error:
            log("ERROR", "ip getter", str(error))
            return {}

    def keep(self, found: dict[str, object]) -> None:
        """Remember it."""
        self._found = found
        if found:
            log("INFO", "ip getter", f"Public IP address is {found['ip']} ({found['country']}, {found['city']})")

    def forget(self) -> None:
        """The tunnel has ended."""
        self._found = {}

    def document(self) -> dict[str, object]:
        """What the control server answers; only ``public_ip`` is always there."""
        found = self._found
        if not found:
            return {"public_ip": ""}
        document = {
            "public_ip": found["ip"],
            "region": found.get("region_name"),
            "country": found.get("country"),
            "city": found.get("city"),
            "hostname": found.get("hostname"),
            "location": f"{found.get('latitude', 0):.6f},{found.get('longitude', 0):.6f}",
            "organization": found.get("asn_org"),
            "postal_code": found.get("zip_code"),
            "timezone": found.get("time_zone"),
        }
        return {name: value for name, value in document.items() if value}
