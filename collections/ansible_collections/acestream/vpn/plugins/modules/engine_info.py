#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: engine_info
short_description: Look at the AceStream engines of a Docker host
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - Finds the engines of a host's Gluetun containers, by label, by a filter of labels or as declared, and gathers in
    parallel what there is to know of each, namely its container, whether it lives in its Gluetun's network namespace,
    its ports, version and connection, and how many clients it serves.
  - Engines are asked from inside their own network namespace, so that no port has to be published.
  - Nothing is changed and nothing is written. Whether an engine may get a new stream is judged as
    M(acestream.vpn.recovery_plan) does, by the memory that the recovery runs keep in O(state_dir).
  - A container that merely shares a Gluetun's network, with neither label nor declaration, is not looked at.
extends_documentation_fragment:
  - acestream.vpn.attributes
  - acestream.vpn.attributes.info
  - acestream.vpn.docker
  - acestream.vpn.host
  - acestream.vpn.host.engines
  - acestream.vpn.host.probe
  - acestream.vpn.state
seealso:
  - module: acestream.vpn.gluetun_info
  - module: acestream.vpn.engine
"""

EXAMPLES = r"""
- name: Look at the engines of one Gluetun
  acestream.vpn.engine_info:
    gluetuns:
      - name: gluetun
  register: pool

- name: Which of them serve somebody?
  ansible.builtin.debug:
    msg: "{{ pool.engines | selectattr('streams') | map(attribute='name') }}"

- name: Which of them were left behind by a restart of their Gluetun?
  ansible.builtin.debug:
    msg: "{{ pool.engines | selectattr('joined', 'equalto', false) | map(attribute='name') }}"

- name: Look at one that carries no label
  acestream.vpn.engine_info:
    gluetuns:
      - name: gluetun
    engines:
      - name: my-engine
        gluetun: gluetun
        http_port: 6878
"""

RETURN = r"""
engines:
  description: Each engine.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the container.
      type: str
      sample: acestream-1
    gluetun:
      description: Name of the Gluetun that it is assigned to.
      type: str
      sample: gluetun
    joined:
      description: Whether it lives in its Gluetun's network namespace, null if that is not known.
      type: bool
      sample: true
    shown:
      description: Whether it may get a new stream.
      type: bool
      sample: true
    reason:
      description: Why it may not.
      type: str
      sample: its VPN is not healthy
    seen:
      description: Docker answered about it. Only then does a null for RV(engines[].container) mean that it is absent.
      type: bool
      sample: true
    container:
      description: The container as Docker describes it, null if there is none. Times are seconds since the epoch.
      type: dict
      sample:
        error: ""
        exit_code: 0
        finished_at: null
        health: none
        id: a2e51925f0d0605141131e48d2a8a0fc65f5d617903fa2b08171e1e7b49464c1
        image: ghcr.io/krinkuto11/nano-ace:latest
        name: acestream-1
        network_mode: container:1e5dd1e194483063cf6261c2faed238a1b32aab14c2d742be872be343b4a41eb
        pid: 839
        restart_policy: unless-stopped
        started_at: 1767225610.5
        state: running
    netns:
      description: Identity of its network namespace (device and inode), null where it cannot be seen.
      type: str
      sample: "4:4026532260"
    http_port:
      description: Port of its HTTP API. Null if one was merely assumed and is that of another engine.
      type: int
      sample: 19000
    http_port_from:
      description: >-
        What told RV(engines[].http_port), one of V(declared), V(label), V(command), V(variable) (of its environment,
        with options such as C(--http-port 19000) or the number alone), V(exposed) (the only port that its container
        exposes and that may be it) and V(default) (6878, for nothing told). Empty if its container was not seen.
      type: str
      sample: label
    http_port_assumed:
      description: >-
        Whether RV(engines[].http_port) may be wrong, for it comes from the variable C(PORT), an exposed port or the
        default. An engine that never answered there is not taken for broken.
      type: bool
      sample: false
    https_port:
      description: Port of its HTTPS API, from its label, its command line or its environment.
      type: int
      sample: 19200
    p2p_port:
      description: Its P2P port, from its command line or its environment; null if none is given there.
      type: int
      sample: 45001
    forwarded:
      description: It is labelled as the engine with the forwarded port.
      type: bool
      sample: true
    aside:
      description: A recreation of it was cut short, and the container that was put aside is still there.
      type: bool
      sample: false
    api:
      description: Whether its API answers, V(ok), V(failed) or V(unknown).
      type: str
      sample: ok
    connected:
      description: What it says of its own network connection, null if nothing.
      type: bool
      sample: true
    streams:
      description: Clients that are connected to its HTTP port, null if they could not be counted.
      type: int
      sample: 2
    version:
      description: Version of the engine.
      type: str
      sample: 3.2.11
    platform:
      description: Platform of the engine.
      type: str
      sample: linux
    problems:
      description: One sentence for each piece of evidence that is missing, saying what failed and what to do.
      type: list
      elements: str
      sample: []
listed:
  description: Docker listed the engines. Only then is one that is missing in RV(engines) really gone.
  returned: success
  type: bool
  sample: true
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
from ansible_collections.acestream.vpn.plugins.module_utils._run.info import engines, run
from ansible_collections.acestream.vpn.plugins.module_utils._settings.argument_spec import host_argument_spec


def main() -> None:
    run(AnsibleModule(argument_spec=host_argument_spec(), supports_check_mode=True), engines)


if __name__ == "__main__":
    main()
