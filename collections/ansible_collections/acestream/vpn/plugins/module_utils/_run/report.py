# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answer of M(acestream.vpn.recovery_plan): one look, or a watch, as plain values.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, Dict, List, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.look import Look
from ansible_collections.acestream.vpn.plugins.module_utils._model.step_options import RunOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import Plan, Step
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import timestamp
from ansible_collections.acestream.vpn.plugins.module_utils._publish.journal import as_line
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store
from ansible_collections.acestream.vpn.plugins.module_utils._publish.summary import problems, summarise
from ansible_collections.acestream.vpn.plugins.module_utils._publish.table import table
from ansible_collections.acestream.vpn.plugins.module_utils._run.converge import Convergence
from ansible_collections.acestream.vpn.plugins.module_utils._run.this_run import ThisRun

#: How long a run that acted stays at least, to see the effect, seconds.
VERIFY_FOR = 30.0


def report(
    host: Convergence, store: Store, options: RunOptions, now: float, run: Optional[ThisRun] = None
) -> Dict[str, Any]:
    """Look or watch, and put what came of it into the module's return values.

    :param now: epoch seconds on the Docker host's clock.
    :param run: what is kept on record of the run that this belongs to; None: nothing is.
    """
    began = options.run_started or now
    until = began + options.watch_for
    if options.acted:
        until = max(until, now + VERIFY_FOR)
    if run is not None:
        run.begins(now, until)
    look = host.run(until, None if run is None else run.looked)
    over = run is not None and run.is_over
    steps = () if over else tuple(step for step in look.plan.steps if step.scenario in options.scenarios)
    due = replace(look.plan, steps=steps)
    go_on = not over and _go_on(due, look, until)
    if run is not None:
        run.after_call(go_on, due.settled, look.observation.at)
    lines = host.journal or [as_line(item) for item in host.transitions]
    return {
        "steps": [_step(step, look) for step in steps],
        "next": [asdict(item) for item in look.plan.pending],
        "maintenance": _maintained(look),
        "verdicts": {name: look.memory.gluetuns[name].verdict for name in look.observation.gluetuns},
        "engines": _engines(look),
        "problems": problems(look.observation),
        "journal": lines,
        "summary": ([] if run is None else run.said())
        + _story(store, began)
        + summarise(look.memory, look.observation, due, look.observation.at),
        "table": table(look.memory, look.observation, look.observation.at),
        "settled": due.settled and not over,
        "go_on": go_on,
        "left_to": run.left_to.id if run is not None and run.left_to is not None else None,
        "run": None if run is None else run.id,
        "run_started": began,
    }


def _step(step: Step, look: Look) -> Dict[str, Any]:
    """A step as a module takes it, with the port that may be known from the engine's declaration alone.

    One that was merely assumed must not be taken for declared.
    """
    engine = look.observation.engines.get(step.engine or "")
    values = asdict(step)
    if step.count is None:
        del values["count"]
    return {**values, "http_port": engine.http_port if engine and not engine.http_port_assumed else None}


def _go_on(due: Plan, look: Look, until: float) -> bool:
    return bool(due.steps) or (not due.settled and look.observation.at < until)


def _engines(look: Look) -> Dict[str, Any]:
    return {
        name: {"gluetun": evidence.gluetun, "shown": remembered.shown, "reason": remembered.reason}
        for name, evidence in look.observation.engines.items()
        for remembered in [look.memory.engines[name]]
    }


def _maintained(look: Look) -> Dict[str, Any]:
    """The gluetuns for which nothing is done at present."""
    under_way = {name: maintenance_window.of(look.memory, name, look.observation) for name in look.observation.gluetuns}
    return {name: {"until": item.until, "reason": item.reason} for name, item in under_way.items() if item is not None}


def _story(store: Store, began: float) -> List[str]:
    """The journal since the run began, whoever wrote it: what was seen and done."""
    return store.journal_since(timestamp(began))
