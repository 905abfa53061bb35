# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metrics, made from the newest look whenever Prometheus asks. Labels are names of declared containers alone.

Counters begin at 0 with the exporter, for each declared VPN: Prometheus sees the first event as an increase, and knows
how to add up what comes after a restart. What a look that is stale said of the VPNs is not repeated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import UNKNOWN, VERDICTS, EngineMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import EngineEvidence
from ansible_collections.acestream.vpn.plugins.module_utils._model.run_history import Ended
from ansible_collections.acestream.vpn.plugins.module_utils._observe.timings import PROBES
from ansible_collections.acestream.vpn.plugins.module_utils._publish.documents import connected
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, UnknownMetricFamily
from prometheus_client.registry import Collector

from acestream_vpn_exporter.journal_counts import JournalCounts
from acestream_vpn_exporter.snapshot import Snapshot

#: How long a look takes, seconds.
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: How long one probe takes, seconds. An egress probe over loopback takes a millisecond.
_PROBE_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics(Collector):
    """What Prometheus is told.

    :param newest: gives the newest snapshot, with its age; None: there was none yet.
    :param vpns: the declared Gluetuns.
    :param last_run: gives how the last recovery run ended; None: none is on record.
    """

    def __init__(
        self, newest: Callable[[], Snapshot | None], vpns: Iterable[str], last_run: Callable[[], Ended | None]
    ) -> None:
        self._newest = newest
        self._last_run = last_run
        self._counts = JournalCounts(vpns)
        self._failed_looks = 0
        self.registry = CollectorRegistry()
        self.registry.register(self)
        self._took = Histogram(
            "acestream_vpn_look_duration_seconds",
            "How long one look at all Gluetuns and engines took.",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._probes = Histogram(
            "acestream_vpn_probe_duration_seconds",
            "How long one probe took, whatever came of it.",
            labelnames=["probe"],
            buckets=_PROBE_BUCKETS,
            registry=self.registry,
        )
        for probe in PROBES:
            self._probes.labels(probe)

    def looked(self, snapshot: Snapshot | None) -> None:
        """Count one look; None: it failed."""
        if snapshot is None:
            self._failed_looks += 1
            return
        self._took.observe(snapshot.took)
        for probe, seconds in snapshot.observation.took:
            self._probes.labels(probe).observe(seconds)

    def transition(self, document: dict[str, Any]) -> None:
        """Count one line of the journal."""
        self._counts.add(document)

    def collect(self) -> Iterator[Metric]:
        failed = CounterMetricFamily("acestream_vpn_look_failures", "Looks that could not be made or remembered.")
        failed.add_metric([], self._failed_looks)
        yield failed
        yield from self._counts.metrics()
        last = self._last_run()
        if last is not None:
            yield from _of_run(last)
        snapshot = self._newest()
        stale = snapshot is None or snapshot.stale
        yield _gauge("acestream_vpn_stale", "1: the newest look is too old to tell how things are.", float(stale))
        if snapshot is not None:
            yield from _of_vpns(snapshot)
            yield from _of_engines(snapshot)
            yield _gauge("acestream_vpn_last_look_timestamp_seconds", "When the newest look was taken.", snapshot.at)
            wanted = snapshot.policy.min_replicas
            yield _gauge("acestream_vpn_engines_wanted", "recovery_min_replicas; 0: there is no pool.", wanted)


def _of_vpns(snapshot: Snapshot) -> Iterator[Metric]:
    vpns = snapshot.gluetuns
    evidence = snapshot.observation.gluetuns
    orders = {name: maintenance_window.of(snapshot.memory, name, snapshot.observation) for name in vpns}

    def each(name: str, text: str, value: Callable[[str], float | None]) -> GaugeMetricFamily:
        return _by("vpn", name, text, ((vpn, value(vpn)) for vpn in vpns))

    yield each(
        "orch_vpn_health_status",
        "1: new streams may go through this VPN. Left out while nothing is known.",
        lambda vpn: None if vpns[vpn].verdict == UNKNOWN else connected(vpns[vpn]),
    )
    verdicts = GaugeMetricFamily("acestream_vpn_verdict", "1 for the present verdict.", labels=["vpn", "verdict"])
    for vpn, memory in vpns.items():
        for verdict in VERDICTS:
            verdicts.add_metric([vpn, verdict], memory.verdict == verdict)
    yield verdicts
    yield each(
        "acestream_vpn_verdict_since_timestamp_seconds",
        "When the present verdict began.",
        lambda vpn: vpns[vpn].since,
    )
    yield each(
        "acestream_vpn_last_good_timestamp_seconds",
        "The last successful connection through the tunnel.",
        lambda vpn: vpns[vpn].last_good_at,
    )
    yield each(
        "acestream_vpn_outage_seconds",
        "How long the outage under way has lasted; 0: there is none.",
        lambda vpn: None if snapshot.stale else _lasted(vpns[vpn].outage_since, snapshot.at),
    )
    yield each(
        "acestream_vpn_latched",
        "1: no more restarts; a person is needed.",
        lambda vpn: vpns[vpn].latched_since is not None,
    )
    yield each("acestream_vpn_maintenance", "1: nothing is done to it.", lambda vpn: orders[vpn] is not None)
    yield each(
        "acestream_vpn_forwarded_port",
        "The forwarded port; 0: none.",
        lambda vpn: None if snapshot.stale else evidence[vpn].forwarded_port,
    )
    yield each(
        "acestream_vpn_port_lost", "1: it had a forwarded port and has none.", lambda vpn: vpns[vpn].port_lost_said
    )
    yield each(
        "acestream_vpn_recent_restarts",
        "Starts and restarts of this Gluetun by the collection in the last 24 hours.",
        lambda vpn: len(vpns[vpn].restarts),
    )


def _of_run(run: Ended) -> Iterator[Metric]:
    name = "acestream_vpn_last_run"
    yield _gauge(f"{name}_timestamp_seconds", "When the last recovery run ended, or was last heard of.", run.ended_at)
    yield _gauge(f"{name}_duration_seconds", "How long the last recovery run took.", run.duration_seconds)
    yield _gauge(f"{name}_success", "0: the last recovery run failed, or never came to its end.", float(run.success))


def _lasted(since: float | None, now: float) -> float:
    return 0.0 if since is None else max(0.0, now - since)


def _of_engines(snapshot: Snapshot) -> Iterator[Metric]:
    engines, memory = snapshot.observation.engines, snapshot.memory.engines
    vpns = list(snapshot.observation.gluetuns)
    total = {vpn: snapshot.observation.engines_of(vpn) for vpn in vpns}
    if snapshot.observation.engines_listed:
        # The specification's name. Prometheus keeps "_total" for counters, so that it goes without a type.
        engines_of = UnknownMetricFamily(
            "orch_engines_total", "Engines that are assigned to this VPN.", labels=["vpn_container"]
        )
        for vpn in vpns:
            engines_of.add_metric([vpn], len(total[vpn]))
        yield engines_of
        streams = ((vpn, sum(item.streams or 0 for item in total[vpn].values())) for vpn in vpns)
        yield _by("vpn_container", "orch_streams_active", "Client connections to the engines of this VPN.", streams)
    states: Counter[tuple[str, str]] = Counter({(vpn, state): 0 for vpn in vpns for state in _STATES})
    for name, item in engines.items():
        states[item.gluetun, _state(item, memory.get(name), snapshot.observation.gluetuns[item.gluetun].netns)] += 1
    found = GaugeMetricFamily("acestream_vpn_engines", "Engines by state.", labels=["vpn", "state"])
    for labels, count in sorted(states.items()):
        found.add_metric(labels, count)
    yield found


#: Of an engine: it may get new streams; it may not; it may not, and has streams that run on; given up; its container
#: does not run.
_STATES = ("available", "hidden", "draining", "latched", "stopped")


def _state(evidence: EngineEvidence, memory: EngineMemory | None, netns: str | None) -> str:
    """:param netns: the network namespace of its Gluetun. Streams of an engine in another one are dead."""
    if memory is not None and memory.latched_since is not None:
        return "latched"
    if memory is not None and memory.shown:
        return "available"
    if evidence.seen and (evidence.container is None or not evidence.container.running):
        return "stopped"
    return "draining" if evidence.streams and evidence.netns == netns else "hidden"


def _by(label: str, name: str, text: str, values: Iterable[tuple[str, float | None]]) -> GaugeMetricFamily:
    """One gauge; what is not known is left out rather than guessed."""
    found = GaugeMetricFamily(name, text, labels=[label])
    for item, value in values:
        if value is not None:
            found.add_metric([item], float(value))
    return found


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)
