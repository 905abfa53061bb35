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
        description:
          - Port of its HTTP API. Without it, the label C(acestream.http_port), its command line, its environment or the
            ports that it exposes tell, in this order. The default of an engine is 6878.
        type: int
  engine_label:
    description:
      - Containers with this label are engines. Its value is the name of the Gluetun container, or its Compose service.
      - The Gluetun whose network an engine is on counts before this label, a declaration in O(engines) before both.
    type: str
    default: acestream.vpn_container
  engine_filters:
    description:
      - Containers with all of these labels (V(name) or V(name=value)) are engines, instead of those with
        O(engine_label).
      - One that does not carry O(engine_label) belongs to the Gluetun on whose network it is, or to the only one.
    type: list
    elements: str
    default: []
  pool_label:
    description:
      - Engines with this label (V(name) or V(name=value)) may be removed where the pool has too many. Those that it
        creates get it.
      - It is the ownership label of the AceStream Orchestrator, C(CONTAINER_LABEL).
    type: str
    default: ondemand.app=myservice
"""

    # What a new engine is made of.
    NEW_ENGINE = r"""
options:
  engine:
    description:
      - What a new engine of the pool is made of.
      - V({http_port}), V({https_port}) and V({p2p_port}) in O(engine.command) and O(engine.environment) stand for its
        ports. All three have to be there, for engines behind one Gluetun share its network.
    type: dict
    suboptions:
      variant:
        description:
          - A known image with its command, by the name that the AceStream Orchestrator gives it (C(ENGINE_VARIANT)),
            one of V(AceServe-amd64), V(AceServe-arm32), V(AceServe-arm64), V(krinkuto11-amd64), V(jopsis-amd64),
            V(jopsis-arm32) and V(jopsis-arm64). What else is given here overrides it.
          - With O(engine.image) and a command of your own, any word, which is kept in the label
            C(acestream.engine_variant).
        type: str
      image:
        description: The image. It has to be on the Docker host; it is not pulled.
        type: str
      command:
        description: The command, word by word.
        type: list
        elements: str
      environment:
        description: Environment variables.
        type: dict
      labels:
        description: Further labels, beside those that make it an engine.
        type: dict
      volumes:
        description: Volumes and directories, as V(source:target) or V(source:target:ro).
        type: list
        elements: str
      memory:
        description: Limit of its memory, such as V(512m).
        type: str
      cpus:
        description: Limit of its processor time, in processors.
        type: float
      restart_policy:
        description: When Docker starts it again by itself.
        type: str
        choices:
          - "no"
          - always
          - unless-stopped
          - on-failure
        default: unless-stopped
      name_prefix:
        description: Its name is this and the lowest number that is free.
        type: str
        default: acestream-
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
