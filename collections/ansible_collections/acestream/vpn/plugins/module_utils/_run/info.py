# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at a host as the info modules return it: evidence beside judgement, as plain values.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Any, Callable, Dict, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, connect, require_libraries
from ansible_collections.acestream.vpn.plugins.module_utils._model.look import Look
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import EngineMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import EngineEvidence, GluetunEvidence
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._observe.host import observer
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store, StoreError
from ansible_collections.acestream.vpn.plugins.module_utils._run.converge import Convergence
from ansible_collections.acestream.vpn.plugins.module_utils._settings.options_from import host_options


def run(module: Any, describe: Callable[[Look], Dict[str, Any]]) -> None:
    """Look once, judge by what the host's memory holds, write nothing, and end the module.

    :param module: an C(AnsibleModule) with the options of C(host_argument_spec).
    :param describe: what to return of the look.
    """
    require_libraries(module)
    try:
        options = host_options(module.params)
        store = Store(os.path.expanduser(options.state_dir))
        observe = observer(connect(options.docker), options, store.remembered)
        host = Convergence(observe, store, Policy(), read_only=True)
        look = host.look()
    except (DockerError, StoreError) as error:
        module.fail_json(msg=str(error))
    for warning in host.warnings:
        module.warn(warning)
    said = [*look.observation.problems, *look.observation.unassigned]
    module.exit_json(changed=False, problems=said, **describe(look))


def gluetuns(look: Look) -> Dict[str, Any]:
    """Every gluetun, with its verdict."""
    return {"gluetuns": [_gluetun(look, evidence) for evidence in look.observation.gluetuns.values()]}


def engines(look: Look) -> Dict[str, Any]:
    """Every engine, with where it is and whether it may get a new stream."""
    return {
        "engines": [_engine(look, evidence) for evidence in look.observation.engines.values()],
        "listed": look.observation.engines_listed,
    }


def _gluetun(look: Look, evidence: GluetunEvidence) -> Dict[str, Any]:
    remembered = look.memory.gluetuns[evidence.name]
    return {
        **_plain(evidence),
        "verdict": remembered.verdict,
        "why": remembered.why,
        "starting": remembered.starting,
        "in_doubt": remembered.in_doubt,
    }


def _engine(look: Look, evidence: EngineEvidence) -> Dict[str, Any]:
    remembered = look.memory.engines.get(evidence.name) or EngineMemory(evidence.gluetun)
    return {
        **_plain(evidence),
        "joined": joined(evidence, look.observation.gluetuns.get(evidence.gluetun)),
        "shown": remembered.shown,
        "reason": remembered.reason,
    }


def joined(engine: EngineEvidence, gluetun: Optional[GluetunEvidence]) -> Optional[bool]:
    """Whether an engine lives in its gluetun's network namespace; None: not known, or one of them does not run."""
    if engine.netns is None or gluetun is None or gluetun.netns is None:
        return None
    return engine.netns == gluetun.netns


def _plain(evidence: Any) -> Dict[str, Any]:
    values = asdict(evidence)
    values["problems"] = list(evidence.problems)
    if values["container"]:
        # People keep all kinds of things in labels. What of them matters here has a field of its own.
        del values["container"]["labels"]
    return values
