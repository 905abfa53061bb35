# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""In what the Gluetun versions differ that matter to whoever talks to one."""

from __future__ import annotations

from dataclasses import dataclass

PORT, OLD_PORT = "/v1/portforward", "/v1/openvpn/portforwarded"


@dataclass(frozen=True)
class Version:
    """One version's behaviour.

    :ivar port_route: where the forwarded port is read.
    :ivar redirects: the old route answers 301 to the new one.
    :ivar both_keys: the port document always has ``port`` and ``ports``.
    :ivar routed: unknown paths and methods are told apart (404, 405) before the key is looked at.
    :ivar auth: there are roles at all.
    :ivar public: what is public where no role is configured: ``all``, ``most`` (all but settings) or ``none``.
    :ivar retries: a port forwarding that failed is tried again every 5 s.
    :ivar request: internal and external port of a NAT-PMP request.
    """

    port_route: str
    redirects: bool
    both_keys: bool
    routed: bool
    auth: bool
    public: str
    retries: bool
    request: tuple[int, int]


VERSIONS = {
    "3.38": Version(OLD_PORT, False, False, False, False, "all", False, (0, 1)),
    "3.40": Version(OLD_PORT, False, False, False, True, "most", False, (0, 1)),
    "3.41.1": Version(PORT, True, False, False, True, "most", False, (0, 1)),
    "main": Version(PORT, True, True, True, True, "none", True, (56789, 0)),
}
