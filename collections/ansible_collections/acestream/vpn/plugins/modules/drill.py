#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: drill
short_description: Break one part of a deployment on purpose, and tell how it recovered
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - With O(phase=break) it breaks the one part that is named. B(This interrupts streams.) The playbook
    C(acestream.vpn.drill) asks before, refuses where no other VPN would serve, and has the recovery mend it.
  - With O(phase=report) it reads from the journal what came of it and when.
  - With O(phase=undo) it takes back what the drill itself has broken, for a recovery that did not come in time.
extends_documentation_fragment:
  - acestream.vpn.attributes
  - acestream.vpn.docker
  - acestream.vpn.state
options:
  name:
    description: Name of the Gluetun container.
    type: str
    required: true
  part:
    description:
      - V(tunnel) has the control server stop the tunnel. The recovery cycles it.
      - V(gluetun) restarts the container. Its engines are left without a network, and the recovery restarts them.
      - V(port) has the control server stop and start the tunnel, so that Gluetun obtains a forwarded port anew.
    type: str
    required: true
    choices:
      - tunnel
      - gluetun
      - port
  phase:
    description: What to do.
    type: str
    choices:
      - break
      - undo
      - report
    default: break
  since:
    description: With O(phase=report), when the drill began, as O(phase=break) returned it in RV(at).
    type: float
    default: 0
  control_url:
    description: Where its control server is. Without it, the container's own address is used, with O(control_port).
    type: str
  control_port:
    description: Port of the control server at the container's own address.
    type: int
    default: 8000
  api_key:
    description: API key. It is never shown.
    type: str
  username:
    description: User name, where the control server uses basic authentication.
    type: str
  password:
    description: Password, where the control server uses basic authentication. It is never shown.
    type: str
  probe_timeout:
    description: How long one answer of the control server may take, in seconds.
    type: float
    default: 2.0
  stop_timeout:
    description: How long the container may take to stop before Docker kills it, in seconds.
    type: int
    default: 10
attributes:
  check_mode:
    details: In check mode nothing is broken, and nothing is written to the journal.
  diff_mode:
    support: none
    details: What it breaks has no state that a difference could show.
  idempotent:
    support: none
    details: Each call breaks the part again.
seealso:
  - module: acestream.vpn.recovery_plan
"""

EXAMPLES = r"""
- name: Stop the tunnel of one of two VPNs
  acestream.vpn.drill:
    name: gluetun1
    part: tunnel
    api_key: "{{ vault_gluetun_api_key }}"
  register: broken

- name: How it recovered
  acestream.vpn.drill:
    name: gluetun1
    part: tunnel
    phase: report
    since: "{{ broken.at }}"
"""

RETURN = r"""
at:
  description: When it was broken, seconds since the epoch on the Docker host's clock.
  returned: success
  type: float
  sample: 1767225600.0
done:
  description: What was done, in words.
  returned: with O(phase=break) and O(phase=undo)
  type: str
  sample: the tunnel of gluetun1 was stopped
rows:
  description: The stages of the recovery in their order.
  returned: with O(phase=report)
  type: list
  elements: dict
  contains:
    stage:
      description: What happened.
      type: str
      sample: engines hidden
    seconds:
      description: When, in seconds since the drill began.
      type: float
      sample: 2.3
    expected:
      description: When the specification expects it, in seconds.
      type: str
      sample: 5-10
    message:
      description: The line of the journal.
      type: str
      sample: Hiding 4 engines assigned to unhealthy VPN
summary:
  description: The same in words.
  returned: with O(phase=report)
  type: list
  elements: str
  sample: ["2.3 s: engines hidden"]
others:
  description: What the journal told of engines of other VPNs that were lost meanwhile.
  returned: with O(phase=report)
  type: list
  elements: str
  sample: []
journal:
  description: The journal's lines since the drill began.
  returned: with O(phase=report)
  type: list
  elements: str
"""

from typing import Any, Dict

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.acestream.vpn.plugins.module_utils._act.drill import DrillError, break_part, undo
from ansible_collections.acestream.vpn.plugins.module_utils._host import clock
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, connect, require_libraries
from ansible_collections.acestream.vpn.plugins.module_utils._model.step_options import DrillOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import INFO, WARN, Transition, timestamp
from ansible_collections.acestream.vpn.plugins.module_utils._publish.drill_report import BEGINS, ENDS, PARTS, tell
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store, StoreError
from ansible_collections.acestream.vpn.plugins.module_utils._settings.argument_spec import (
    docker_argument_spec,
    gluetun_argument_spec,
    state_argument_spec,
)
from ansible_collections.acestream.vpn.plugins.module_utils._settings.step_options_from import drill_options


def main() -> None:
    spec = {
        **docker_argument_spec(),
        **state_argument_spec(),
        **gluetun_argument_spec(),
        "part": {"type": "str", "required": True, "choices": list(PARTS)},
        "phase": {"type": "str", "choices": ["break", "undo", "report"], "default": "break"},
        "since": {"type": "float", "default": 0},
        "probe_timeout": {"type": "float", "default": 2.0},
        "stop_timeout": {"type": "int", "default": 10},
    }
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    require_libraries(module)
    try:
        module.exit_json(**run(drill_options(module.params), module.check_mode))
    except (DrillError, DockerError, StoreError) as error:
        module.fail_json(msg=f"{module.params['name']}: {error}")


def run(drill: DrillOptions, check_mode: bool) -> Dict[str, Any]:
    """Do one phase.

    :raises DrillError: the part could not be broken.
    """
    client, store = connect(drill.docker), Store(drill.state_dir)
    now, name = clock.now(client, drill.docker), drill.gluetun.name
    if drill.phase == "report":
        if not check_mode:
            store.note([Transition(now, INFO, ENDS, "Drill ends", name)])
        told = tell(store.events_since(drill.since), drill.since, name)
        return {
            "changed": False,
            "at": drill.since,
            "rows": told.rows,
            "summary": [f"{row['seconds']} s: {row['stage']}" for row in told.rows],
            "others": told.others,
            "journal": store.journal_since(timestamp(drill.since)),
        }
    breaks = drill.phase == "break"
    if check_mode:
        return {"changed": True, "at": now, "done": f"{drill.part} of {name} would be broken" if breaks else ""}
    message = f"Drill begins: the {drill.part} is broken on purpose"
    if breaks:
        store.note([Transition(now, WARN, BEGINS, message, name)])
    try:
        done = break_part(client, drill) if breaks else undo(client, drill)
    except (DrillError, DockerError) as error:
        store.note([Transition(clock.now(client, drill.docker), WARN, ENDS, f"Drill ends: {error}", name)])
        raise
    return {"changed": True, "at": now, "done": done}


if __name__ == "__main__":
    main()
