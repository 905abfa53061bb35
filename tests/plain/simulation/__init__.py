# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated Docker host, and everybody who acts on it: random faults and runs, thousands of steps a second."""
