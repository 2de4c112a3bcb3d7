"""The wire between a robot bridge and the backend: messages, codec, versions. Never pickle."""
