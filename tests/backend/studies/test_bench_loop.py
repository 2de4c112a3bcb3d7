from backend.studies.bench.loop import learned


def test_updates_for_each_window_that_came_in_meanwhile() -> None:
    before = {"updates_total": 600.0, "transitions_total": 150.0}
    after = {"updates_total": 1590.0, "transitions_total": 350.0}
    assert learned(before, after) == {
        "updates": 990.0,
        "windows": 200.0,
        "updates_per_window": 4.95,
    }
    assert learned(after, after)["updates_per_window"] is None
