# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run says at its end: how things are, and what comes next. Pure; English, for persons.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import List

from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import HEALTHY, UNKNOWN, GluetunMemory, Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import FAILED, Observation
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import Pending, Plan, Step


def summarise(memory: Memory, observation: Observation, plan: Plan, now: float) -> List[str]:
    """One line for each gluetun, one for each engine that is not on show, then problems, warnings and what comes."""
    lines = [_gluetun(name, memory, observation, now) for name in observation.gluetuns if name in memory.gluetuns]
    for name, engine in observation.engines.items():
        remembered = memory.engines.get(name)
        if remembered is not None and not remembered.shown and remembered.reason:
            lines.append(f"engine {name} on {engine.gluetun}: hidden, {remembered.reason}")
    lines.extend(f"not known: {problem}" for problem in problems(observation))
    lines.extend(f"warning: {sentence}" for sentence in observation.unassigned)
    lines.extend(f"due: {describe_step(step)}" for step in plan.steps)
    lines.extend(f"next: {_pending(item, now)}" for item in plan.pending)
    return lines


def problems(observation: Observation) -> List[str]:
    """Every piece of evidence that was missing, once."""
    said = list(observation.problems)
    for part in (observation.gluetuns, observation.engines):
        for evidence in part.values():
            said.extend(f"{evidence.name}: {problem}" for problem in evidence.problems)
    return list(dict.fromkeys(said))


def describe_step(step: Step) -> str:
    """A step in words: what, on what, and the evidence for it."""
    return f"{step.kind.replace('_', ' ')} {step.engine or step.vpn}: {step.reason}"


def _gluetun(name: str, memory: Memory, observation: Observation, now: float) -> str:
    gluetun = memory.gluetuns[name]
    engines = observation.engines_of(name)
    shown = sum(1 for engine in engines if engine in memory.engines and memory.engines[engine].shown)
    line = f"gluetun {name}: {_state(gluetun, now)}; {shown} of {len(engines)} engines available"
    evidence = observation.gluetuns[name]
    if gluetun.verdict == HEALTHY and evidence.dns == FAILED:
        line += "; DNS fails inside the VPN although addresses are reached: see to its resolver"
    if gluetun.port_lost_since is not None:
        line += f"; forwarded port lost for {now - gluetun.port_lost_since:.0f} s, P2P performance degraded"
    maintenance = maintenance_window.of(memory, name, observation)
    if maintenance is not None:
        line += f"; {maintenance_window.describe(maintenance)}"
    return line


def _state(gluetun: GluetunMemory, now: float) -> str:
    if gluetun.starting:
        return f"starting ({gluetun.why})"
    words = f"{gluetun.verdict} ({gluetun.why})"
    if gluetun.in_doubt:
        words += ", in doubt"
    if gluetun.verdict == UNKNOWN and gluetun.known:
        words += f", was {gluetun.known} when last known; nothing is done on a guess"
    if gluetun.outage_since is not None and gluetun.verdict != HEALTHY:
        words += f" for {now - gluetun.outage_since:.0f} s"
    if gluetun.latched_since is not None:
        words += ", latched"
    return words


def _pending(item: Pending, now: float) -> str:
    if item.at is None:
        when = ""
    elif item.at <= now:
        when = "now: "
    else:
        when = f"in {item.at - now:.0f} s: "
    return f"{item.engine or item.vpn}: {when}{item.what}"
