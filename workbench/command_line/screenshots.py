"""Write pictures of the window with real content: of each workspace, and of each dock."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from workbench.command_line._arguments import add_out
from workbench.command_line._offscreen import own_environment

THEMES = ("dark", "light")


def arguments(parser: ArgumentParser) -> None:
    """`--out DIR [--theme T] [--scale F] [VIEW…]`."""
    parser.add_argument(
        "names", metavar="VIEW", nargs="*", help="views or workspaces; by default all"
    )
    parser.add_argument("--theme", choices=THEMES, help="by default both")
    parser.add_argument("--scale", choices=("1", "1.5", "2"), default="1", help="pixels a point")
    add_out(parser, "DIR", "the folder for the pictures")


def run(options: Namespace) -> None:
    """Write the pictures and print their paths.  Raises UserError for an unknown name."""
    with own_environment(QT_SCALE_FACTOR=options.scale):
        from workbench.screenshots import take  # Qt, which reads the environment

        themes = (options.theme,) if options.theme else THEMES
        for path in take(options.out, themes, options.names):
            print(path)
