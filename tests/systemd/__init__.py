# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests on a container in which systemd runs: they need Docker, and set up a whole host first."""
