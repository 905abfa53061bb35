# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of one host as a table that fits a terminal of 80 columns. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Observation

#: Ansible puts eleven characters of its own around a line.
WIDTH = 69

_GLUETUN = (("GLUETUN", 15), ("VERDICT", 10), ("SINCE", 6), ("EGRESS", 8), ("PUBLIC IP", 16), ("PORT", 6), ("API", 0))
_VPN_DOCUMENT = (("GLUETUN", 17), ("VERDICT", 10), ("PUBLIC IP", 16), ("PORT", 6), ("WHY", 0))
_ENGINE = (("ENGINE", 17), ("GLUETUN", 17), ("PORT", 6), ("STREAMS", 8), ("AVAILABLE", 0))


def table(memory: Memory, observation: Observation, now: float) -> List[str]:
    """One row for each gluetun and each engine; a cell that is not known shows C(?).

    Below a gluetun that is in maintenance, a line says so.
    """
    lines = [_row(_GLUETUN, [title for title, _width in _GLUETUN])]
    for name, evidence in observation.gluetuns.items():
        gluetun = memory.gluetuns[name]
        verdict = "starting" if gluetun.starting else gluetun.verdict
        since = "?" if gluetun.since is None else age(now - gluetun.since)
        port = "none" if evidence.forwarded_port == 0 else evidence.forwarded_port
        cells = [name, verdict, since, evidence.egress, evidence.public_ip or "?", port or "?", evidence.api]
        lines.append(_row(_GLUETUN, cells))
        maintenance = maintenance_window.of(memory, name, observation)
        if maintenance is not None:
            lines.append(_cell(f"  {maintenance_window.describe(maintenance)}", WIDTH).rstrip())
    lines.extend(["", _row(_ENGINE, [title for title, _width in _ENGINE])])
    for name, engine in observation.engines.items():
        remembered = memory.engines[name]
        streams = "?" if engine.streams is None else engine.streams
        shown = "yes" if remembered.shown else f"no, {remembered.reason}"
        lines.append(_row(_ENGINE, [name, engine.gluetun, engine.http_port or "?", streams, shown]))
    return lines


def documents_table(vpns: Sequence[Mapping[str, Any]], engines: Sequence[Mapping[str, Any]]) -> List[str]:
    """The same from the exporter's documents, which do not have everything that a look has."""
    lines = [_row(_VPN_DOCUMENT, [title for title, _width in _VPN_DOCUMENT])]
    for vpn in vpns:
        verdict = "starting" if vpn["health"] == "starting" else vpn["verdict"]
        cells = [
            vpn["container_name"],
            verdict,
            vpn["public_ip"] or "?",
            vpn["forwarded_port"] or "?",
            vpn["why"] or "",
        ]
        lines.append(_row(_VPN_DOCUMENT, cells))
        if vpn["maintenance"]:
            lines.append(_cell(f"  maintenance until {vpn['maintenance']['until']}", WIDTH).rstrip())
    lines.extend(["", _row(_ENGINE, [title for title, _width in _ENGINE])])
    for engine in engines:
        streams = "?" if engine["live_streams"] is None else engine["live_streams"]
        shown = "yes" if engine["shown"] else f"no, {engine['reason']}"
        cells = [engine["container_name"], engine["vpn_container"], engine["port"] or "?", streams, shown]
        lines.append(_row(_ENGINE, cells))
    return lines


def age(seconds: float) -> str:
    """A duration in its largest unit that is not zero: C(12s), C(3m), C(5h), C(2d)."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size:.0f}{unit}"
    return f"{max(0.0, seconds):.0f}s"


def _row(columns: Sequence[Tuple[str, int]], cells: Sequence[object]) -> str:
    """Cells that are too long for their column are cut, and say so; the last column gets what is left."""
    left = WIDTH - sum(width for _title, width in columns)
    return "".join(_cell(str(cell), width or left) for (_title, width), cell in zip(columns, cells)).rstrip()


def _cell(text: str, width: int) -> str:
    room = width - 1
    return (text if len(text) <= room else text[: room - 1] + "~").ljust(width)
