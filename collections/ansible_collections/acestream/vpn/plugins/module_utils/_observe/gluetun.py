# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at one gluetun.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import (
    DockerError,
    as_container,
    inspect_raw,
)
from ansible_collections.acestream.vpn.plugins.module_utils._host.namespace import (
    NamespaceUnavailable,
    belongs_to,
    identity,
)
from ansible_collections.acestream.vpn.plugins.module_utils._host.parallel import gather
from ansible_collections.acestream.vpn.plugins.module_utils._host.proc_net import has_tunnel, read
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    API_TIMEOUT,
    UNKNOWN,
    GluetunEvidence,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import GluetunOptions, ProbeOptions
from ansible_collections.acestream.vpn.plugins.module_utils._observe import (
    dns_query,
    egress_exec,
    egress_probe,
    timings,
)
from ansible_collections.acestream.vpn.plugins.module_utils._observe.control import (
    ControlEvidence,
    ask_control_server,
    control_server,
)

__all__ = ["control_server", "look_at_gluetun", "probe_egress"]

#: The control server is asked several things in a row. It stops this much earlier, so that the first answers count.
_SPARE = 0.3


def look_at_gluetun(
    client: Any, entry: GluetunOptions, probe: ProbeOptions, deadline: float, took: Optional[timings.Timings] = None
) -> GluetunEvidence:
    """Everything about one gluetun that can be found out by a deadline.

    :param deadline: on the clock of C(time.monotonic).
    :param took: is told how long each probe took.
    """
    took = took or timings.Timings()
    try:
        raw = took.of(timings.DOCKER, inspect_raw, client, entry.name)
    except DockerError as error:
        return GluetunEvidence(entry.name, problems=(str(error),))
    if raw is None:
        return GluetunEvidence(entry.name, seen=True)
    container = as_container(raw)
    evidence = GluetunEvidence(entry.name, seen=True, container=container)
    if not container.running:
        return evidence
    ours = belongs_to(container.pid, container.id)
    found = gather(
        {
            "egress": lambda: took.of(
                timings.EGRESS, probe_egress, client, container.id, container.pid if ours else None, probe
            ),
            "dns": lambda: took.of(timings.DNS, _probe_dns, container.pid, probe) if ours else UNKNOWN,
            "control": lambda: took.of(
                timings.CONTROL, ask_control_server, entry, raw, probe.probe_timeout, deadline - _SPARE
            ),
        },
        deadline,
    )
    if ours:
        devices = read(container.pid, "dev")
        evidence = replace(
            evidence,
            netns=identity(container.pid),
            tunnel_interface=None if devices is None else has_tunnel(devices),
        )
    return _with(evidence, found["egress"], found["dns"], found["control"])


def _with(evidence: GluetunEvidence, egress: Any, dns: Any, control: Any) -> GluetunEvidence:
    """Add what was gathered: findings, or the exceptions that stand in their place."""
    problems: List[str] = []
    verdict, said = egress if isinstance(egress, tuple) else (UNKNOWN, str(egress))
    if verdict == UNKNOWN:
        problems.append(f"egress could not be probed: {said}")
    if isinstance(dns, BaseException):
        problems.append(f"DNS could not be probed: {dns}")
    if isinstance(control, ControlEvidence):
        problems.extend(control.problems)
    else:
        problems.append(f"its control server could not be asked: {control}")
        control = ControlEvidence(API_TIMEOUT)
    return replace(
        evidence,
        egress=verdict,
        dns=dns if isinstance(dns, str) else UNKNOWN,
        api=control.api,
        tunnel_status=control.tunnel_status,
        public_ip=control.public_ip,
        country=control.country,
        city=control.city,
        region=control.region,
        forwarded_port=control.forwarded_port,
        version=control.version,
        problems=tuple(problems),
    )


def probe_egress(client: Any, container_id: str, pid: Optional[int], probe: ProbeOptions) -> Tuple[str, str]:
    """Probe egress from inside: by entering the namespace, or with a tool of the image where that cannot be.

    :param pid: of the container's first process as this machine sees it; None: it is out of sight.
    :returns: ok, failed or unknown, and what was said.
    """
    targets, timeout = probe.egress_targets, probe.probe_timeout
    said = "its processes cannot be seen from here"
    if pid is not None:
        try:
            return egress_probe.probe(pid, targets, timeout)
        except NamespaceUnavailable as error:
            said = str(error)
    verdict, detail = egress_exec.probe(client, container_id, targets, timeout)
    return verdict, f"{said}; {detail}" if verdict == UNKNOWN else detail


def _probe_dns(pid: int, probe: ProbeOptions) -> str:
    return dns_query.probe(pid, probe.probe_timeout, probe.dns_name)
