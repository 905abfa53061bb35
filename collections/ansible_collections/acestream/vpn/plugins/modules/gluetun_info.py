#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: gluetun_info
short_description: Look at Gluetun containers and judge them
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - Gathers all evidence about one or more Gluetun containers in parallel (the container, egress through the tunnel,
    DNS, the tunnel's status, public IP, forwarded port, version) and judges it as M(acestream.vpn.recovery_plan) does.
  - Nothing is changed and nothing is written. A second opinion, such as two failures in a row, comes from the memory
    that the recovery runs keep in O(state_dir).
  - A world that is broken is no error. What could not be found out is V(unknown) or null, and RV(gluetuns[].problems)
    says what failed and what to do.
extends_documentation_fragment:
  - acestream.vpn.attributes
  - acestream.vpn.attributes.info
  - acestream.vpn.docker
  - acestream.vpn.host
  - acestream.vpn.host.engines
  - acestream.vpn.host.probe
  - acestream.vpn.state
seealso:
  - module: acestream.vpn.engine_info
  - module: acestream.vpn.recovery_plan
"""

EXAMPLES = r"""
- name: Look at a Gluetun
  acestream.vpn.gluetun_info:
    gluetuns:
      - name: gluetun
        api_key: "{{ vault_gluetun_api_key }}"
  register: vpn

- name: Stop here unless the VPN carries traffic
  ansible.builtin.assert:
    that: vpn.gluetuns[0].verdict == 'healthy'
    fail_msg: "{{ vpn.gluetuns[0].why }}; {{ vpn.gluetuns[0].problems | join('; ') }}"

- name: Look at two, with the control server of one on a published port
  acestream.vpn.gluetun_info:
    gluetuns:
      - name: gluetun1
        control_url: http://127.0.0.1:8000
        username: acestream
        password: "{{ vault_gluetun_password }}"
      - name: gluetun2
    egress_targets:
      - 9.9.9.9:443
      - 1.1.1.1:443
"""

RETURN = r"""
gluetuns:
  description: Evidence and verdict of each Gluetun, in the order given.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the container.
      type: str
      sample: gluetun
    verdict:
      description: V(healthy), V(unhealthy), V(stopped) or V(unknown).
      type: str
      sample: healthy
    why:
      description: The evidence that decided.
      type: str
      sample: egress works
    starting:
      description: It has just been started and has no tunnel yet. The verdict is then the one from before.
      type: bool
      sample: false
    in_doubt:
      description: A probe failed, and one failure does not suffice for another verdict.
      type: bool
      sample: false
    seen:
      description: Docker answered about it. Only then does a null for RV(gluetuns[].container) mean that it is absent.
      type: bool
      sample: true
    container:
      description: The container as Docker describes it, null if there is none. Times are seconds since the epoch.
      type: dict
      sample:
        error: ""
        exit_code: 0
        finished_at: null
        health: healthy
        id: 1e5dd1e194483063cf6261c2faed238a1b32aab14c2d742be872be343b4a41eb
        image: qmcgaw/gluetun:v3.41.0
        name: gluetun
        network_mode: bridge
        pid: 659
        restart_policy: unless-stopped
        started_at: 1767225600.25
        state: running
    netns:
      description: Identity of its network namespace (device and inode), null where it cannot be seen.
      type: str
      sample: "4:4026532260"
    egress:
      description: A connection through the tunnel to a server beyond it, V(ok), V(failed) or V(unknown).
      type: str
      sample: ok
    dns:
      description: A query to the resolver that the namespace uses, V(ok), V(failed) or V(unknown).
      type: str
      sample: ok
    tunnel_interface:
      description: Whether the namespace holds an interface of a VPN, null if not known.
      type: bool
      sample: true
    api:
      description:
        - What became of asking its control server, V(ok), V(unauthorised), V(error), V(timeout), V(unreachable),
          V(garbage) or V(unasked).
        - V(unauthorised) is an error of configuration. RV(gluetuns[].problems) names the route that the role lacks.
      type: str
      sample: ok
    tunnel_status:
      description: >-
        V(starting), V(running), V(stopping), V(stopped) or V(crashed), as its control server says, null if it does not.
      type: str
      sample: running
    public_ip:
      description: The public IP as its control server has it, empty where it knows none, null where it did not say.
      type: str
      sample: 203.0.113.7
    country:
      description: Where that address is, if it is known.
      type: str
      sample: Switzerland
    city:
      description: Where that address is, if it is known.
      type: str
      sample: Zurich
    region:
      description: Where that address is, if it is known.
      type: str
      sample: Zurich
    forwarded_port:
      description: The forwarded port, V(0) where none is, null where it is not known.
      type: int
      sample: 45001
    version:
      description: Version of Gluetun, from its image's label or its control server.
      type: str
      sample: v3.41.0
    meant:
      description: Where there is no container of that name, the one that was probably meant; empty where none is.
      type: str
      sample: ""
    problems:
      description: One sentence for each piece of evidence that is missing, saying what failed and what to do.
      type: list
      elements: str
      sample: []
problems:
  description:
    - What concerns the whole host, such as a Docker daemon that does not answer, or a container that would be an engine
      and belongs to no Gluetun that is declared.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.acestream.vpn.plugins.module_utils._run.info import gluetuns, run
from ansible_collections.acestream.vpn.plugins.module_utils._settings.argument_spec import host_argument_spec


def main() -> None:
    run(AnsibleModule(argument_spec=host_argument_spec(), supports_check_mode=True), gluetuns)


if __name__ == "__main__":
    main()
