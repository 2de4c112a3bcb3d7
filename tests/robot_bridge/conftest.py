"""Settings for the bridge's tests."""

from hypothesis import settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("bridge", deadline=None)
settings.load_profile("bridge")
