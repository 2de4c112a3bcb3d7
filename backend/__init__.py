"""The console's server side: web, rollout and learner processes over one Postgres."""
