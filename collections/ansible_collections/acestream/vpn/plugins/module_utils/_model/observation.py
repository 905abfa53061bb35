# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look at a Docker host brought to light: plain values, no behaviour.

Evidence is three-valued throughout. C(ok)/C(True) and C(failed)/C(False) are
findings; C(unknown)/C(None) says that looking failed, and must never be read as
a finding. Times are seconds since the epoch on the Docker host's clock.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Dict, Optional, Tuple

#: Values of a probe: it worked, it did not, or it could not be made.
OK = "ok"
FAILED = "failed"
UNKNOWN = "unknown"

#: What the control server answered. ``UNAUTHORISED`` is a configuration error.
API_OK = "ok"
API_UNAUTHORISED = "unauthorised"
API_ERROR = "error"  # 4xx or 5xx other than 401
API_TIMEOUT = "timeout"
API_UNREACHABLE = "unreachable"
API_GARBAGE = "garbage"
API_UNASKED = "unasked"  # the container does not run, so there was nobody to ask


@dataclass(frozen=True)
class Container:
    """One container, as C(docker inspect) describes it.

    :ivar state: created, running, paused, restarting, removing, exited or dead.
    :ivar health: Docker's own health check: none, starting, healthy or unhealthy. It may be stale.
    :ivar error: C(State.Error), set by Docker when a start failed.
    :ivar network_mode: C(HostConfig.NetworkMode), e.g. C(container:<id>).
    """

    id: str
    name: str
    state: str
    pid: int = 0
    started_at: Optional[float] = None
    finished_at: Optional[float] = None
    exit_code: int = 0
    error: str = ""
    restart_policy: str = "no"
    health: str = "none"
    network_mode: str = ""
    image: str = ""
    labels: Dict[str, str] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        return self.state == "running"


@dataclass(frozen=True)
class GluetunEvidence:
    """Everything that was found out about one gluetun.

    :ivar seen: Docker answered about it. Only then does ``container is None`` mean that it is absent.
    :ivar netns: identity (device:inode) of its network namespace, None if it could not be read.
    :ivar egress: a connection through the tunnel to a server beyond it: ok, failed or unknown.
    :ivar dns: a query to the resolver that the namespace uses: ok, failed or unknown.
    :ivar tunnel_interface: whether the namespace holds a tun or wg interface; None: not known.
    :ivar api: one of the ``API_*`` values, for the route of the tunnel status.
    :ivar tunnel_status: C(starting), C(running), C(stopping), C(stopped), C(crashed) or None.
    :ivar public_ip: as the control server has it; empty: it knows none; None: not known to us.
    :ivar forwarded_port: 0: none is forwarded; None: not known.
    :ivar ports: first and last port that its engines may have, as declared; None: nothing was.
    :ivar meant: where there is no such container: the one that was probably meant; empty: none is like it.
    :ivar problems: one sentence for each piece of evidence that is missing: what failed and what to do.
    """

    name: str
    seen: bool = False
    container: Optional[Container] = None
    netns: Optional[str] = None
    egress: str = UNKNOWN
    dns: str = UNKNOWN
    tunnel_interface: Optional[bool] = None
    api: str = API_UNASKED
    tunnel_status: Optional[str] = None
    public_ip: Optional[str] = None
    country: Optional[str] = None
    city: Optional[str] = None
    region: Optional[str] = None
    forwarded_port: Optional[int] = None
    version: Optional[str] = None
    ports: Optional[Tuple[int, int]] = None
    meant: str = ""
    problems: Tuple[str, ...] = ()


@dataclass(frozen=True)
class EngineEvidence:
    """Everything that was found out about one engine.

    :ivar gluetun: name of the gluetun that it is assigned to (C(_observe.belonging) tells how).
    :ivar seen: Docker answered about it; ``container is None`` then means that it is absent.
    :ivar netns: identity of the namespace it lives in; None: could not be read or it does not run.
    :ivar api: its HTTP API answered a status: ok, failed (refused, reset, timed out, nonsense) or unknown.
    :ivar connected: what it says of its own network connection; None: it did not say.
    :ivar streams: established client connections to its HTTP port; None: could not be counted.
    :ivar aside: a recreation was cut short: the container that it put aside is still there. C(container) is
        the new one; None: that was not made yet.
    :ivar owned: it carries the pool's label, so that it may be removed where there are too many.
    :ivar p2p_port: from C(--port) of its command line or a variable; None: none given.
    :ivar http_port_from: what told ``http_port``: declared, label, command, variable, exposed or default.
    :ivar http_port_assumed: ``http_port`` may be wrong, for nothing that is meant for the engine alone told it; None
        as the port then means that it is another engine's.
    """

    name: str
    gluetun: str
    seen: bool = False
    container: Optional[Container] = None
    netns: Optional[str] = None
    http_port: Optional[int] = None
    https_port: Optional[int] = None
    p2p_port: Optional[int] = None
    forwarded: bool = False
    aside: bool = False
    owned: bool = False
    api: str = UNKNOWN
    connected: Optional[bool] = None
    streams: Optional[int] = None
    version: Optional[str] = None
    platform: Optional[str] = None
    problems: Tuple[str, ...] = ()
    http_port_from: str = ""
    http_port_assumed: bool = False


@dataclass(frozen=True)
class Observation:
    """One look at one host.

    :ivar at: when it was completed, epoch seconds on the Docker host's clock.
    :ivar tick: the same moment on a clock that never jumps (seconds since boot).
    :ivar boot: identity of the boot that ``tick`` belongs to.
    :ivar problems: what concerns the whole host, such as a Docker daemon that does not answer.
    :ivar unassigned: one sentence for each container that would be an engine, and belongs to none of these gluetuns.
    :ivar engines_listed: Docker listed the engines. Only then is one that is missing here really gone.
    :ivar began: when it was begun, on the clock of ``tick``. No evidence in it is older; some may be as old. None: it
        took no time.
    :ivar took: how long each probe took, as C((probe, seconds)); nothing is judged by it.
    """

    at: float
    tick: float
    boot: str
    gluetuns: Dict[str, GluetunEvidence]
    engines: Dict[str, EngineEvidence]
    problems: Tuple[str, ...] = ()
    engines_listed: bool = True
    took: Tuple[Tuple[str, float], ...] = ()
    began: Optional[float] = None
    unassigned: Tuple[str, ...] = ()

    def engines_of(self, gluetun: str) -> Dict[str, EngineEvidence]:
        return {name: engine for name, engine in self.engines.items() if engine.gluetun == gluetun}

    def as_dict(self) -> Dict[str, Any]:
        """Plain dicts and lists, for a module's return value."""
        return asdict(self)
