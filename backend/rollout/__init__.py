"""The rollout process: frozen VLA, RL token and actor, answering the bridges' observations."""
