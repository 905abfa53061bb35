# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the journal tells of a drill: which part of the recovery came when. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, NamedTuple, Tuple

TUNNEL = "tunnel"
GLUETUN = "gluetun"
PORT = "port"
PARTS = (TUNNEL, GLUETUN, PORT)

BEGINS = "drill_begins"
ENDS = "drill_ends"

#: Kind of a line of the journal: what it is called in a report, and when the specification expects it, seconds.
_STAGES: Dict[str, Tuple[str, str]] = {
    "gluetun_unhealthy": ("detected", "0-5"),
    "gluetun_stopped": ("detected", "0-5"),
    "gluetun_restarted": ("detected", "0-5"),
    "engines_hidden": ("engines hidden", "5-10"),
    "engines_lost": ("engines hidden", "5-10"),
    "failover": ("traffic routed to the other VPN", "5-30"),
    "engines_provisioning": ("engines replaced on the other VPN", "5-30"),
    "gluetun_cycling": ("tunnel cycled", "10-30"),
    "gluetun_restarting": ("container restarted", "60+"),
    "gluetun_starting": ("container started", "60+"),
    "gluetun_healthy": ("VPN back", "30-60"),
    "engines_restarting": ("engines restarted", "30-60 / 90-120"),
    "engine_recreating": ("engine recreated", "60+"),
    "port_lost": ("forwarded port lost", "0-30"),
    "port_obtained": ("forwarded port obtained", "60+"),
    "engines_shown": ("engines available again", "60+ / 120+"),
    "failback": ("round-robin resumed", "60-120"),
    "engines_removing": ("surplus engines removed", "120+"),
}


class Told(NamedTuple):
    """What a drill came to.

    :ivar rows: the stages in their order: C(stage), C(seconds) since the drill began, C(expected) by the
        specification, and the journal's own C(message).
    :ivar others: messages about engines of other VPNs that were lost meanwhile: the drill was to spare them.
    """

    rows: List[Dict[str, Any]]
    others: List[str]


def tell(events: Iterable[Dict[str, Any]], began: float, gluetun: str) -> Told:
    """Read the journal.

    :param events: its lines as documents, in any order.
    :param began: when the drill broke something, epoch seconds.
    """
    rows: List[Dict[str, Any]] = []
    others: List[str] = []
    whole = (event for event in events if "at" in event and "message" in event)
    since = sorted((event for event in whole if event["at"] >= began), key=lambda event: event["at"])
    for event in since:
        kind, vpn = event.get("kind", ""), event.get("vpn")
        if kind == "engines_lost" and vpn not in (None, gluetun):
            others.append(event["message"])
        # Replacements come, and go again, on the VPNs that work.
        elsewhere = kind in ("engines_provisioning", "engines_removing")
        if kind in _STAGES and (vpn == gluetun or elsewhere):
            stage, expected = _STAGES[kind]
            seconds = round(event["at"] - began, 1)
            rows.append({"stage": stage, "seconds": seconds, "expected": expected, "message": event["message"]})
    return Told(rows, others)
