# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happens next to a VPN and its engines, and when: the plan's own words. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import Step
from ansible_collections.acestream.vpn.plugins.module_utils._publish.summary import describe_step

from acestream_vpn_exporter.snapshot import Snapshot
from acestream_vpn_exporter.words import clock, duration, listed


def items(snapshot: Snapshot, vpn: str, now: float) -> list[dict[str, Any]]:
    """What is due, then what comes later; the same for several engines is one item.

    The exporter does none of it: the recovery run does.
    """
    due: dict[tuple[str, str], list[Step]] = {}
    for step in snapshot.plan.steps:
        if step.vpn == vpn:
            due.setdefault((step.kind, step.reason), []).append(step)
    found: list[dict[str, Any]] = [{"due": True, "at": None, "text": _steps(alike)} for alike in due.values()]
    together: dict[str, list[Any]] = {}
    for item in snapshot.plan.pending:
        if item.vpn == vpn:
            together.setdefault(item.what, []).append(item)
    for what, alike in together.items():
        engines = [item.engine for item in alike if item.engine]
        times = [item.at for item in alike if item.at is not None]
        at = min(times, default=None)
        found.append(
            {
                "due": False,
                "at": None if at is None else {"at": at, "clock": clock(at, now), "ahead": duration(at - now)},
                "text": f"{listed(engines)}: {what}" if engines else what,
            }
        )
    return found


def _steps(alike: list[Step]) -> str:
    engines = [step.engine for step in alike if step.engine]
    return describe_step(replace(alike[0], engine=listed(engines)) if engines else alike[0])
