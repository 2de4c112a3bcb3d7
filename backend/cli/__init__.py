"""The command line. Each module has `register(commands)` and keeps its heavy imports inside.

A command's parser names its function with `set_defaults(run=function)`; the function takes the
parsed options and returns the exit status. A person's mistake raises a ConsoleError.
"""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from argparse import ArgumentParser, _SubParsersAction

Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"
