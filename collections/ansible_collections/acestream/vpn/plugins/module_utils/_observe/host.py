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
from dataclasses import replace
from typing import Any, Callable, Dict, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._host import clock
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import is_local
from ansible_collections.acestream.vpn.plugins.module_utils._host.parallel import gather
from ansible_collections.acestream.vpn.plugins.module_utils._model import port_range
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    EngineEvidence,
    GluetunEvidence,
    Observation,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import (
    DockerOptions,
    GluetunOptions,
    HostOptions,
)
from ansible_collections.acestream.vpn.plugins.module_utils._observe import timings
from ansible_collections.acestream.vpn.plugins.module_utils._observe.double_check import double_check
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine import look_at_engine
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_discovery import Found, Listing, find
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_ports import without_disputed
from ansible_collections.acestream.vpn.plugins.module_utils._observe.gluetun import look_at_gluetun
from ansible_collections.acestream.vpn.plugins.module_utils._observe.streams import Connections

#: Left for putting the evidence together once its deadline is over, as a part of the whole.
_INNER = 0.9
#: What a look takes beside the slowest probe, seconds.
_BESIDE_PROBE = 1.0
#: One deadline behind another, seconds.
_BIT = 0.1


def observer(client: Any, host: HostOptions, remembered: Callable[[], Memory] = Memory) -> Callable[[], Observation]:
    """A function that takes one look at a host."""
    return lambda: observe(client, host, remembered)


def observe(client: Any, host: HostOptions, remembered: Callable[[], Memory] = Memory) -> Observation:
    """Look at all gluetuns and engines in parallel.

    :param client: a C(docker.APIClient).
    :param remembered: what is remembered of the host; asked only where an engine's network was that of a container
        that is gone.
    """
    began, began_tick = time.monotonic(), clock.tick()
    patience = max(host.probe.evidence_timeout, host.probe.probe_timeout + _BESIDE_PROBE)
    # The inner deadline is the earlier one, so that a part that is late is told from a host that is silent.
    inner = began + patience * _INNER
    took = timings.Timings()
    tasks: Dict[str, Callable[[], Any]] = {
        "gluetun " + item.name: _task(look_at_gluetun, client, item, host.probe, inner, took) for item in host.gluetuns
    }
    tasks["engines"] = lambda: _engines(client, host, inner, took, remembered)
    tasks["clock"] = lambda: _clock_ahead(client, host.docker)
    found = gather(tasks, began + patience)
    gluetuns = {item.name: _gluetun(item, found["gluetun " + item.name]) for item in host.gluetuns}
    listed, ahead = found["engines"], found["clock"]
    problems: Tuple[str, ...] = ()
    if not isinstance(listed, tuple):
        problems += (f"the engines could not be listed: {_words(listed)}",)
    if not isinstance(ahead, float):
        problems += (f"the Docker host's clock could not be read, so this machine's is taken: {_words(ahead)}",)
    listing: Listing
    engines: Dict[str, EngineEvidence]
    listing, engines = listed if isinstance(listed, tuple) else (Listing({}), {})
    gluetuns = {name: replace(item, meant=listing.meant.get(name, "")) for name, item in gluetuns.items()}
    engines = double_check(
        gluetuns, engines, _engine_looker(client, host, listing.engines, inner, took), began + patience
    )
    engines = without_disputed(engines)
    return Observation(
        at=time.time() + (ahead if isinstance(ahead, float) else 0.0),
        tick=clock.tick(),
        boot=clock.boot(),
        gluetuns=gluetuns,
        engines=engines,
        problems=problems,
        unassigned=listing.unassigned,
        engines_listed=isinstance(listed, tuple),
        took=took.so_far(),
        began=began_tick,
    )


def _engine_looker(
    client: Any, host: HostOptions, found: Dict[str, Found], deadline: float, took: timings.Timings
) -> Callable[[str], EngineEvidence]:
    return lambda name: look_at_engine(client, name, host, deadline, found[name], took=took)


def _task(function: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
    return lambda: function(*arguments)


def _gluetun(item: GluetunOptions, result: Any) -> GluetunEvidence:
    if not isinstance(result, GluetunEvidence):
        result = GluetunEvidence(item.name, problems=(f"it could not be looked at: {_words(result)}",))
    evidence: GluetunEvidence = result
    return replace(evidence, ports=port_range.parse(item.ports) if item.ports else None)


def _engines(
    client: Any, host: HostOptions, deadline: float, took: timings.Timings, remembered: Callable[[], Memory]
) -> Tuple[Listing, Dict[str, EngineEvidence]]:
    """All engines of the host, and what the list of containers said.

    :raises DockerError: Docker did not list them.
    """
    listing: Listing = took.of(timings.DOCKER, find, client, host, remembered)
    shared = Connections()
    looks = gather(
        {
            name: _task(look_at_engine, client, name, host, deadline, found, shared, took)
            for name, found in listing.engines.items()
        },
        # A little later: each of them keeps the deadline by itself, and gives what it has by then.
        deadline + _BIT,
    )
    return listing, {name: _engine(name, listing.engines[name], look) for name, look in looks.items()}


def _engine(name: str, found: Found, look: Any) -> EngineEvidence:
    if isinstance(look, EngineEvidence):
        return look
    said = f"it could not be looked at: {_words(look)}"
    return EngineEvidence(name, found.gluetun, aside=found.aside, problems=(said,))


def _clock_ahead(client: Any, docker: DockerOptions) -> float:
    """How far the clock of the Docker host is ahead of this machine's, seconds.

    :raises DockerError: Docker did not say.
    """
    return 0.0 if is_local(docker) else clock.remote_now(client) - time.time()


def _words(error: Any) -> str:
    if isinstance(error, TimeoutError):
        return "Docker did not answer in time: see whether its daemon hangs (docker ps)"
    return str(error) or type(error).__name__
