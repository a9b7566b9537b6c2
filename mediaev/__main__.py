"""Run the command line: `python -m mediaev`."""

from __future__ import annotations

import os
import signal


def run() -> None:
    """Hand over to the command line, which ends the process with its exit code."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback while modules are loaded
    # Our products are small: spread over threads they take several times longer. NumPy asks
    # once, when it is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from mediaev.cli.main import main  # noqa: PLC0415 - workers import this module too

    main()


if __name__ == "__main__":
    run()
