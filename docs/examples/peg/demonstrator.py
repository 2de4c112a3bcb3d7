"""A person with imperfect eyes; the habits of inserting are shared, only the numbers differ."""

from robot_bridge.sim.tasks.person import MM, Habits, Inserter


class PegDemonstrator(Inserter):
    """Looks, lowers, feels for the hole, pushes home."""

    habits = Habits(search_radius=0.9 * MM, wiggle=0.0)
