"""Plugging in by hand: the common way of inserting, with its usual habits."""

from robot_bridge.sim.tasks.person import Inserter


class EthernetDemonstrator(Inserter):
    """One attempt by one imperfect person."""
