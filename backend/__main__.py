"""`rlt`, or `python -m backend`: every command of the product that is not a page."""

import argparse
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from backend.errors import ConsoleError


class Parser(argparse.ArgumentParser):
    """Wrong arguments get one sentence, not a page of usage."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence and leave with 2."""
        sentence = f"{self.prog}: {message}; `{self.prog} --help` lists what is allowed."
        print(sentence, file=sys.stderr)
        sys.exit(2)


def parser() -> Parser:
    """The parser with every command of `backend/cli`."""
    top = Parser(
        prog="rlt", description="RLT Console: the precise part, practised under human eyes."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    folder = Path(__file__).parent / "cli"
    for path in sorted(folder.glob("[a-z]*.py")):
        import_module(f"backend.cli.{path.stem}").register(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a person's mistake is one sentence on stderr and exit status 2."""
    options = parser().parse_args(arguments)
    if arguments is None:
        # `kill` unwinds like Ctrl-C, so that no command leaves processes of its own behind.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        status: int | None = options.run(options)
    except ConsoleError as error:
        print(f"rlt {options.command}: {error.detail}", file=sys.stderr)
        return 2
    except ValueError as error:
        if (sentence := _wrong_setting(error)) is None:
            raise
        print(f"rlt {options.command}: {sentence}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        return 1
    return status or 0


def _wrong_setting(error: ValueError) -> str | None:
    """The sentence for a setting of the environment that cannot be read, else None."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError) or error.title != "Settings":
        return None
    first = error.errors()[0]
    name = str(first["loc"][0]).upper()
    name = name if name == "DATABASE_URL" else f"RLT_{name}"
    return f"{name} is {first['input']!r}: {first['msg']}; correct it, or leave it out."


if __name__ == "__main__":
    sys.exit(main())
