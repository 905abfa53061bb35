# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How to reach Docker."""

    DOCUMENTATION = r"""
requirements:
  - Docker 20.10 or newer (API 1.41)
  - Python library docker 5.0.3 or newer, on the host that the module runs on
  - Python library requests 2.28 or newer, on the host that the module runs on
notes:
  - The module is best run on the Docker host itself, as root. Evidence that lies in network namespaces is then
    taken without any help of the images. Over a remote Docker API it is taken by C(docker exec), as far as it can be.
options:
  docker_host:
    description:
      - Where Docker is, as a URL such as V(unix:///var/run/docker.sock) or V(tcp://192.0.2.23:2376).
      - If the value is not given, the environment variable E(DOCKER_HOST) is used.
    type: str
    default: unix:///var/run/docker.sock
    aliases: [docker_url]
  api_version:
    description:
      - Version of the Docker API to speak.
      - Without it, V(1.41) is spoken, that of Docker 20.10, or the oldest that a newer Docker still knows.
      - If the value is not given, the environment variable E(DOCKER_API_VERSION) is used.
    type: str
    aliases: [docker_api_version]
  timeout:
    description:
      - How long one call of the Docker API may take, in seconds.
      - If the value is not given, the environment variable E(DOCKER_TIMEOUT) is used.
    type: int
    default: 10
  tls:
    description:
      - Use TLS without checking the daemon's certificate.
      - If the value is not given, the environment variable E(DOCKER_TLS) is used.
    type: bool
    default: false
  validate_certs:
    description:
      - Use TLS and check the daemon's certificate.
      - If the value is not given, the environment variable E(DOCKER_TLS_VERIFY) is used.
    type: bool
    default: false
    aliases: [tls_verify]
  tls_hostname:
    description:
      - Name to expect in the daemon's certificate, where it differs from that in O(docker_host).
      - Version 7.0.0 and later of the Python library docker do not support it.
      - If the value is not given, the environment variable E(DOCKER_TLS_HOSTNAME) is used.
    type: str
  ca_path:
    description:
      - File with the certificate of the authority to check against.
      - If the value is not given, C(ca.pem) in the directory that the environment variable E(DOCKER_CERT_PATH) names.
    type: path
    aliases: [ca_cert, tls_ca_cert, cacert_path]
  client_cert:
    description:
      - File with the client's certificate.
      - If the value is not given, C(cert.pem) in the directory that the environment variable E(DOCKER_CERT_PATH) names.
    type: path
    aliases: [tls_client_cert, cert_path]
  client_key:
    description:
      - File with the client's key.
      - If the value is not given, C(key.pem) in the directory that the environment variable E(DOCKER_CERT_PATH) names.
    type: path
    aliases: [tls_client_key, key_path]
"""
