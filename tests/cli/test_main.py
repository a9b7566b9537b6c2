"""How a command ends when it does not come to its end."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from mediaev import errors
from mediaev.cli import failures, main
from mediaev.cli.main import run
from mediaev.cli.verbs import Verbs


@pytest.fixture
def failing(monkeypatch, cli):
    """Run a verb that raises: `failing(error, *arguments)`."""

    def invoke(error, *arguments):
        def verb():
            raise error

        monkeypatch.setattr(Verbs, "get_command", lambda *_: click.Command("doctor", callback=verb))
        return cli(*arguments, "doctor")

    return invoke


def test_an_unexpected_error_is_one_line_and_its_advice(failing):
    done = failing(KeyError("x\ny\x1b[31m"))
    assert done.code == 70
    assert len(done.err.splitlines()) == 2
    assert done.err.startswith("mediaev: error: unexpected KeyError")
    assert "\x1b" not in done.err
    assert "report" in done.err


def test_twice_verbose_shows_where_it_arose(failing):
    done = failing(KeyError("x"), "-vv")
    assert done.code == 70
    assert "Traceback" in done.err


def test_an_expected_error_never_shows_a_traceback(failing):
    done = failing(errors.NoCaseError("no case"), "-vv")
    assert (done.code, done.out) == (10, "")
    assert done.err.splitlines()[0] == "mediaev: error: no case"
    assert "mediaev init" in done.err


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (KeyboardInterrupt(), 130, "what was finished is kept"),
        (click.Abort(), 130, "Run the same command again to resume"),
        (ModuleNotFoundError("No module named 'av'", name="av"), 20, "mediaev doctor"),
        (ImportError("libGL.so.1: cannot open shared object file"), 20, "libGL"),
        (ImportError("gone", name="mediaev.compare"), 70, "defect"),
        (MemoryError(), 70, "memory"),
        (RecursionError("deep"), 70, "RecursionError"),
        (errors.CaseInUseError("busy"), 11, "busy"),
        (errors.TamperedCaseError("odd"), 4, "odd"),
    ],
)
def test_each_end_has_its_exit_code(failing, error, code, says):
    done = failing(error)
    assert done.code == code
    assert says in done.err
    assert "Traceback" not in done.err


def test_every_exit_code_is_in_the_documentation():
    page = Path(__file__).parents[2] / "docs" / "formats" / "exit-codes.md"
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", page.read_text(), re.MULTILINE)}
    classes = [each for each in vars(errors).values() if isinstance(each, type)]
    used = {each.exit_code for each in classes if issubclass(each, errors.MediaevError)}
    assert listed == used | {0, failures.DEFECT, main.CLOSED}


def test_a_reader_that_goes_away_ends_the_command_quietly(case):
    command = [sys.executable, "-m", "mediaev", "log", "--jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize("arguments", [["clusters"], ["--help"], ["--version"], ["log", "-h"]])
def test_output_that_cannot_be_written_is_no_success(case, arguments):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mediaev", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 70
    assert done.stderr.startswith(b"mediaev: error: the output could not be written")


def test_a_closed_standard_output_never_becomes_the_case(tmp_path):
    """Were descriptor 1 free, the database would get it, and the summary would go into it."""
    command = f'"{sys.executable}" -m mediaev -C "{tmp_path}/case" init --operator X >&-'
    assert subprocess.run(["sh", "-c", command], check=False).returncode == 0
    assert run(["-q", "-C", str(tmp_path / "case"), "verify"]) == 0


def test_messages_that_nobody_reads_are_no_error(case):
    command = f'"{sys.executable}" -m mediaev find --progress json "{case.query}" 2>&-'
    assert subprocess.run(["sh", "-c", command], check=False).returncode == 0


def test_characters_that_the_terminal_lacks_are_escaped(process, case):
    done = process("clusters", PYTHONIOENCODING="ascii")
    assert done.code == 0
    assert "\\xd7" in done.out
    assert "\\u2500" not in done.out  # no lines are drawn where there are no characters for it


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_scan_says_that_it_resumes(tmp_path, library, cli, number):
    command = [sys.executable, "-m", "mediaev", "-C", str(tmp_path / "case"), "scan"]
    with subprocess.Popen(
        [*command, "--progress", "json", str(library.folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while '"examine"' not in process.stderr.readline():
            pass
        for _ in range(5):  # as impatient people do
            process.send_signal(number)
        out, err = process.communicate()
    if process.returncode == 3:
        pytest.skip("the scan was done before it could be interrupted")
    assert (process.returncode, out) == (130, "")
    assert "what was finished is kept" in err
    assert "Traceback" not in err
    assert "Run the same command again" in err
    verified = cli("-C", tmp_path / "case", "verify")
    assert verified.code == 0
    assert "signed  all" in verified.out
    for verb in (["clusters"], ["find", library.query]):
        assert "was interrupted; scan again" in cli("-C", tmp_path / "case", *verb).err
    assert run(["-q", "-C", str(tmp_path / "case"), "scan", str(library.folder)]) == 3
    assert cli("-C", tmp_path / "case", "clusters").err == ""
