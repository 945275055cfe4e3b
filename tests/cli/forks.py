"""Commands in processes of their own, forked from one that has loaded them: begun in no time."""

import os
import sys
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

from app.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
PATIENCE = 120
OUT, ERR = 1, 2

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(
    [f"app.cli.{name}" for names in COMMANDS.values() for name in names] + [__name__]
)


def run(words, environment):
    """What the command says, and how it ends."""
    with TemporaryDirectory() as folder:
        places = [Path(folder) / "out", Path(folder) / "err"]
        process = FORKS.Process(target=command, args=(words, environment, places))
        process.start()
        process.join(PATIENCE)
        if process.is_alive():
            process.kill()
        process.join()
        said = [place.read_text("utf-8") for place in places]
        return CompletedProcess(words, process.exitcode, *said)


def command(words, environment, places):
    for number, place in zip((OUT, ERR), places, strict=True):
        os.dup2(os.open(place, os.O_CREAT | os.O_WRONLY | os.O_APPEND), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = ["tiers", *words]
    main()
