"""Programs that try the simulated cell and write down what they found: films, audits, benches."""
