"""The command line: one file a subcommand, which has the file's name.

Each has `arguments(parser)` and `run(options)`, and its docstring is its help.  They import the
engine or Qt, which take seconds, inside `run`: help and mistakes are answered at once, and without
Qt where a command does not draw.  A file whose name begins with an underscore holds what several
share.
"""

from __future__ import annotations

import os
import pkgutil
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from core.errors import UserError
from core.heap import keep_freed_memory
from core.paths import SERVE

PROGRAM = "cnn-workbench"
_EPILOG = f"""\
Without a command, `{PROGRAM} [FILE]` opens the window: on a project, a picture, a video or a model.
Exit codes: 0 done; 2 a mistake that one line on stderr names; 130 stopped."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments (by default the process's) say, and give the exit code."""
    given = tuple(sys.argv[1:] if arguments is None else arguments)
    if given == (SERVE,):
        return _serve()
    try:
        code = _open_window(given) if _is_for_window(given) else run_command(given)
        sys.stdout.flush()
        return code
    except UserError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # a name that is too long, a folder where a file stands
        named = f"{error.filename}: " if error.filename is not None else ""
        print(f"{named}{error.strerror or error}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt as stop:
        print(stop.args[0] if stop.args else "Stopped; nothing was written.", file=sys.stderr)
        return 130


def command_names() -> tuple[str, ...]:
    """The names of the subcommands, without importing them."""
    return tuple(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


def run_command(given: Sequence[str]) -> int:
    """Run the subcommand that the first argument names, and give its exit code.

    Raises UserError for arguments that do not fit.
    """
    keep_freed_memory()
    options = _parser().parse_args(given)
    return options.run(options) or 0


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UserError(f"{self.prog}: {message}; see {self.prog} --help.")


def _is_for_window(given: Sequence[str]) -> bool:
    """Whether the arguments are nothing, or one that is neither an option nor a command."""
    return not given or (
        len(given) == 1 and not given[0].startswith("-") and given[0] not in command_names()
    )


def _open_window(given: Sequence[str]) -> int:
    if given:
        _check_is_something(given[0])
    from workbench.app import run  # Qt, which commands do without

    return run(given[0] if given else None)


def _serve() -> int:
    """Be the process that trains: how a packaged program starts itself once more."""
    from core.training.trainer_process import serve

    serve()
    return 0


def _check_is_something(name: str) -> None:
    """Raises UserError for a word that is neither a file nor a network: a misspelt command."""
    from core.network.notation import is_notation  # only for the rare word
    from core.network.presets import PRESETS
    from core.registry import nearest

    run, _, step = name.rpartition("@")
    # a network in words first: its text may be longer than a file's name can be
    if not (
        is_notation(name)
        or Path(name).exists()
        or ":" in name
        or name in PRESETS
        or (step.isdecimal() and run and Path(run).is_dir())
    ):
        raise UserError(
            f"There is no file, network or command {name!r}"
            f"{nearest(name, [*command_names(), *PRESETS])}"
        )


def _parser() -> ArgumentParser:
    parser = _Parser(
        PROGRAM,
        description="Build a convolutional network, train it, and see what it does.",
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")
    for name in command_names():
        module = import_module(f"{__name__}.{name}")
        about = (module.__doc__ or "").strip()
        command = commands.add_parser(
            name, help=about.splitlines()[0], description=about, allow_abbrev=False
        )
        module.arguments(command)
        command.set_defaults(run=module.run)
    return parser
