#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: reset
short_description: Have tried again what was given up
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - A Gluetun or an engine that could not be mended within its budget of attempts is latched, and nothing more is done
    for it. This module forgets latches and used budgets, and says which. The next run then tries what is due at once,
    and after that at its usual intervals.
  - It does what the option O(acestream.vpn.recovery_plan#module:reset) of M(acestream.vpn.recovery_plan) does before
    it looks, and it touches no container.
extends_documentation_fragment:
  - acestream.vpn.attributes
  - acestream.vpn.docker
  - acestream.vpn.state
options:
  gluetuns:
    description: Names of the Gluetun containers that are meant, their engines with them. Without any, all of them.
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
seealso:
  - module: acestream.vpn.recovery_plan
  - module: acestream.vpn.maintenance
"""

EXAMPLES = r"""
- name: The provider is back, try again
  acestream.vpn.reset:
    gluetuns:
      - gluetun
"""

RETURN = r"""
forgotten:
  description: Of whom something was forgotten.
  returned: success
  type: list
  elements: dict
  contains:
    gluetun:
      description: Name of the Gluetun container.
      type: str
      sample: gluetun
    engine:
      description: Name of the engine; null where it is the Gluetun itself.
      type: str
      sample: acestream-1
    latched:
      description: It had been given up.
      type: bool
      sample: true
    attempts:
      description: How many attempts counted against its budget.
      type: int
      sample: 5
journal:
  description: Lines that were added to the journal.
  returned: success
  type: list
  elements: str
  sample:
    - >-
      2026-01-01T00:00:00.000Z WARN: Reset by a person, budgets and latches are forgotten: the VPN itself, latched,
      5 attempts [gluetun]
"""

from dataclasses import asdict
from typing import List

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.acestream.vpn.plugins.module_utils._assess.reset import Forgotten, forget
from ansible_collections.acestream.vpn.plugins.module_utils._host import clock
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import (
    DockerError,
    connect,
    is_local,
    require_libraries,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import DockerOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.order_options import ResetOptions
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store, StoreError
from ansible_collections.acestream.vpn.plugins.module_utils._run.orders import OrderError, OrderRunner, check_names
from ansible_collections.acestream.vpn.plugins.module_utils._settings.argument_spec import (
    docker_argument_spec,
    state_argument_spec,
)
from ansible_collections.acestream.vpn.plugins.module_utils._settings.step_options_from import reset_options


def main() -> None:
    spec = {
        **docker_argument_spec(),
        **state_argument_spec(),
        "gluetuns": {"type": "list", "elements": "str", "default": []},
        "declared": {"type": "list", "elements": "str", "default": []},
    }
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    options = reset_options(module.params)
    orders = OrderRunner(Store(options.state_dir), module.check_mode)
    try:
        forgotten = give(orders, options, clock.now(client(module, options.docker), options.docker))
    except (OrderError, DockerError, StoreError) as error:
        module.fail_json(msg=str(error))
    for warning in orders.warnings:
        module.warn(warning)
    result = {"changed": orders.changed, "journal": orders.journal, "forgotten": [asdict(item) for item in forgotten]}
    if module._diff:
        before = {item.engine or item.gluetun: str(item) for item in forgotten}
        result["diff"] = {"before": before, "after": dict.fromkeys(before, "a fresh budget")}
    module.exit_json(**result)


def give(orders: OrderRunner, options: ResetOptions, now: float) -> List[Forgotten]:
    """Forget what the options say, and return it.

    :raises OrderError: a name is not known.
    """
    forgotten: List[Forgotten] = []

    def change(memory: Memory):
        check_names(options.gluetuns, options.declared, memory)
        after, said, found = forget(memory, options.gluetuns or None, now)
        forgotten.extend(found)
        return after, said

    orders.give(change)
    return forgotten


def client(module: AnsibleModule, docker: DockerOptions):
    """Docker is asked for nothing but its host's clock, and only where that is not this machine's."""
    if is_local(docker):
        return None
    require_libraries(module)
    return connect(docker)


if __name__ == "__main__":
    main()
