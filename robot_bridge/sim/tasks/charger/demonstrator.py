"""Plugging a charger in by hand: from further away than a cable, and half blind at the end."""

from robot_bridge.sim.tasks.person import MM, Habits, Inserter


class ChargerDemonstrator(Inserter):
    """One attempt by one imperfect person."""

    habits = Habits(far_error=1.6 * MM, far=25 * MM, cruise=1.0 * MM, search_radius=1.2 * MM)
