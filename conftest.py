# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for all tests: a property is not refuted by a machine that is busy with other stages."""

from hypothesis import HealthCheck, settings

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# For tests that run once more with another Python: what is found by chance is sought with one of them.
settings.register_profile("again", parent=settings.get_profile("busy"), max_examples=20)
settings.load_profile("busy")
