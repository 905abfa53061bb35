#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: recovery_plan
short_description: Observe, judge and remember one Docker host, and plan what mends it
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - Looks at the Gluetun containers and the engines of one Docker host, judges them against what it remembers,
    writes the memory, the journal and the documents, and returns the steps that are due. It touches no container.
  - One call gives everything that a recovery run needs, so that a run with nothing to do is this one task.
  - The steps are desired states, such as "this engine must have been started at or after this moment". They are
    carried out by M(acestream.vpn.gluetun), M(acestream.vpn.engine) and M(acestream.vpn.engine_pool), which look again
    right before they act.
  - What could not be found out is never taken for a failure. It is returned in RV(ignore:problems) and RV(summary).
extends_documentation_fragment:
  - acestream.vpn.attributes
  - acestream.vpn.docker
  - acestream.vpn.host
  - acestream.vpn.host.engines
  - acestream.vpn.host.new_engine
  - acestream.vpn.host.probe
  - acestream.vpn.state
options:
  policy:
    description:
      - How patient and how bold to be. All times are seconds.
      - The keys are those of the role P(acestream.vpn.recovery#role), without their prefix C(recovery_), for
        example C(cycle_after), C(restart_after) and C(start_stopped).
    type: dict
    default: {}
  scenarios:
    description: Steps of other scenarios than these are not returned.
    type: list
    elements: str
    choices:
      - connection_loss
      - container_restart
      - port_forwarding
      - failover
    default:
      - connection_loss
      - container_restart
      - port_forwarding
      - failover
  watch_for:
    description:
      - How long after O(run_started) to go on looking while an outage is under way and no step is due, in seconds.
      - The module returns earlier as soon as a step is due, something changed or all is well. A doubt is always
        followed up, whatever is given here.
    type: float
    default: 0
  run_started:
    description:
      - When this run began, seconds since the epoch on the Docker host's clock, as an earlier call returned it.
        V(0) begins a new run.
    type: float
    default: 0
  acted:
    description: Steps were carried out since the last call. The module then stays long enough to see their effect.
    type: bool
    default: false
  reset:
    description: Forget latches and used budgets before looking.
    type: bool
    default: false
  trigger:
    description:
      - Who started the recovery run that this call belongs to, in a word of letters, digits and C(_-.:), at most 64.
        The collection's own parts say V(manual), V(schedule), V(event), V(alert), V(awx), V(semaphore) and V(drill).
      - With it, the run is kept on record in C(last_run.json), from its first call to its last, and the journal's
        lines tell it. Without it, this is a mere look, and nothing is kept of it.
    type: str
    default: ""
  yield:
    description:
      - The first call of a run ends it at once where another run of the same scope is under way on this host, and
        nothing has happened that this one may not know of. RV(left_to) names it.
      - It takes O(trigger). It is not done in check mode, nor with O(reset).
    type: bool
    default: true
attributes:
  check_mode:
    details: In check mode nothing is written, neither the memory nor the journal nor the documents.
  diff_mode:
    support: N/A
    details: The module changes nothing but its own records of what it saw.
  idempotent:
    support: full
    details: The same world, looked at twice, gives the same steps.
seealso:
  - module: acestream.vpn.gluetun
  - module: acestream.vpn.engine
  - module: acestream.vpn.engine_pool
  - module: acestream.vpn.maintenance
  - module: acestream.vpn.reset
"""

EXAMPLES = r"""
- name: What is the matter, and what would be done?
  acestream.vpn.recovery_plan:
    gluetuns:
      - name: gluetun
        api_key: "{{ vault_gluetun_api_key }}"
  register: look

- name: Say it
  ansible.builtin.debug:
    msg: "{{ look.summary }}"

- name: Follow an outage for two minutes, with a later restart than usual
  acestream.vpn.recovery_plan:
    gluetuns:
      - name: gluetun
    watch_for: 120
    policy:
      restart_after: 90
"""

RETURN = r"""
steps:
  description: What is due now, in order.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: >-
        One of V(gluetun_start), V(gluetun_cycle), V(gluetun_restart), V(engine_start), V(engine_restart),
        V(engine_recreate), V(engine_create) and V(engine_remove).
      type: str
      sample: engine_restart
    scenario:
      description: The failure scenario that it belongs to.
      type: str
      sample: container_restart
    vpn:
      description: Name of the Gluetun container.
      type: str
      sample: gluetun
    engine:
      description: Name of the engine; null where the step is for the Gluetun itself.
      type: str
      sample: acestream-1
    http_port:
      description: Port of the engine's HTTP API. Null if it is merely assumed.
      type: int
      sample: 6878
    since:
      description: The container must have been started at or after this moment, seconds since the epoch.
      type: float
      sample: 1767225600.0
    drain_until:
      description: Until then a live stream puts the step off, seconds since the epoch. Null if streams do not matter.
      type: float
      sample: 1767226200.0
    p2p_port:
      description: The P2P port that the engine must have. Null if it keeps the one it has.
      type: int
      sample: null
    reason:
      description: The evidence.
      type: str
      sample: it is left in the network namespace of an earlier start
next:
  description: What comes next, and when at the latest.
  returned: success
  type: list
  elements: dict
  sample: [{"at": 1767225660.0, "engine": null, "vpn": "gluetun", "watch": true, "what": "restart the container"}]
maintenance:
  description: The Gluetuns for which nothing is done at present, until when (seconds since the epoch), and why.
  returned: success
  type: dict
  sample: {"gluetun": {"until": 1767229200.0, "reason": "a new server is being chosen"}}
verdicts:
  description: Verdict of each Gluetun, V(healthy), V(unhealthy), V(stopped) or V(unknown).
  returned: success
  type: dict
  sample: {"gluetun": "healthy"}
engines:
  description: Each engine, whether it may get a new stream, and why not.
  returned: success
  type: dict
  sample: {"acestream-1": {"gluetun": "gluetun", "reason": "", "shown": true}}
problems:
  description: Evidence that was missing, what failed and what to do.
  returned: success
  type: list
  elements: str
  sample: ["gluetun: the control server refused GET /v1/vpn/status: add this route to the role of the API key"]
journal:
  description: Lines that this call added to the journal.
  returned: success
  type: list
  elements: str
  sample: ["2026-01-01T00:00:00.000Z WARN: Gluetun VPN became unhealthy [gluetun]"]
summary:
  description: What was seen and done since the run began, how things are now, and what comes next.
  returned: success
  type: list
  elements: str
  sample: ["gluetun gluetun: healthy (egress works); 3 of 3 engines available"]
table:
  description: How things are now, as the lines of a table that fits 80 columns as Ansible prints it.
  returned: success
  type: list
  elements: str
settled:
  description: There is nothing to do, and nothing worth waiting for.
  returned: success
  type: bool
  sample: true
go_on:
  description: The run should act on RV(steps), if any, and call again.
  returned: success
  type: bool
  sample: false
left_to:
  description: The run that this one left everything to, by the moment of its beginning. Null if it did not.
  returned: success
  type: str
  sample: null
run:
  description: The run, for those who carry out its steps. Null if nothing is kept of it.
  returned: success
  type: str
  sample: run-1767225600.000000
run_started:
  description: When this run began, to be given to the next call.
  returned: success
  type: float
  sample: 1767225600.0
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_spec import SpecError, complete
from ansible_collections.acestream.vpn.plugins.module_utils._host.clock import now
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, connect, require_libraries
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy, PolicyError
from ansible_collections.acestream.vpn.plugins.module_utils._model.run_history import TRIGGER
from ansible_collections.acestream.vpn.plugins.module_utils._model.step_options import RunOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import SCENARIOS
from ansible_collections.acestream.vpn.plugins.module_utils._observe.host import observer
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store, StoreError
from ansible_collections.acestream.vpn.plugins.module_utils._run.converge import Convergence
from ansible_collections.acestream.vpn.plugins.module_utils._run.report import report
from ansible_collections.acestream.vpn.plugins.module_utils._run.this_run import ThisRun
from ansible_collections.acestream.vpn.plugins.module_utils._settings.argument_spec import (
    host_argument_spec,
    new_engine_argument_spec,
)
from ansible_collections.acestream.vpn.plugins.module_utils._settings.preflight import PreflightError, check, check_pool
from ansible_collections.acestream.vpn.plugins.module_utils._settings.step_options_from import run_options


def main() -> None:
    spec = host_argument_spec()
    scenarios = list(SCENARIOS)
    spec.update(
        policy={"type": "dict", "default": {}},
        scenarios={"type": "list", "elements": "str", "choices": scenarios, "default": scenarios},
        watch_for={"type": "float", "default": 0},
        run_started={"type": "float", "default": 0},
        acted={"type": "bool", "default": False},
        engine={"type": "dict", "options": new_engine_argument_spec()},
        reset={"type": "bool", "default": False},
        trigger={"type": "str", "default": ""},
    )
    spec["yield"] = {"type": "bool", "default": True}
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    require_libraries(module)
    options = run_options(module.params)
    check_trigger(module, options.trigger)
    try:
        client = connect(options.host.docker)
        store = Store(options.host.state_dir)
        moment = now(client, options.host.docker, options.host.probe.evidence_timeout)
        run = None
        if options.trigger and not module.check_mode:
            run = ThisRun(store, options, options.run_started or moment)
        try:
            host = convergence(options, client, store, module.check_mode)
            result = report(host, store, options, moment, run)
        except Exception:
            if run is not None:
                run.fails(moment)
            raise
    except PolicyError as error:
        module.fail_json(msg=f"policy: {error}")
    except (PreflightError, SpecError, DockerError, StoreError) as error:
        module.fail_json(msg=str(error))
    for warning in host.warnings:
        module.warn(warning)
    module.exit_json(changed=False, **result)


def check_trigger(module: AnsibleModule, trigger: str) -> None:
    """End the module if what may come from an alert is more than a word."""
    if trigger and not TRIGGER.fullmatch(trigger):
        module.fail_json(
            msg="trigger (recovery_trigger) may hold letters, digits, '_', '-', '.' and ':' alone, and 64 of them at "
            "most: give a word such as manual, schedule or alert"
        )


def convergence(options: RunOptions, client: Any, store: Store, check_mode: bool) -> Convergence:
    """What looks at the host, once the options were checked.

    :raises PreflightError, PolicyError, SpecError: they make no sense.
    """
    check(options.host)
    policy = Policy.from_dict(dict(options.policy))
    check_pool(options.host.gluetuns, policy)
    if policy.min_replicas:
        # Whoever has a pool should learn today that it could not grow, and not in the next outage.
        complete(options.engine)
    look = observer(client, options.host, store.remembered)
    return Convergence(look, store, policy, read_only=check_mode, reset=options.reset)


if __name__ == "__main__":
    main()
