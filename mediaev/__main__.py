"""Run the command line: `python -m mediaev`."""

from __future__ import annotations


def run() -> None:
    """Hand over to the command line, which ends the process with its exit code."""
    from mediaev.cli.main import main  # noqa: PLC0415 - workers import this module too

    main()


if __name__ == "__main__":
    run()
