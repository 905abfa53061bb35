# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at a host: evidence of gluetuns, control servers, engines, egress, DNS and streams.

Here belongs a new kind of evidence: a file that collects it with a deadline of its own, and never raises for a broken
world, for a failure to look is evidence of kind unknown. Not here: what evidence means (`_assess`). Knows `_model` and
`_host`.
"""
