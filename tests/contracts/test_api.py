"""The description of the API that the pages are built against is the API's own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_description_is_fresh() -> None:
    command = [sys.executable, "-m", "backend", "openapi"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    kept = (ROOT / "frontend" / "openapi.json").read_bytes()
    assert said == kept, "run `make types`"
