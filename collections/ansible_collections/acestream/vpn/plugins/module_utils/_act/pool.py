# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create the engines that the pool lacks and remove those that are too many.

It looks and judges again under the host's act lock, so that of several runs one acts and the
others find it done.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from typing import Any, Callable, Dict, List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._act import container_step
from ansible_collections.acestream.vpn.plugins.module_utils._act.allocation import allocate
from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_spec import Allocation, payload, published
from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_step import remove
from ansible_collections.acestream.vpn.plugins.module_utils._host import clock
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import (
    DockerError,
    DockerRefused,
    call,
    inspect,
    inspect_raw,
    list_names,
)
from ansible_collections.acestream.vpn.plugins.module_utils._host.refusals import explain
from ansible_collections.acestream.vpn.plugins.module_utils._model import transition
from ansible_collections.acestream.vpn.plugins.module_utils._model.attempts import engines_created
from ansible_collections.acestream.vpn.plugins.module_utils._model.look import Look
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import NewEngineOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.step_options import PoolOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import ENGINE_CREATE, ENGINE_REMOVE, Step
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import ERROR, Transition
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_discovery import ASIDE_SUFFIX
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import ACT_LOCK, Store


class PoolActor:
    """Acts on the pool of one host.

    :param look: looks at the host and judges it.
    :param spec: what a new engine is made of, as C(complete) gave it.
    """

    def __init__(
        self, client: Any, look: Callable[[], Look], store: Store, spec: NewEngineOptions, options: PoolOptions
    ) -> None:
        self._client = client
        self._look = look
        self._store = store
        self._spec = spec
        self._options = options
        self.created: List[Allocation] = []
        self.removed: List[str] = []
        self.failures: List[str] = []
        self.journal: List[str] = []
        self.next: List[Dict[str, Any]] = []

    def run(self, check_mode: bool) -> None:
        """Look, then do what is due.

        :raises DockerError: Docker does not list its containers.
        :raises StoreError: the state directory cannot be used, or another run was acting for too long.
        """
        if check_mode:
            wanted, going = self._choose(self._look())
            self.created, self.removed = wanted, [step.engine for step in going if step.engine]
            return
        with self._store.lock(ACT_LOCK, self._options.step.lock_timeout):
            look = self._look()
            wanted, going = self._choose(look)
            with ThreadPoolExecutor(max_workers=max(1, self._options.parallel)) as pool:
                self._create(pool, wanted)
                self._remove(pool, going, look)

    def result(self) -> Dict[str, Any]:
        """The module's return values."""
        return {
            "changed": bool(self.created or self.removed),
            "created": [place.as_dict() for place in self.created],
            "removed": self.removed,
            "next": self.next,
            "journal": self.journal,
        }

    def _choose(self, look: Look) -> Tuple[List[Allocation], List[Step]]:
        """Places for what is missing, and the steps for what goes."""
        steps = look.plan.steps
        self.next = [asdict(item) for item in look.plan.pending]
        going = [step for step in steps if step.kind == ENGINE_REMOVE]
        wanted: List[Allocation] = []
        names = set(list_names(self._client)) if any(step.kind == ENGINE_CREATE for step in steps) else set()
        for step in steps:
            if step.kind == ENGINE_CREATE:
                wanted += self._places(look, step, names)
                names |= {place.name for place in wanted}
        return wanted, going

    def _places(self, look: Look, step: Step, names: Any) -> List[Allocation]:
        raw = inspect_raw(self._client, step.vpn)
        evidence = look.observation.gluetuns[step.vpn]
        port = look.memory.gluetuns[step.vpn].forwarded_port
        engines = look.observation.engines_of(step.vpn).values()
        hosts = published(raw or {})
        return allocate(evidence, engines, step.count or 0, names, self._spec.name_prefix, port, hosts)

    def _create(self, pool: ThreadPoolExecutor, wanted: List[Allocation]) -> None:
        for gluetun in dict.fromkeys(place.gluetun for place in wanted):
            here = [place for place in wanted if place.gluetun == gluetun]
            self._note([transition.provisioning(self._now(), gluetun, [place.name for place in here])])
            problems = list(pool.map(self._create_one, here))
            self.created += [place for place, problem in zip(here, problems) if problem is None]
            failed = [f"{place.name}: {problem}" for place, problem in zip(here, problems) if problem]
            self._store.update(partial(_remember, gluetun, bool(failed), self._now()))
            self._failed("engine_create_failed", gluetun, failed)

    def _create_one(self, place: Allocation) -> Optional[str]:
        """Create and start one engine; returns what went wrong. What could not be started is removed again."""
        try:
            parent = inspect(self._client, place.gluetun)
            if parent is None or not parent.running:
                return "its Gluetun container has stopped just now: run this again"
            body = payload(self._spec, place, parent.id, self._labels(place.gluetun))
            made = call(self._client.create_container_from_config, body, place.name)
        except DockerRefused as error:
            return f"it could not be created: {explain(error)}"
        except DockerError as error:
            return f"Docker was told to create it and has not answered: {error}"
        try:
            start, patience = partial(self._client.start, made["Id"]), self._options.host.docker.timeout
            container_step.settle(self._client, made["Id"], start, container_step.running, patience)
        except DockerRefused as error:
            # It never ran, so that its volumes hold nothing yet.
            container_step.unless_gone(partial(self._client.remove_container, made["Id"], v=True, force=True))
            return f"it could not be started: {explain(error)}"
        except DockerError as error:
            return f"Docker was told to start it and has not answered: {error}"
        return None

    def _labels(self, gluetun: str) -> Dict[str, str]:
        """By which the new engine is found again: its gluetun, the pool, and what the user's filters ask for."""
        found, discovery = {}, self._options.host.discovery
        for label in [*discovery.engine_filters, discovery.pool_label]:
            name, _equals, value = label.partition("=")
            found[name] = value
        return {**found, discovery.engine_label: gluetun}

    def _remove(self, pool: ThreadPoolExecutor, going: List[Step], look: Look) -> None:
        for gluetun in dict.fromkeys(step.vpn for step in going):
            names = [step.engine for step in going if step.vpn == gluetun and step.engine]
            self._note([transition.removing(self._now(), gluetun, names)])
            problems = list(pool.map(lambda name: self._remove_one(name, look), names))
            self.removed += [name for name, problem in zip(names, problems) if problem is None]
            failed = [f"{name}: {problem}" for name, problem in zip(names, problems) if problem]
            self._failed("engine_remove_failed", gluetun, failed)

    def _remove_one(self, name: str, look: Look) -> Optional[str]:
        engine, timeout = look.observation.engines[name], self._options.host.docker.timeout
        try:
            aside = inspect(self._client, name + ASIDE_SUFFIX) if engine.aside else None
            for container in (engine.container, aside):
                if container is not None:
                    remove(self._client, container, timeout, self._options.step.stop_timeout)
        except DockerRefused as error:
            return f"it could not be removed: {explain(error)}"
        except DockerError as error:
            return f"Docker was told to remove it and has not answered: {error}"
        return None

    def _failed(self, kind: str, gluetun: str, said: List[str]) -> None:
        now = self._now()
        self._note([Transition(now, ERROR, kind, f"Engine {each}", gluetun) for each in said])
        self.failures += said

    def _now(self) -> float:
        return clock.now(self._client, self._options.host.docker, self._options.host.probe.evidence_timeout)

    def _note(self, transitions: List[Transition]) -> None:
        self.journal += self._store.note(transitions)


def _remember(gluetun: str, failed: bool, now: float, memory: Memory) -> Tuple[Memory, None]:
    return engines_created(memory, gluetun, failed, now), None
