"""One line per event on stderr: time, level, room, sentence."""

import logging
import sys
import time

FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s"


def set_up(process: str, level: int = logging.INFO) -> None:
    """Send the logs of this process to stderr; `process` is named in every line."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter(f"{FORMAT} [{process}]", datefmt="%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
