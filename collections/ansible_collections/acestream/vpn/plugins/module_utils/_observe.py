# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at a host: all evidence at once, each piece with its own deadline.

A world that is broken raises nothing here. What could not be found out stays unknown,
with a sentence that says what failed and what to do.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from typing import Any, Callable, Dict, Optional

from ansible_collections.acestream.vpn.plugins.module_utils import _clock
from ansible_collections.acestream.vpn.plugins.module_utils._docker import DockerError
from ansible_collections.acestream.vpn.plugins.module_utils._engines import declared, find
from ansible_collections.acestream.vpn.plugins.module_utils._look_engine import look_at_engine
from ansible_collections.acestream.vpn.plugins.module_utils._look_gluetun import look_at_gluetun
from ansible_collections.acestream.vpn.plugins.module_utils._observation import (
    EngineEvidence,
    GluetunEvidence,
    Observation,
)
from ansible_collections.acestream.vpn.plugins.module_utils._parallel import gather

#: Left for putting the evidence together once its deadline is over, as a part of the whole.
_INNER = 0.9


def observer(client: Any, params: Dict[str, Any]) -> Callable[[], Observation]:
    """A function that takes one look at the host of these module parameters."""
    return lambda: observe(client, params)


def observe(client: Any, params: Dict[str, Any]) -> Observation:
    """Look at all gluetuns and engines in parallel."""
    began = time.monotonic()
    deadline = began + params["evidence_timeout"]
    # The inner deadline is the earlier one, so that a part that is late is told from a host that is silent.
    inner = began + params["evidence_timeout"] * _INNER
    tasks: Dict[str, Callable[[], Any]] = {
        "gluetun " + item["name"]: _task(look_at_gluetun, client, item, params, inner) for item in params["gluetuns"]
    }
    tasks["engines"] = lambda: _engines(client, params, inner)
    found = gather(tasks, deadline)
    gluetuns = {item["name"]: _gluetun(item["name"], found["gluetun " + item["name"]]) for item in params["gluetuns"]}
    listed = found["engines"]
    engines: Dict[str, EngineEvidence] = listed if isinstance(listed, dict) else {}
    problem = None if isinstance(listed, dict) else f"Docker did not list the engines: {_words(listed)}"
    return Observation(
        at=_now(client, params),
        tick=_clock.tick(),
        boot=_clock.boot(),
        gluetuns=gluetuns,
        engines={name: engine for name, engine in engines.items() if engine.gluetun in gluetuns},
        problems=() if problem is None else (problem,),
        engines_listed=problem is None,
    )


def _task(function: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
    return lambda: function(*arguments)


def _gluetun(name: str, result: Any) -> GluetunEvidence:
    if isinstance(result, GluetunEvidence):
        return result
    return GluetunEvidence(name, problems=(f"it could not be looked at: {_words(result)}",))


def _engines(client: Any, params: Dict[str, Any], deadline: float) -> Dict[str, EngineEvidence]:
    declarations = declared(params)
    names = {**dict.fromkeys(declarations), **dict.fromkeys(find(client, params))}
    looks = gather(
        {name: _task(look_at_engine, client, name, declarations.get(name, {}), params, deadline) for name in names},
        deadline,
    )
    return {name: _engine(name, declarations.get(name), params, look) for name, look in looks.items()}


def _engine(name: str, declaration: Optional[Dict[str, Any]], params: Dict[str, Any], result: Any) -> EngineEvidence:
    if isinstance(result, EngineEvidence):
        return result
    # Docker knows whose it is, and did not say: with a single gluetun there is no other.
    only = params["gluetuns"][0]["name"] if len(params["gluetuns"]) == 1 else ""
    gluetun = declaration["gluetun"] if declaration else only
    return EngineEvidence(name, gluetun, problems=(f"it could not be looked at: {_words(result)}",))


def _now(client: Any, params: Dict[str, Any]) -> float:
    try:
        return _clock.now(client, params)
    except DockerError:
        return time.time()


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__
