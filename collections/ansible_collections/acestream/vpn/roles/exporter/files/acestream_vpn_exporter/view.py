# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the status page says, as plain values: one look and the journal, in words for persons. Pure.

The template puts it into HTML and decides nothing.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import (
    HEALTHY,
    STOPPED,
    UNHEALTHY,
    UNKNOWN,
    GluetunMemory,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import FAILED, OK, GluetunEvidence
from ansible_collections.acestream.vpn.plugins.module_utils._publish.documents import connected
from ansible_collections.acestream.vpn.plugins.module_utils._publish.summary import problems

from acestream_vpn_exporter import view_engines, view_next, view_outages
from acestream_vpn_exporter.history import History
from acestream_vpn_exporter.snapshot import Snapshot
from acestream_vpn_exporter.words import clock, count, duration, listed

#: Tones: what colour something has. Each goes with words that say the same.
GOOD, BAD, UNSURE = "good", "bad", "unsure"


def view(snapshot: Snapshot, history: History, now: float, stale: bool) -> dict[str, Any]:
    """Everything on the page.

    :param history: brought up to date by the caller.
    :param now: epoch seconds on the Docker host's clock.
    :param stale: the newest look is so old that nothing in it may be taken for the present.
    """
    vpns = [_vpn(snapshot, history, name, now, stale) for name in snapshot.gluetuns]
    engines = view_engines.groups(snapshot, stale)
    return {
        "now": now,
        "stale": stale,
        "looked": moment(snapshot.at, now),
        "headline": _headline(snapshot, vpns, now, stale),
        "numbers": _numbers(snapshot, stale),
        "vpns": vpns,
        "engines": engines,
        "streams": view_engines.streams(snapshot),
        "problems": [*problems(snapshot.observation), *snapshot.observation.unassigned],
        "journal": [_line(line, now) for line in reversed(history.lines)],
    }


def moment(at: float | None, now: float) -> dict[str, Any] | None:
    """A time as the template shows it; None: it is not known."""
    if at is None:
        return None
    return {"at": at, "clock": clock(at, now), "ago": duration(now - at), "ahead": duration(at - now)}


def _vpn(snapshot: Snapshot, history: History, name: str, now: float, stale: bool) -> dict[str, Any]:
    memory, evidence = snapshot.gluetuns[name], snapshot.observation.gluetuns[name]
    order = maintenance_window.of(snapshot.memory, name, snapshot.observation)
    engines = snapshot.observation.engines_of(name)
    shown = sum(1 for engine in engines if view_engines.is_shown(snapshot, engine))
    tone, state = _state(memory, stale)
    return {
        "name": name,
        "tone": tone,
        "state": state,
        "in_doubt": memory.in_doubt and not stale,
        "why": _why(snapshot, memory, now, stale),
        "since": moment(memory.since, now),
        "outage": moment(memory.outage_since, now),
        "connection": _connection(memory, evidence, stale),
        "tunnel": evidence.tunnel_status,
        "public_ip": evidence.public_ip or None,
        "country": ", ".join(part for part in (evidence.city, evidence.country) if part) or None,
        **_port(memory, evidence),
        "port_lost": moment(memory.port_lost_since, now),
        "checked": moment(snapshot.at, now),
        "good": moment(memory.last_good_at, now),
        "dns_fails": memory.verdict == HEALTHY and evidence.dns == FAILED,
        "engines": f"{shown} of {len(engines)} available" if engines else "none",
        "restarts": len(memory.restarts),
        "latched": moment(memory.latched_since, now),
        "maintenance": order and {"until": moment(order.until, now), "reason": order.reason},
        "next": [] if stale else view_next.items(snapshot, name, now),
        "outages": view_outages.of(snapshot, history, name, now, stale),
    }


def _state(memory: GluetunMemory, stale: bool) -> tuple[str, str]:
    if stale:
        return UNSURE, "Unknown"
    if memory.starting:
        return UNSURE, "Starting"
    if memory.verdict == HEALTHY:
        return GOOD, "Healthy"
    return UNSURE if memory.verdict == UNKNOWN else BAD, memory.verdict.capitalize()


def _why(snapshot: Snapshot, memory: GluetunMemory, now: float, stale: bool) -> str:
    if stale:
        return f"No look for {duration(now - snapshot.at)}. When last looked at it was {memory.verdict}: {memory.why}"
    if memory.verdict == UNKNOWN and memory.known:
        return f"{memory.why}. It was {memory.known} when last known; nothing is done on a guess"
    return memory.why or "nothing is known of it yet"


def _connection(memory: GluetunMemory, evidence: GluetunEvidence, stale: bool) -> str:
    """Whether traffic goes through, whatever Gluetun says of its tunnel."""
    if stale or (memory.verdict == UNKNOWN and evidence.egress != OK):
        return "Not known"
    return "Connected" if connected(memory) else "Not connected"


def _port(memory: GluetunMemory, evidence: GluetunEvidence) -> dict[str, Any]:
    """The forwarded port. One that Gluetun still names while its VPN is down is of no use to anybody."""
    if memory.verdict in (UNHEALTHY, STOPPED):
        return {"port": None, "port_known": True}
    return {"port": evidence.forwarded_port or None, "port_known": evidence.forwarded_port is not None}


def _headline(snapshot: Snapshot, vpns: list[dict[str, Any]], now: float, stale: bool) -> dict[str, str]:
    """The one sentence to read, and what follows from it."""
    if stale:
        return {
            "tone": UNSURE,
            "text": f"No look for {duration(now - snapshot.at)}",
            "more": "What is shown is old, and how things are now is not known. The exporter's log says why.",
        }
    bad = [vpn for vpn in vpns if vpn["tone"] == BAD]
    unsure = [vpn for vpn in vpns if vpn["tone"] == UNSURE]
    usable = [vpn["name"] for vpn in vpns if vpn["tone"] == GOOD]
    hidden = [name for name in snapshot.observation.engines if not view_engines.is_shown(snapshot, name)]
    where = f"New streams go to {listed(usable)}." if usable else "New streams wait until one is back."
    if bad and len(bad) == len(vpns) > 1:
        return {"tone": BAD, "text": "No VPN works", "more": where}
    if bad:
        text = listed([f"{vpn['name']} is {vpn['state'].lower()}" for vpn in bad])
        return {"tone": BAD, "text": text, "more": where if usable or not unsure else "No other is known to work."}
    if unsure:
        text = listed([f"{vpn['name']} is {vpn['state'].lower()}" for vpn in unsure])
        return {"tone": UNSURE, "text": text, "more": "Nothing is done on a guess."}
    if not snapshot.observation.engines_listed:
        return {"tone": UNSURE, "text": "The engines could not be listed", "more": "Docker did not answer."}
    if hidden:
        verb = "is" if len(hidden) == 1 else "are"
        text = f"{count(len(hidden), 'engine')} {verb} not available"
        return {"tone": UNSURE, "text": text, "more": f"{listed(hidden)}: see the reason below."}
    doubts = [vpn["name"] for vpn in vpns if vpn["in_doubt"]]
    if doubts:
        text = f"{listed(doubts)} is in doubt"
        return {"tone": UNSURE, "text": text, "more": "A check failed; the next ones decide."}
    if not snapshot.observation.engines:
        return {"tone": UNSURE, "text": "No engine was found", "more": "The VPNs work, and nothing uses them."}
    more = "The VPN is healthy, and" if len(vpns) == 1 else "All VPNs are healthy, and"
    return {"tone": GOOD, "text": "All is well", "more": f"{more} all engines are available."}


def _numbers(snapshot: Snapshot, stale: bool) -> list[dict[str, str]]:
    observation = snapshot.observation
    works = sum(1 for memory in snapshot.gluetuns.values() if connected(memory))
    shown = sum(1 for name in observation.engines if view_engines.is_shown(snapshot, name))
    counted = [engine.streams for engine in observation.engines.values()]
    streams = str(sum(number or 0 for number in counted))
    if any(number is None for number in counted):
        streams += " or more"
    figures = [
        ("VPNs healthy", "?" if stale else str(works), len(observation.gluetuns)),
        ("Engines available", "?" if stale else str(shown), len(observation.engines)),
        ("Streams", "?" if stale else streams, None),
    ]
    return [
        {"what": what, "value": value, "of": "" if total is None else f" of {total}"} for what, value, total in figures
    ]


def _line(line: dict[str, Any], now: float) -> dict[str, Any]:
    at = line.get("at")
    known = isinstance(at, (int, float)) and abs(at) < 1e11
    return {
        "at": moment(at, now) if known else None,
        "level": str(line.get("level", "")),
        "message": " ".join(str(line.get("message", "")).split()),
        "vpn": str(line.get("vpn") or ""),
    }
