"""`python -m robot_bridge`: one bridge process for one robot."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Sequence

from robot_bridge.bridge import Bridge
from robot_bridge.config import BridgeConfig, load
from robot_bridge.errors import BridgeError, ConfigError
from robot_bridge.priority import ask_for_priority

WRONG_SETTING = 2
FAILED = 1


async def serve(config: BridgeConfig) -> None:
    """Run a bridge until SIGTERM or SIGINT."""
    bridge = Bridge(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, bridge.request_stop)
    # What was built so far lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    await bridge.run()


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    ask_for_priority()
    try:
        config = load(sys.argv[1:] if argv is None else argv)
        asyncio.run(serve(config))
    except ConfigError as error:
        print(f"robot_bridge: {error}", file=sys.stderr)
        return WRONG_SETTING
    except BridgeError as error:
        print(f"robot_bridge: {error}", file=sys.stderr)
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
