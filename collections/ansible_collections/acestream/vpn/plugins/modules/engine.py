#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: engine
short_description: Bring AceStream engines to their desired state, in parallel
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - Starts, restarts, recreates, stops or removes engines, which are containers on the network of a Gluetun container,
    where that is still needed at the moment when the module has got the host's lock.
  - An engine is never started, restarted or recreated while its Gluetun container does not run, for Docker then stops
    it for good. It is RV(ignore:held) instead, and the module does not fail.
  - A container that does not share another one's network is refused, and so is a Gluetun container.
  - A recreation keeps the name, image, command, environment, labels, mounts (with the data of volumes that have no
    name), limits, restart policy and everything else but the network. What an engine wrote outside of volumes is gone,
    as with every new container. The old container is kept under the name with
    the ending C(.acestream-aside) until the new one runs, and put back if that cannot be made to run. A recreation
    that was cut short is completed by the next call.
  - Each attempt is written to the host's memory before it is made, and to the journal.
extends_documentation_fragment:
  - acestream.vpn.attributes
  - acestream.vpn.docker
  - acestream.vpn.state
options:
  engines:
    description:
      - The engines. Nothing else is touched.
      - The steps that M(acestream.vpn.recovery_plan) returns for engines can be given as they are.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the container.
        type: str
        required: true
        aliases: [engine]
      gluetun:
        description: Name of the Gluetun container whose network it shares.
        type: str
        required: true
        aliases: [vpn]
      started_since:
        description: It must have been started at or after this moment. Overrides O(started_since).
        type: float
        aliases: [since]
      drain_until:
        description:
          - Until this moment, seconds since the epoch, a live stream puts off what O(engines[].started_since) asks for.
          - Without it, streams do not matter. They never do for an engine that is left without a network.
        type: float
      p2p_port:
        description:
          - The P2P port that it must have, which is Gluetun's forwarded port for the forwarded engine. An engine that
            has another one is recreated with this one in its command line or in C(ACESTREAM_ARGS).
          - Without it, the engine keeps the one it has.
        type: int
      http_port:
        description:
          - Port of its HTTP API. Without it, the label C(acestream.http_port), its command line, its environment or the
            ports that it exposes tell, in this order. The default of an engine is 6878.
        type: int
      reason:
        description: Why this is asked for. It is added to the journal where the engine gets a line of its own.
        type: str
        default: ""
      kind:
        description: As M(acestream.vpn.recovery_plan) returns it. It is not used, for the module looks for itself.
        type: str
      scenario:
        description: >-
          The failure scenario that it belongs to, as M(acestream.vpn.recovery_plan) returns it. The journal keeps it,
          and the exporter counts restarts by it.
        type: str
  state:
    description:
      - V(started) is an engine that runs on its Gluetun's present network. One that runs in a namespace which Gluetun
        has left is restarted, one on the network of another container is recreated.
      - V(present) is one that is attached to the present Gluetun container, whether it runs or not.
      - V(stopped) is one that does not run.
      - V(absent) is one that is not there. Its volumes are left.
    type: str
    choices:
      - started
      - stopped
      - present
      - absent
    default: started
  started_since:
    description:
      - With O(state=started), the engines must have been started at or after this moment, seconds since the epoch on
        the Docker host's clock.
    type: float
  recreate:
    description: Whether an engine may be recreated where its network belongs to another container than the present one.
    type: str
    choices:
      - auto
      - never
    default: auto
  unless_maintenance:
    description:
      - Do nothing for an engine whose Gluetun container is in maintenance (M(acestream.vpn.maintenance)). That is
        looked up right before each engine is acted on, so that a step that was planned before the maintenance began is
        not carried out. A recreation that is under way is completed.
      - With V(false) maintenance does not matter, for it is a person who asks.
    type: bool
    default: false
  parallel:
    description: How many engines are acted on at once.
    type: int
    default: 8
  wait:
    description: With O(state=started), wait until the engines' own APIs answer and say that they are connected.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait for that, in seconds.
    type: float
    default: 30
  stop_timeout:
    description: How long an engine may take to stop before Docker kills it, in seconds.
    type: int
    default: 5
  lock_timeout:
    description: How long to wait for another run that is acting on this host, in seconds.
    type: float
    default: 120
  run:
    description: >-
      The recovery run that this is done for, as M(acestream.vpn.recovery_plan) returns it. The journal keeps it.
    type: str
attributes:
  idempotent:
    details: Restarts are desired states. A second run with the same O(started_since) finds the engines started.
seealso:
  - module: acestream.vpn.engine_info
  - module: acestream.vpn.gluetun
  - module: acestream.vpn.recovery_plan
"""

EXAMPLES = r"""
- name: These engines run on the present network of their Gluetun, and are connected
  acestream.vpn.engine:
    engines:
      - name: acestream-1
        gluetun: gluetun
      - name: acestream-2
        gluetun: gluetun

- name: Restart an engine once, and let a running stream end within ten minutes
  acestream.vpn.engine:
    engines:
      - name: acestream-1
        gluetun: gluetun
        started_since: "{{ asked_at }}"
        drain_until: "{{ asked_at + 600 }}"
        reason: "a new version of the engine's settings"

- name: Carry out what recovery_plan found due
  acestream.vpn.engine:
    engines: "{{ look.steps | selectattr('engine') }}"
    unless_maintenance: true
"""

RETURN = r"""
engines:
  description: What came of each engine, in the order in which they were given. A failure returns all of them, too.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Name of the engine.
      type: str
      sample: acestream-1
    gluetun:
      description: Name of its Gluetun container.
      type: str
      sample: gluetun
    action:
      description: >-
        What was done, or in check mode would be, one of V(none), V(start), V(unpause), V(restart), V(recreate),
        V(stop) and V(remove).
      type: str
      sample: restart
    changed:
      description: Whether its container was, or would be, touched.
      type: bool
      sample: true
    status:
      description: >-
        V(ok) if it is as it is wanted, V(held) if something must happen first that this module does not do, V(draining)
        if a live stream puts it off, V(failed) if RV(engines[].error) says what went wrong.
      type: str
      sample: ok
    reason:
      description: Why that was done, or why nothing was.
      type: str
      sample: it is left in the network namespace of an earlier start
    usable:
      description: Its API answered and said that it is connected. Null if it was not asked, or cannot be.
      type: bool
      sample: true
    error:
      description: What went wrong and what to do.
      type: str
      sample: null
    id_before:
      description: ID of its container before.
      type: str
      sample: 4c01db0b339c
    id_after:
      description: ID of its container afterwards. Another one means that it was recreated.
      type: str
      sample: 4c01db0b339c
journal:
  description: Lines that were added to the journal.
  returned: always
  type: list
  elements: str
  sample: ["2026-01-01T00:01:03.000Z INFO: Restarting 5 engines on recovered VPN [gluetun]"]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.acestream.vpn.plugins.module_utils._act.engines import EngineActor
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, connect, require_libraries
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import DockerOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.step_options import EngineStepOptions
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store, StoreError
from ansible_collections.acestream.vpn.plugins.module_utils._run.run_record import tags_of
from ansible_collections.acestream.vpn.plugins.module_utils._settings.argument_spec import (
    docker_argument_spec,
    state_argument_spec,
)
from ansible_collections.acestream.vpn.plugins.module_utils._settings.step_options_from import engine_step_options


def main() -> None:
    engine = {
        "name": {"type": "str", "required": True, "aliases": ["engine"]},
        "gluetun": {"type": "str", "required": True, "aliases": ["vpn"]},
        "started_since": {"type": "float", "aliases": ["since"]},
        "drain_until": {"type": "float"},
        "http_port": {"type": "int"},
        "p2p_port": {"type": "int"},
        "reason": {"type": "str", "default": ""},
        "kind": {"type": "str"},
        "scenario": {"type": "str"},
    }
    spec = {
        **docker_argument_spec(),
        **state_argument_spec(),
        "engines": {"type": "list", "elements": "dict", "required": True, "options": engine},
        "state": {"type": "str", "choices": ["started", "stopped", "present", "absent"], "default": "started"},
        "started_since": {"type": "float"},
        "recreate": {"type": "str", "choices": ["auto", "never"], "default": "auto"},
        "unless_maintenance": {"type": "bool", "default": False},
        "parallel": {"type": "int", "default": 8},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 30},
        "stop_timeout": {"type": "int", "default": 5},
        "lock_timeout": {"type": "float", "default": 120},
        "run": {"type": "str"},
    }
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    require_libraries(module)
    options = engine_step_options(module.params)
    check(module, options)
    store = Store(options.step.state_dir, options.step.lock_timeout)
    store.tags = tags_of(store, options.step.run)
    actor = EngineActor(connect_or_fail(module, options.docker), store, options, module.check_mode)
    problems = []
    try:
        actor.run()
    except (DockerError, StoreError) as error:
        problems.append(str(error))
    for warning in actor.warnings:
        module.warn(warning)
    result = actor.result()
    if module._diff:
        actor.see_after()
        result["diff"] = actor.diff()
    problems.extend(actor.failures())
    if problems:
        module.fail_json(msg=". ".join(problem.rstrip(".") for problem in problems), **result)
    module.exit_json(**result)


def check(module: AnsibleModule, options: EngineStepOptions) -> None:
    """End the module if its options contradict each other."""
    names = [target.engine.name for target in options.engines]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        module.fail_json(msg=f"engines: {', '.join(twice)} is given more than once")
    if options.parallel < 1:
        module.fail_json(msg="parallel must be at least 1")


def connect_or_fail(module: AnsibleModule, docker: DockerOptions):
    """The Docker client; an option that makes no sense ends the module."""
    try:
        return connect(docker)
    except DockerError as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
