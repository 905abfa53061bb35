# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What each module says of check mode, diff and idempotence."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: Can run in C(check_mode) and return changed status without changing anything.
  diff_mode:
    support: full
    description: Returns details on what has changed (or would have to be changed in C(check_mode)) in diff mode.
  idempotent:
    support: full
    description: When run twice in a row on the same world with the same arguments, the second run changes nothing.
  action_group:
    version_added: 0.1.0
    description: Use C(group/acestream.vpn.docker) in C(module_defaults) to set the options of the Docker connection.
    support: full
    membership:
      - acestream.vpn.docker
"""

    # For modules that only look.
    INFO = r"""
options: {}
attributes:
  diff_mode:
    support: N/A
    details: The module changes nothing.
"""
