# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_report
short_description: Say how a host is, from the documents of its exporter
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - Puts the exporter's documents into the form in which M(acestream.vpn.recovery_plan) returns what it saw, as far as
    they go.
positional: engines, date
options:
  _input:
    description: The document C(/vpn/status).
    type: dict
    required: true
  engines:
    description: The document C(/engines?all=1).
    type: list
    elements: dict
    required: true
  date:
    description: The header C(Date) of the answer. Both clocks are the exporter's, so that ages are right.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: How is it?
  ansible.builtin.debug:
    msg: "{{ (vpn_status.json | acestream.vpn.status_report(engines.json, vpn_status.date)).table }}"
"""

RETURN = r"""
_value:
  description:
    - C(verdicts), C(engines), C(maintenance) and C(table) as the module has them; C(checked_at), when the exporter
      looked last, and C(age), how long ago that was, in seconds.
  type: dict
"""

from datetime import datetime
from email.utils import parsedate_to_datetime

from ansible.errors import AnsibleFilterError
from ansible_collections.acestream.vpn.plugins.module_utils._publish.table import documents_table


def status_report(vpn_status, engines, date):
    """See C(DOCUMENTATION)."""
    try:
        vpns = [vpn for name, vpn in vpn_status.items() if name[:3] == "vpn" and name[3:].isdigit() and vpn]
        checked = vpns[0]["last_check"]
        return {
            "verdicts": {vpn["container_name"]: vpn["verdict"] for vpn in vpns},
            "engines": {
                engine["container_name"]: {
                    "gluetun": engine["vpn_container"],
                    "shown": engine["shown"],
                    "reason": engine["reason"],
                }
                for engine in engines
            },
            "maintenance": {vpn["container_name"]: vpn["maintenance"] for vpn in vpns if vpn["maintenance"]},
            "table": documents_table(vpns, engines),
            "checked_at": checked,
            # The header has whole seconds.
            "age": max(0.0, (parsedate_to_datetime(date) - datetime.fromisoformat(checked)).total_seconds()),
        }
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise AnsibleFilterError(
            f"acestream.vpn.status_report: this is no document of the exporter of acestream.vpn ({error!r})"
        ) from error


class FilterModule:
    """The filter."""

    def filters(self):
        """Its name."""
        return {"status_report": status_report}
