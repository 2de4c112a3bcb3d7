"""A few short attempts, so that pages have something to show."""

from collections.abc import Callable

from backend.studies.person import Operator

STEPS = 60
PATIENCE_S = 30.0


def record(person: Operator, episodes: int, progress: Callable[[str], None]) -> None:
    """Play `episodes` attempts of at most 60 steps on the first robot, and label none."""
    robot = person.call("GET", "/robots")[0]["id"]
    person.arm(robot)

    def stored() -> int:
        return sum(1 for _ in person.episodes())

    before = stored()
    for number in range(1, episodes + 1):
        person.command(robot, "start_episode", regime="critical")
        person.wait_robot(
            robot,
            lambda r: r["telemetry"]["activity"] == "idle" or r["telemetry"]["step"] >= STEPS,
            seconds=PATIENCE_S,
            what="An attempt",
        )
        if person.robot(robot)["telemetry"]["activity"] == "episode":
            person.command(robot, "end_episode")
        person.wait_robot(
            robot,
            lambda r: (
                r["telemetry"]["activity"] == "idle"
                and r["telemetry"]["journal_pending"] == 0
                # Telemetry of the moment before the start says idle too.
                and stored() - before >= number  # noqa: B023 - asked within this round only
            ),
            seconds=PATIENCE_S,
            what="The end of an attempt",
        )
        progress(f"attempt {number}/{episodes}")
