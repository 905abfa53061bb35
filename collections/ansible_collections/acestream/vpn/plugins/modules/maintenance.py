#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: maintenance
short_description: Have nothing done for a while, for some Gluetun containers or a whole Docker host
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - While a maintenance lasts, every run and every other program of this collection observes, judges and publishes as
    always, and does nothing for that Gluetun nor its engines, whoever started it.
  - It ends by itself. What is due then is judged afresh, and done. It can be ended early.
  - It is kept in the host's memory, and touches no container. A clock that is set while it lasts makes it neither
    longer nor shorter. After a reboot of the host the host's clock decides, but what is left is never taken for more
    than the whole length.
  - Before it returns, the module waits for a step that another run had begun, so that none is under way afterwards.
  - A person who calls M(acestream.vpn.gluetun) or M(acestream.vpn.engine) directly is not held back.
extends_documentation_fragment:
  - acestream.vpn.attributes
  - acestream.vpn.docker
  - acestream.vpn.state
options:
  gluetuns:
    description:
      - Names of the Gluetun containers that are meant, their engines with them. Without any, the whole host.
      - With O(state=ended) and none, every maintenance on the host is ended.
    type: list
    elements: str
    default: []
  declared:
    description:
      - Names of all Gluetun containers of the host. One in O(gluetuns) that is not among them is refused.
      - Without it, those that an earlier run has seen are all that there are.
    type: list
    elements: str
    default: []
  state:
    description: V(active) has nothing done from now on, V(ended) ends that early.
    type: str
    choices:
      - active
      - ended
    default: active
  minutes:
    description: How long it lasts, from now on. Either this or O(until) is needed with O(state=active).
    type: float
  until:
    description: When it ends, as date, time and offset from UTC, such as V(2026-01-31T18:00:00Z).
    type: str
  reason:
    description: Why. It is shown wherever somebody could wonder why nothing is done.
    type: str
    default: ""
  lock_timeout:
    description: How long to wait for another run that is acting on this host, in seconds.
    type: float
    default: 60
attributes:
  idempotent:
    support: partial
    details:
      - With O(until), a second call changes nothing. With O(minutes), one within a minute of the first changes
        nothing, and a later one moves the end.
seealso:
  - module: acestream.vpn.recovery_plan
  - module: acestream.vpn.reset
"""

EXAMPLES = r"""
- name: Leave one VPN alone for an hour
  acestream.vpn.maintenance:
    gluetuns:
      - gluetun
    minutes: 60
    reason: a new server is being chosen

- name: Leave the whole host alone until the evening
  acestream.vpn.maintenance:
    until: "2026-01-31T18:00:00+01:00"
    reason: the disk is being replaced

- name: It went faster
  acestream.vpn.maintenance:
    state: ended
"""

RETURN = r"""
maintenance:
  description:
    - What is under way now, by the name of the Gluetun container or V(the whole host), each with its end and the
      reason.
  returned: success
  type: dict
  sample: {"gluetun": {"until": "2026-01-01T01:00:00.000Z", "reason": "a new server is being chosen"}}
summary:
  description: The same in words.
  returned: success
  type: list
  elements: str
  sample: ["gluetun: in maintenance until 2026-01-01T01:00:00.000Z (a new server is being chosen)"]
journal:
  description: Lines that were added to the journal.
  returned: success
  type: list
  elements: str
  sample:
    - "2026-01-01T00:00:00.000Z INFO: Maintenance begins: until 2026-01-01T01:00:00.000Z nothing is done [gluetun]"
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.acestream.vpn.plugins.module_utils._host import clock
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import (
    DockerError,
    connect,
    is_local,
    require_libraries,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.maintenance_window import Moment
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import DockerOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.order_options import MaintenanceOptions
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store, StoreError
from ansible_collections.acestream.vpn.plugins.module_utils._run.orders import (
    OrderError,
    OrderRunner,
    check_names,
    end_of,
    side,
    summarise,
)
from ansible_collections.acestream.vpn.plugins.module_utils._settings.argument_spec import (
    docker_argument_spec,
    state_argument_spec,
)
from ansible_collections.acestream.vpn.plugins.module_utils._settings.step_options_from import maintenance_options


def main() -> None:
    spec = {
        **docker_argument_spec(),
        **state_argument_spec(),
        "gluetuns": {"type": "list", "elements": "str", "default": []},
        "declared": {"type": "list", "elements": "str", "default": []},
        "state": {"type": "str", "choices": ["active", "ended"], "default": "active"},
        "minutes": {"type": "float"},
        "until": {"type": "str"},
        "reason": {"type": "str", "default": ""},
        "lock_timeout": {"type": "float", "default": 60},
    }
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    options = maintenance_options(module.params)
    orders = OrderRunner(Store(options.state_dir), module.check_mode)
    try:
        moment = clock.moment(client(module, options.docker), options.docker)
        give(orders, options, moment)
    except (OrderError, DockerError, StoreError) as error:
        module.fail_json(msg=str(error))
    for warning in orders.warnings:
        module.warn(warning)
    result = {
        "changed": orders.changed,
        "journal": orders.journal,
        "maintenance": side(orders.after, moment),
        "summary": summarise(orders.after, moment),
    }
    if module._diff:
        result["diff"] = {"before": side(orders.before, moment), "after": result["maintenance"]}
    module.exit_json(**result)


def give(orders: OrderRunner, options: MaintenanceOptions, moment: Moment) -> None:
    """Give the order that the options say.

    :raises OrderError: they make no sense.
    """
    names = options.gluetuns or (maintenance_window.HOST,)
    until = None if options.state == "ended" else end_of(options.minutes, options.until, moment.at)

    def change(memory: Memory):
        check_names(options.gluetuns, options.declared, memory)
        if until is None:
            return maintenance_window.lift(memory, names, moment)
        return maintenance_window.put(memory, names, until, " ".join(options.reason.split()), moment)

    orders.give(change)
    if until is not None:
        orders.wait_for_others(options.lock_timeout)
        return
    for name in options.gluetuns:
        rest = maintenance_window.of(orders.after, name, moment)
        if rest is not None:
            orders.warnings.append(
                f"{name}: the whole host is still {maintenance_window.describe(rest)}: end that as well"
            )


def client(module: AnsibleModule, docker: DockerOptions):
    """Docker is asked for nothing but its host's clock, and only where that is not this machine's."""
    if is_local(docker):
        return None
    require_libraries(module)
    return connect(docker)


if __name__ == "__main__":
    main()
