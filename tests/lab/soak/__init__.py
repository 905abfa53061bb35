# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exporter and recovery runs side by side on a real lab under random faults, and the history that they leave."""
