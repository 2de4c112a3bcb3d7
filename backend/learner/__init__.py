"""The learner process: follows episodes and labels, trains, publishes actors."""
