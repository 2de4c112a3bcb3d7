"""`rlt train`: the product's loop on a simulated robot, labelled by the simulator's verdict."""
