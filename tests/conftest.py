"""Settings that all tests share."""

from __future__ import annotations

import os
import signal
import tempfile

from hypothesis import HealthCheck, settings

# What runs keep for the next one goes to a folder of this test run, not to that of the user.
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="dslint-tests-")
os.environ["DSLINT_NO_CACHE"] = "1"  # rules of tests may keep a state of their own in files

# A shell starts what it runs in the background with Ctrl-C ignored, which programs that are tested would inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A change must not fail on an example that another change would have met as well; elsewhere the search goes on.
# How fast examples are made says more of the machine than of the code.
settings.register_profile("ci", derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("local", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("local")
if os.environ.get("CI"):
    settings.load_profile("ci")
