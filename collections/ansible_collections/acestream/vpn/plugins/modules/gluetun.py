#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: gluetun
short_description: Bring one Gluetun container to its desired state
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - Starts, stops or restarts a Gluetun container, or cycles its tunnel, where that is still needed at the moment when
    the module has got the host's lock. It never creates or recreates one.
  - Restarts are desired states. "It must have been started at or after this moment" is true after one restart, however
    many runs ask for it.
  - Each attempt is written to the host's memory before it is made, so that a run that is killed does not make it twice,
    and to the journal.
extends_documentation_fragment:
  - acestream.vpn.attributes
  - acestream.vpn.docker
  - acestream.vpn.host.probe
  - acestream.vpn.state
options:
  name:
    description: Name of the container.
    type: str
    required: true
  control_url:
    description:
      - Where its control server is, such as V(http://127.0.0.1:8000).
      - Without it, the container's own address on its Docker network is used, with O(control_port).
    type: str
  control_port:
    description: Port of the control server at the container's own address.
    type: int
    default: 8000
  api_key:
    description: API key, sent in the header C(X-API-Key). It is never shown.
    type: str
  username:
    description: User name, where the control server uses basic authentication.
    type: str
  password:
    description: Password, where the control server uses basic authentication. It is never shown.
    type: str
  state:
    description:
      - V(running) is a container that runs. One that is stopped is started, one that is paused goes on.
      - V(connected) is one whose tunnel carries traffic as well. That is waited for, and nothing is restarted for it.
      - V(stopped) is one that does not run.
    type: str
    choices:
      - running
      - stopped
      - connected
    default: running
  cycled_since:
    description:
      - The tunnel must have been cycled (stopped and run again, in the container, which keeps its network namespace) or
        the container started at or after this moment, seconds since the epoch on the Docker host's clock.
      - It is cycled only if the control server answers. If it does not, RV(skip_reason) says so.
    type: float
  restarted_since:
    description:
      - The container must have been started at or after this moment, seconds since the epoch on the Docker host's
        clock. One that is stopped is started, one that is paused goes on, one that runs is restarted.
    type: float
  unless_healthy:
    description:
      - Right before a tunnel is cycled or a running container restarted, egress is probed again. If it works, nothing
        is done; if it cannot be probed, nothing is done either.
      - With V(false) it is done whatever the tunnel carries.
    type: bool
    default: true
  unless_forwarded:
    description:
      - The tunnel is cycled to get a forwarded port again. Right before, the control server is asked once more. If a
        port is forwarded, or egress does not work, or either is not known, nothing is done.
      - It takes the place of O(unless_healthy), for a tunnel that lost its port otherwise works.
    type: bool
    default: false
  unless_maintenance:
    description:
      - Do nothing while the container is in maintenance (M(acestream.vpn.maintenance)). That is looked up right before
        it is acted on, so that a step that was planned before the maintenance began is not carried out.
      - With V(false) maintenance does not matter, for it is a person who asks.
    type: bool
    default: false
  wait:
    description: After an action, wait until the tunnel carries traffic. O(state=connected) always waits.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait for that, and for each half of a cycle, in seconds.
    type: float
    default: 30
  stop_timeout:
    description:
      - How long the container may take to stop before Docker kills it, in seconds. A Gluetun takes up to 5 seconds.
    type: int
    default: 10
  lock_timeout:
    description: How long to wait for another run that is acting on this host, in seconds.
    type: float
    default: 60
  reason:
    description: Why this is asked for. It is added to the line in the journal.
    type: str
    default: ""
  scenario:
    description: >-
      The failure scenario that it belongs to, as M(acestream.vpn.recovery_plan) returns it. The journal keeps it, and
      the exporter counts restarts by it.
    type: str
    choices:
      - connection_loss
      - container_restart
      - port_forwarding
      - failover
  run:
    description: >-
      The recovery run that this is done for, as M(acestream.vpn.recovery_plan) returns it. The journal keeps it.
    type: str
attributes:
  check_mode:
    details: Egress and the control server are asked in check mode too, so that it tells what would really be done.
  idempotent:
    details: A second run with the same O(cycled_since) or O(restarted_since) finds the demand met.
seealso:
  - module: acestream.vpn.gluetun_info
  - module: acestream.vpn.engine
  - module: acestream.vpn.recovery_plan
"""

EXAMPLES = r"""
- name: The VPN carries traffic
  acestream.vpn.gluetun:
    name: gluetun
    state: connected

- name: Restart it now, even if it works
  acestream.vpn.gluetun:
    name: gluetun
    restarted_since: "{{ now(utc=true).timestamp() }}"
    unless_healthy: false
    reason: "a new server was chosen"

- name: Carry out what recovery_plan found due
  acestream.vpn.gluetun:
    name: "{{ item.vpn }}"
    api_key: "{{ vault_gluetun_api_key }}"
    cycled_since: "{{ item.since }}"
    reason: "{{ item.reason }}"
    unless_maintenance: true
  loop: "{{ look.steps | selectattr('kind', 'eq', 'gluetun_cycle') }}"
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be, one of V(start), V(unpause), V(restart), V(cycle) and V(stop).
  returned: always
  type: list
  elements: str
  sample: [restart]
skip_reason:
  description: Why nothing was done. Null if something was.
  returned: always
  type: str
  sample: it was started at 2026-01-01T00:01:03.000Z already
container:
  description: The container before and after, each with C(id), C(state) and C(started_at); null where it is not known.
  returned: always
  type: dict
  sample:
    before: {"id": "4c01db0b339c", "state": "running", "started_at": 1767225600.0}
    after: {"id": "4c01db0b339c", "state": "running", "started_at": 1767225663.5}
egress:
  description: The last probe, V(ok), V(failed) or V(unknown). Null where none was needed.
  returned: always
  type: str
  sample: ok
waited:
  description: How long the tunnel was waited for, in seconds.
  returned: always
  type: float
  sample: 3.1
journal:
  description: Lines that were added to the journal.
  returned: always
  type: list
  elements: str
  sample: ["2026-01-01T00:01:03.000Z INFO: Restarting Gluetun container: not healthy for 63 s [gluetun]"]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.acestream.vpn.plugins.module_utils._act.gluetun import ActFailed, GluetunActor
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, connect, require_libraries
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import DockerOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import SCENARIOS
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store, StoreError
from ansible_collections.acestream.vpn.plugins.module_utils._run.run_record import tags_of
from ansible_collections.acestream.vpn.plugins.module_utils._settings.argument_spec import (
    docker_argument_spec,
    gluetun_argument_spec,
    probe_argument_spec,
    state_argument_spec,
)
from ansible_collections.acestream.vpn.plugins.module_utils._settings.step_options_from import gluetun_step_options


def main() -> None:
    spec = {
        **docker_argument_spec(),
        **gluetun_argument_spec(),
        **probe_argument_spec(),
        **state_argument_spec(),
        "state": {"type": "str", "choices": ["running", "stopped", "connected"], "default": "running"},
        "cycled_since": {"type": "float"},
        "restarted_since": {"type": "float"},
        "unless_healthy": {"type": "bool", "default": True},
        "unless_forwarded": {"type": "bool", "default": False},
        "unless_maintenance": {"type": "bool", "default": False},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 30},
        "stop_timeout": {"type": "int", "default": 10},
        "lock_timeout": {"type": "float", "default": 60},
        "run": {"type": "str"},
        "reason": {"type": "str", "default": ""},
        "scenario": {"type": "str", "choices": list(SCENARIOS)},
    }
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    require_libraries(module)
    options = gluetun_step_options(module.params)
    if options.state == "stopped" and (options.cycled_since is not None or options.restarted_since is not None):
        module.fail_json(msg="state=stopped cannot go together with cycled_since or restarted_since")
    store = Store(options.step.state_dir, options.step.lock_timeout)
    store.tags = tags_of(store, options.step.run)
    actor = GluetunActor(connect_or_fail(module, options.docker), store, options, module.check_mode)
    failure = ""
    try:
        actor.run()
    except (ActFailed, DockerError, StoreError, ValueError) as error:
        failure = str(error)
    for warning in actor.warnings:
        module.warn(warning)
    diff = actor.result["container"] if module._diff else None
    result = {**actor.result, **({"diff": diff} if diff else {})}
    if failure:
        module.fail_json(msg=failure, **result)
    module.exit_json(**result)


def connect_or_fail(module: AnsibleModule, docker: DockerOptions):
    """The Docker client; an option that makes no sense ends the module."""
    try:
        return connect(docker)
    except DockerError as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
