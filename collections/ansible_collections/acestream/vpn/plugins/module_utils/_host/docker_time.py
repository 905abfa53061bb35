# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Docker's time stamps as epoch seconds.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Optional

# RFC 3339. Docker writes up to nine digits of a second, and datetime.fromisoformat reads six, and no Z before 3.11.
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))")


def as_epoch(text: Optional[str]) -> Optional[float]:
    """Read a time stamp such as V(2026-01-31T12:00:00.123456789Z).

    :returns: epoch seconds; None: it never happened (Docker then writes the year 1), or it is no time stamp.
    """
    found = _STAMP.fullmatch(text or "")
    if found is None or found.group(1).startswith("0001-"):
        return None
    whole, fraction, sign, hours, minutes = found.groups()
    try:
        moment = datetime.fromisoformat(whole).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    ahead = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)).total_seconds()
    return moment.timestamp() + float("0" + (fraction or "")) - (-ahead if sign == "-" else ahead)
