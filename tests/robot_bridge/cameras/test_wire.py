"""Who is served first when there is more to draw than time."""

from robot_bridge.cameras.wire import Priority


def test_the_policy_overtakes_everybody() -> None:
    late = Priority.POLICY.place(1000)
    assert all(late < other.place(0) for other in Priority if other is not Priority.POLICY)


def test_an_anchor_overtakes_recent_video_only() -> None:
    assert Priority.ANCHOR.place(3) < Priority.VIDEO.place(0)
    assert Priority.VIDEO.place(0) < Priority.ANCHOR.place(5)
