"""Settings that all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# A change must not fail on an example that another change would have met as well; elsewhere the search goes on.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
