# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The roles that install something on a host, on a host with systemd and a Docker of its own."""
