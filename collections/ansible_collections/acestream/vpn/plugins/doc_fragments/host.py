# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What is looked at on one host, and how."""

    DOCUMENTATION = r"""
options:
  gluetuns:
    description: The Gluetun containers of the host.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the container.
        type: str
        required: true
      control_url:
        description:
          - Where its control server is, such as V(http://127.0.0.1:8000). Put no credentials here, for it is shown.
          - Without it, the container's own address on its Docker network is used, with O(gluetuns[].control_port).
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
      ports:
        description: The range of ports of its engines, such as V(19000-19499).
        type: str
"""

    # Which containers are engines.
    ENGINES = r"""
options:
  engines:
    description: Engines that carry no label, declared one by one.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the container.
        type: str
        required: true
      gluetun:
        description: Name of the Gluetun container that it belongs to.
        type: str
        required: true
      http_port:
        description: Port of its HTTP API. Without it, the label C(acestream.http_port) or its command line tells.
        type: int
  engine_label:
    description: Containers with this label are engines. Its value is the name of the Gluetun container.
    type: str
    default: acestream.vpn_container
  engine_filters:
    description:
      - Containers with all of these labels (V(name) or V(name=value)) are engines, instead of those with
        O(engine_label).
      - One that does not carry O(engine_label) belongs to the host's only Gluetun.
    type: list
    elements: str
    default: []
"""

    # How to look.
    PROBE = r"""
options:
  egress_targets:
    description:
      - Servers beyond the VPN, as V(address:port), to which a TCP connection is opened from inside the namespace.
        Any one that answers is enough. Give at least two, and no names, for DNS is evidence of its own.
    type: list
    elements: str
    default:
      - 1.1.1.1:443
      - 8.8.8.8:443
  dns_name:
    description:
      - Name to ask the resolver of the namespace for. Any answer shows that the resolver works, even that there is
        no such name.
    type: str
    default: cloudflare.com
  probe_timeout:
    description: How long one probe may take, in seconds.
    type: float
    default: 2.0
  evidence_timeout:
    description:
      - How long one look at the whole host may take, in seconds. What is not in by then is unknown.
      - It is never less than O(probe_timeout) and one second, or a probe could not fail in time.
    type: float
    default: 5.0
"""
