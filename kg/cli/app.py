"""The `kg` command: its verbs, and how errors become messages and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
import typer.exceptions

from kg import __version__
from kg.cli import options
from kg.errors import KgError, ReadError, StoreError

EXIT_USAGE, EXIT_INPUT, EXIT_STORE, EXIT_BUG = 2, 3, 4, 70

# In the order of the help. Only the file of the verb that was typed is loaded: to make the
# options of all of them takes longer than most answers.
_GROUPS = {
    "archives": ("demo", "init", "build"),
    "importing": ("import",),
    "reading": ("find", "show", "evidence", "timeline", "stats"),
    "asking": ("ask", "query"),
    "connecting": ("path",),
    "kinship": ("kin",),
    "relatives": ("relatives",),
    "networking": ("network",),
    "checking": ("validate",),
    "exporting": ("export",),
}


def _version(value: bool) -> None:
    if value:
        print(f"kg {__version__}")
        raise typer.Exit


def _kg(
    archive: Annotated[
        Path | None,
        typer.Option(
            "--archive", "-a", help=options.ARCHIVE_HELP, show_default=False, metavar="FOLDER"
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


def make_app(arguments: Sequence[str] = ()) -> typer.Typer:
    """The command with all its verbs, or with those beside the one that `arguments` name."""
    app = typer.Typer(
        name="kg",
        help="A knowledge graph of people that can be checked:"
        " every fact with the words it rests on.",
        epilog="Start with: kg demo",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(_kg)
    for group in _needed(arguments):
        import_module(f"kg.cli.{group}").register(app)
    return app


def _needed(arguments: Sequence[str]) -> Sequence[str]:
    """The files of verbs to load: one where the first word is a verb, else all."""
    words = iter(arguments)
    for word in words:
        if word in ("-a", "--archive"):
            next(words, None)
        elif not word.startswith("-"):
            return [group for group, verbs in _GROUPS.items() if word in verbs] or list(_GROUPS)
        elif word == "--version":
            return ["archives"]  # an app needs some verb
        elif not word.startswith("--archive="):
            break
    return list(_GROUPS)


def main() -> None:
    """Run the command line and exit: 0 done, 1 no, 2 usage, 3 input, 4 store, 70 our bug."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and give its exit code; nothing a user does ends in a traceback."""
    command = typer.main.get_command(make_app(arguments))
    try:
        result = command.main(args=arguments, prog_name="kg", standalone_mode=False)
        code = result if isinstance(result, int) else 0
        sys.stdout.flush()
    except typer.Exit as stop:
        code = stop.exit_code
    except typer.exceptions.TyperException as error:
        _show_usage(error)
        code = EXIT_USAGE
    except (typer.Abort, KeyboardInterrupt):
        print("stopped", file=sys.stderr)
        code = 130
    except (SystemExit, BrokenPipeError):
        # The reader (head, less) has seen enough, told by the library or by the flush: no "no".
        if sys.__stdout__ is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
        code = 0
    except KgError as error:
        code = _report(error)
    except Exception as error:
        print(f"error: a bug in kg: {type(error).__name__}: {error}\n"
              "  hint: please report it with the command you typed; KG_DEBUG=1 shows where",
              file=sys.stderr)  # fmt: skip
        if os.environ.get("KG_DEBUG"):
            raise
        code = EXIT_BUG
    return code


def _show_usage(error: typer.exceptions.TyperException) -> None:
    show = getattr(error, "show", None)
    if show is not None:
        show()
    else:
        print(f"error: {error}", file=sys.stderr)


def _report(error: KgError) -> int:
    if isinstance(error, ReadError):
        for finding in error.findings:
            print(f"{finding}\n", file=sys.stderr)
    print(f"error: {error}", file=sys.stderr)
    return EXIT_STORE if isinstance(error, StoreError) else EXIT_INPUT
