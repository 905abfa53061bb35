# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may ask: whoever carries the token, as a program does or as a browser can. Pure."""

from __future__ import annotations

import base64
import binascii
import hmac

#: What a request without the token is told. A browser answers the second one by asking for a password.
CHALLENGES = ("Bearer", 'Basic realm="acestream.vpn", charset="UTF-8"')
REFUSED = (
    "a token is needed. A program sends it as 'Authorization: Bearer <token>'; a browser asks for a user name and a "
    "password: any name, and the token as the password\n"
)


def allows(token: str, header: str | None) -> bool:
    """Whether an C(Authorization) header carries the token: as bearer token, or as the password of any user.

    A browser cannot be told to send a bearer token, but keeps a password and sends it with all that a page asks for.
    """
    scheme, _space, given = (header or "").partition(" ")
    given = given.strip()
    if scheme.lower() == "bearer":
        return _same(token, given.encode("utf-8", "surrogateescape"))
    if scheme.lower() == "basic":
        try:
            _name, _colon, password = base64.b64decode(given, validate=True).partition(b":")
        except (binascii.Error, ValueError):
            return False
        return _same(token, password)
    return False


def _same(token: str, given: bytes) -> bool:
    """In a time that does not tell how much of it was right."""
    return hmac.compare_digest(token.encode("utf-8"), given)
