# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where things lie in the repository."""

from __future__ import annotations

from pathlib import Path

#: The collection, from the root of the repository.
COLLECTION = Path("collections/ansible_collections/acestream/vpn")
#: Where tarballs are put, from the root of the repository; git ignores it.
RELEASES = Path(".state/release")
