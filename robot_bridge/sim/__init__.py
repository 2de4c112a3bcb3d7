"""The simulated cell: a jointed arm in MuJoCo, its cameras, and the tasks it can practise."""
