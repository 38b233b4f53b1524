"""The command line (DESIGN §5). Only argparse is imported before a command is known."""

from __future__ import annotations

import argparse
import sys

from api.cli.parser import joined, parser

FINE, FAULTY, USAGE, INFEASIBLE, WRONG, INTERRUPTED = 0, 1, 2, 3, 4, 130


def main(argv: list[str] | None = None) -> int:
    """Run a command. Returns the exit code: 0 fine; 1 faulty; 2 usage; 3 infeasible; 4 wrong figures."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Vietnamese letters, whatever the machine's locale is; a file's name may be no text at all
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        return run(parser().parse_args(joined(sys.argv[1:] if argv is None else argv)))
    except SystemExit as stop:  # argparse has said its piece
        return int(stop.code or 0)
    except KeyboardInterrupt:  # also while modules are read in
        return INTERRUPTED


def run(arguments: argparse.Namespace) -> int:
    """Run a parsed command, telling what is wrong with the request in words."""
    from api.cli.commands import COMMANDS
    from api.saving import SaveError
    from engine.errors import Code, RuleError

    try:
        return COMMANDS[arguments.command](arguments)
    except RuleError as error:
        for issue in error.issues:
            print(issue.text(arguments.lang), file=sys.stderr)
        return USAGE if all(issue.code is Code.BAD_SETTING for issue in error.issues) else FAULTY
    except SaveError as error:
        print(f"chitieu: {error.message.in_(arguments.lang)}", file=sys.stderr)
        return FAULTY
    except OSError as error:
        from engine.disk import reason
        from engine.words import say

        why = reason(error)
        message = say("disk.untouched", what=str(error.filename), why=why) if error.filename else why
        print(f"chitieu: {message.in_(arguments.lang)}", file=sys.stderr)
        return FAULTY


if __name__ == "__main__":
    sys.exit(main())
