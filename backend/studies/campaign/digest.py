"""What is kept of a training for ever: its figures, and how each final attempt ended. Pure."""

from collections.abc import Mapping
from typing import Any

from backend.studies.evaluation.attempts import Row

Digest = dict[str, Any]
FINALS = ("final", "final_in_other_regime")
COLUMNS = (
    "start", "seed", "success", "ended_by", "steps", "precise_steps", "human_steps",
    "interventions", "reset_seconds", "peak_force",
)  # fmt: skip


def digest(report: Mapping[str, Any]) -> Digest:
    """A report of `rlt train` without the rows of practice, and with short rows of the final."""
    practice = report["episodes"]
    finals = [one for key in FINALS if (one := report[key])]
    left_out = {"episodes", *FINALS}
    return {
        **{key: value for key, value in report.items() if key not in left_out},
        "practice": {
            "attempts": len(practice),
            "successes": sum(row["success"] for row in practice),
            "by_actor": sum(row["by"] == "rl" for row in practice),
            "interventions": sum(row["interventions"] for row in practice),
            "human_steps": sum(row["human_steps"] for row in practice),
            "steps": sum(row["steps"] for row in practice),
        },
        "columns": list(COLUMNS),
        "finals": {final["regime"]: _final(final) for final in finals},
    }


def _final(final: Mapping[str, Any]) -> Digest:
    policies = {
        name: {key: value for key, value in one.items() if key != "rows"}
        | {"attempts": [[_short(row[column]) for column in COLUMNS] for row in one["rows"]]}
        for name, one in final["policies"].items()
    }
    return {"seconds": final["seconds"], "alarms": final["alarms"], "policies": policies}


def rows_of(policy: Mapping[str, Any]) -> list[Row]:
    """The final attempts of one policy of a digest, as far as figures need them."""
    return [
        Row(
            **dict(zip(COLUMNS, values, strict=True)),
            relative_pose=(),
            objections=(),
            audited=True,
        )
        for values in policy["attempts"]
    ]


def _short(value: object) -> object:
    return round(value, 3) if isinstance(value, float) else value
