# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests that need nothing but Python and programs of their own: no Docker, no lab."""
