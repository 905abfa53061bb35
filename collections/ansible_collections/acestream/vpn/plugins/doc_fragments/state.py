# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Where the records of one host are."""

    DOCUMENTATION = r"""
options:
  state_dir:
    description:
      - Directory on the Docker host that holds memory, journal and documents. It is made if it is missing.
      - All programs that look after one host must share it.
    type: path
    default: /var/lib/acestream-vpn
"""
