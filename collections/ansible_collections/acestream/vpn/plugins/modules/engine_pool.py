#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: engine_pool
short_description: Keep a number of engines, spread evenly over the Gluetun containers that work
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - Creates the engines that the pool lacks and removes those that are too many, after looking at the host and judging
    it afresh under the host's lock. What is there and does not work is left to M(acestream.vpn.engine).
  - The engines are spread over the Gluetun containers that work, so that their numbers differ by one at most. Nothing
    is created on one that has failed, or of which nothing is known.
  - Each Gluetun container with a forwarded port has one engine with that port.
  - Names and ports are the lowest that are free, and stay. A pool that is as it should be is left as it is.
  - An engine is removed only if it carries O(pool_label), is not the forwarded one, all others do their part, and it
    was hidden from new streams for 5 seconds. One with live streams is drained first, for O(policy) C(drain_timeout)
    at most. Its volumes are left.
  - A container that is there already and has no engine label is never touched.
extends_documentation_fragment:
  - acestream.vpn.attributes
  - acestream.vpn.docker
  - acestream.vpn.host
  - acestream.vpn.host.engines
  - acestream.vpn.host.new_engine
  - acestream.vpn.host.probe
  - acestream.vpn.state
options:
  min_replicas:
    description: How many engines there are to be. All engines of O(gluetuns) count, whoever made them.
    type: int
    required: true
  failover_capacity:
    description:
      - V(replace) has the other Gluetun containers take over the share of one that failed.
      - V(none) has them keep their own, so that there are fewer engines until it is back.
    type: str
    choices:
      - replace
      - none
    default: replace
  failback_delay:
    description: How long a Gluetun container must have been healthy again before it gets its share back, in seconds.
    type: float
    default: 60
  policy:
    description: As of M(acestream.vpn.recovery_plan).
    type: dict
    default: {}
  parallel:
    description: How many engines are acted on at once.
    type: int
    default: 8
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
    details: >-
      A second run finds the pool as it should be. While an engine has to be hidden for a moment or drained before it
      may go, RV(next) says until when, and a later run removes it.
seealso:
  - module: acestream.vpn.engine
  - module: acestream.vpn.recovery_plan
"""

EXAMPLES = r"""
- name: Eight engines on two VPNs, four on each
  acestream.vpn.engine_pool:
    gluetuns:
      - name: gluetun1
        api_key: "{{ vault_gluetun_api_key }}"
        ports: 19000-19499
      - name: gluetun2
        api_key: "{{ vault_gluetun_api_key }}"
        ports: 19500-19999
    min_replicas: 8
    engine:
      variant: krinkuto11-amd64
      memory: 512m

- name: An image of your own
  acestream.vpn.engine_pool:
    gluetuns:
      - name: gluetun
        ports: 19000-19099
    min_replicas: 3
    engine:
      image: registry.example.com/acestream:3.2.11
      command:
        - /opt/acestream/start
        - --http-port
        - "{http_port}"
        - --https-port
        - "{https_port}"
        - --port
        - "{p2p_port}"
      volumes:
        - acestream-cache:/cache
"""

RETURN = r"""
created:
  description: The engines that were, or in check mode would be, created.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Name of the engine.
      type: str
      sample: acestream-5
    gluetun:
      description: Name of its Gluetun container.
      type: str
      sample: gluetun2
    http_port:
      description: Port of its HTTP API.
      type: int
      sample: 19512
    https_port:
      description: Port of its HTTPS API.
      type: int
      sample: 19513
    p2p_port:
      description: Its P2P port.
      type: int
      sample: 19514
    forwarded:
      description: It has Gluetun's forwarded port.
      type: bool
      sample: false
    host_http_port:
      description: Where Docker publishes its HTTP port on the host. Null if it does not.
      type: int
      sample: 19512
removed:
  description: Names of the engines that were, or in check mode would be, removed.
  returned: always
  type: list
  elements: str
  sample: [acestream-8]
next:
  description: What comes next, and when at the latest, as M(acestream.vpn.recovery_plan) returns it.
  returned: always
  type: list
  elements: dict
journal:
  description: Lines that were added to the journal.
  returned: always
  type: list
  elements: str
  sample: ["2026-01-01T00:00:03.000Z INFO: Provisioning 1 engine on healthy VPN: acestream-5 [gluetun2]"]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_spec import SpecError, complete
from ansible_collections.acestream.vpn.plugins.module_utils._act.pool import PoolActor
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, connect, require_libraries
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import CAPACITY_CHOICES, Policy, PolicyError
from ansible_collections.acestream.vpn.plugins.module_utils._observe.host import observer
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store, StoreError
from ansible_collections.acestream.vpn.plugins.module_utils._run.converge import Convergence
from ansible_collections.acestream.vpn.plugins.module_utils._run.run_record import tags_of
from ansible_collections.acestream.vpn.plugins.module_utils._settings.argument_spec import (
    host_argument_spec,
    new_engine_argument_spec,
)
from ansible_collections.acestream.vpn.plugins.module_utils._settings.preflight import PreflightError, check, check_pool
from ansible_collections.acestream.vpn.plugins.module_utils._settings.step_options_from import pool_options


def main() -> None:
    spec = host_argument_spec()
    spec.update(
        min_replicas={"type": "int", "required": True},
        failover_capacity={"type": "str", "choices": list(CAPACITY_CHOICES), "default": "replace"},
        failback_delay={"type": "float", "default": 60},
        policy={"type": "dict", "default": {}},
        engine={"type": "dict", "options": new_engine_argument_spec()},
        parallel={"type": "int", "default": 8},
        stop_timeout={"type": "int", "default": 5},
        lock_timeout={"type": "float", "default": 120},
        run={"type": "str"},
    )
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    require_libraries(module)
    options = pool_options(module.params)
    try:
        policy = Policy.from_dict(dict(options.policy))
        check(options.host)
        check_pool(options.host.gluetuns, policy)
        engine = complete(options.engine)
        client, store = connect(options.host.docker), Store(options.step.state_dir, options.step.lock_timeout)
        store.tags = tags_of(store, options.step.run)
        look = observer(client, options.host, store.remembered)
        host = Convergence(look, store, policy, read_only=module.check_mode)
        actor = PoolActor(client, host.look, store, engine, options)
    except PolicyError as error:
        module.fail_json(msg=f"policy: {error}")
    except (PreflightError, SpecError, DockerError) as error:
        module.fail_json(msg=str(error))
    act(module, actor, host)


def act(module: AnsibleModule, actor: PoolActor, host: Convergence) -> None:
    """Do what is due, and end the module."""
    problems = []
    try:
        actor.run(module.check_mode)
    except (PreflightError, DockerError, StoreError) as error:
        problems.append(str(error))
    for warning in host.warnings:
        module.warn(warning)
    result = actor.result()
    result["journal"] = host.journal + result["journal"]
    if module._diff:
        created = {place.name: {"state": "running", "gluetun": place.gluetun} for place in actor.created}
        there = {name: {"state": "running"} for name in actor.removed}
        result["diff"] = {
            "before": {**{name: {"state": "absent"} for name in created}, **there},
            "after": {**created, **{name: {"state": "absent"} for name in there}},
        }
    problems.extend(actor.failures)
    if problems:
        module.fail_json(msg=". ".join(problem.rstrip(".") for problem in problems), **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
