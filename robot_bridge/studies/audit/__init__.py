"""Are a task's successes successes in the world?

An optimiser that knows everything is pointed at the success flag from scratch; scripted cheats and
careless scripts try as well. Every success is played again and held against a witness that looks at
shapes, poses and contacts alone.
"""
