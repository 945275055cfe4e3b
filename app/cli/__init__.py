"""The operator's root: `tiers`, or `python -m app`."""

import os
import sys
from importlib import import_module

import typer

from app import VERSION
from app.cli.opening import CANNOT_START, Refused
from app.kit.errors import AppError
from app.kit.opening import CannotStart
from app.settings import SettingsInvalid

COMMANDS = {
    "serve": ("serving",),
    "worker": ("serving",),
    "migrate": ("serving",),
    "distribute": ("distributing",),
    "check": ("checking",),
    "import": ("importing", "stages"),
    "export": ("exporting",),
    "audit": ("proving",),
    "rebuild": ("repairing",),
    "backup": ("backups",),
    "restore": ("backups",),
    "tombstones": ("tombstones",),
    "programs": ("access",),
    "keys": ("access",),
    "openapi": ("documents",),
    "demo": ("demo",),
    "version": (),
}
"""The modules of each command. Only those of the one that is asked for are loaded: it starts
in half the time."""


def commands(asked: str = "") -> typer.Typer:
    """The command that is asked for and `version`; all of them when it is none."""
    found = typer.Typer(
        name="tiers",
        help="Decides which customer is in which tier, proves why, and tells who needs to know.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    everything = dict.fromkeys(name for names in COMMANDS.values() for name in names)
    for name in COMMANDS.get(asked, everything):
        import_module(f"app.cli.{name}").register(found)
    found.command()(version)
    return found


def version() -> None:
    """Print the version."""
    typer.echo(VERSION)


def main() -> None:
    """Run a command; what an operator can mend is said in one line a fault."""
    try:
        commands(next(iter(sys.argv[1:]), ""))()
    except (SettingsInvalid, CannotStart) as error:
        _say(error.lines)
        sys.exit(CANNOT_START)
    except Refused as error:
        _say([str(error)])
        sys.exit(1)
    except AppError as error:
        _say([error.detail, *(f"{one.pointer}: {one.detail}" for one in error.faults)])
        sys.exit(1)
    except BrokenPipeError:  # whoever read our output has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _say(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line, err=True)
