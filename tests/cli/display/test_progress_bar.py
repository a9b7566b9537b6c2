import io
import json
import sys

import pytest

from mediaev.actions.progress import Progress
from mediaev.cli.choices import Choices
from mediaev.cli.display.progress_bar import Bar, JsonLines, Silence, progress_display


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Puts a terminal in the place of standard error; called by the test, because pytest
    puts its own stream there between set-up and test."""

    def put():
        stream = Terminal()
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("COLUMNS", "100")
        return stream

    return put


@pytest.mark.parametrize(
    ("choices", "kind"),
    [
        (Choices(), Bar),
        (Choices(progress="json"), JsonLines),
        (Choices(progress="json", quiet=True), JsonLines),
        (Choices(progress="none"), Silence),
        (Choices(quiet=True), Silence),
    ],
)
def test_a_terminal_gets_what_was_chosen(terminal, choices, kind):
    terminal()
    with progress_display(choices) as display:
        assert type(display._display) is kind


def test_a_pipe_gets_no_bar(capsys):
    with progress_display(Choices()) as display:
        display(Progress("examine", 1, 2))
    assert capsys.readouterr().err == ""


def test_the_bar_prints_names_literally_and_goes_away(terminal):
    stream = terminal()
    with progress_display(Choices()) as display:
        display(Progress("walk", 0, 0))
        display(Progress("examine", 1, 4, "/somewhere/[red]x[bold].mp4"))
        with display.aside():
            pass
    text = stream.getvalue()
    assert "[red]x[bold].mp4" in text
    assert "1/4" in text
    assert "Examining" in text
    assert text.rstrip().endswith("\x1b[2K")


def test_json_lines_hold_the_last_of_each_stage(capsys):
    display = JsonLines()
    for done in range(1001):
        display(Progress("examine", done, 1000, "a\\nb"))
    display(Progress("compare", 0, 7))
    lines = [json.loads(each) for each in capsys.readouterr().err.splitlines()]
    assert len(lines) < 900
    assert lines[0]["done"] == 0
    assert lines[-2] == {
        "type": "progress",
        "stage": "examine",
        "done": 1000,
        "total": 1000,
        "note": "a\\nb",
    }
    assert lines[-1]["stage"] == "compare"
