"""Stands for `rlt`: a real process that says what it is told to, and never loads a network.

Its behaviour is the seed of the evaluation: 0 plays two attempts, 1 has alarms, 2 makes a
person's mistake, 3 crashes, 4 plays until it is ended, 5 does so and ignores SIGTERM, 6 plays as
0 does and leaves a robot behind that holds its standard error.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any


def say(done: int) -> None:
    standing = {"done": done, "of": 2, "seconds_left": 2.0 - done, "policies": {"base": [done, 2]}}
    print(json.dumps(standing), flush=True)


def report(alarms: list[str]) -> dict[str, Any]:
    one = {"success_rate": 1.0, "audit": {"alarms": alarms}, "rows": [{"start": 0}, {"start": 1}]}
    return {"success_rate": 1.0, "alarms": alarms, "policies": {"run": one, "base": one}}


def for_ever(folder: Path) -> None:
    (folder / "pid").write_text(str(os.getpid()))
    say(1)
    threading.Event().wait()


def leave_a_robot(folder: Path) -> None:
    command = [sys.executable, "-c", "import threading; threading.Event().wait()"]
    robot = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    (folder / "pid").write_text(str(robot.pid))


def main(words: list[str]) -> int:
    given = dict(zip(words[2::2], words[3::2], strict=True))
    Path(given["--data"], "words.json").write_text(json.dumps([*words, os.nice(0)]))
    behaviour = int(given["--seed"])
    print("a robot says hello", file=sys.stderr)
    if behaviour == 2:
        print("rlt evaluate: Run 1 practises screw: evaluate it there.", file=sys.stderr)
        return 2
    if behaviour == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    if behaviour == 5:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if behaviour in (4, 5):
        for_ever(Path(given["--data"]))
    if behaviour == 6:
        leave_a_robot(Path(given["--data"]))
    say(1)
    say(2)
    Path(given["--json"]).write_text(json.dumps(report(["odd"] if behaviour == 1 else [])))
    return 1 if behaviour == 1 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
