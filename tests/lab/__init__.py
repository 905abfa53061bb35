# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests on a lab, or of the lab: they need Docker and the images of the lab, and break what they started."""
