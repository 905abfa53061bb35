# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each mistake gets a message that names the variable and says what to do."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._preflight import PreflightError, check

RIGHT = {
    "gluetuns": [{"name": "one"}, {"name": "two", "control_url": "http://127.0.0.1:8000"}],
    "engines": [{"name": "engine", "gluetun": "one"}],
    "egress_targets": ["1.1.1.1:443", "[2606:4700:4700::1111]:443"],
}


def test_what_is_right_passes():
    check(RIGHT)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"gluetuns": []}, "recovery_gluetuns.* is empty: name at least one"),
        ({"gluetuns": [{"name": "one"}, {"name": "one"}]}, "names one twice"),
        ({"gluetuns": [{"name": "one", "control_url": "10.0.0.1:8000"}]}, "control_url of one .* such as http://"),
        ({"engines": [{"name": "engine", "gluetun": "three"}]}, "belongs to three, which is not among"),
        ({"engines": [{"name": "one", "gluetun": "two"}]}, "one is a gluetun"),
        ({"engines": [{"name": "e", "gluetun": "one"}, {"name": "e", "gluetun": "two"}]}, "names e twice"),
        ({"egress_targets": []}, "recovery_egress_targets.* is empty"),
        ({"egress_targets": ["example.com:443"]}, "give an IP address and a port"),
        ({"egress_targets": ["1.1.1.1"]}, "give an IP address and a port"),
        ({"egress_targets": ["1.1.1.1:70000"]}, "give an IP address and a port"),
    ],
)
def test_what_is_wrong_is_named(wrong, said):
    with pytest.raises(PreflightError, match=said):
        check({**RIGHT, **wrong})
