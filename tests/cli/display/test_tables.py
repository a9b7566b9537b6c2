import sys

import pytest

from mediaev.cli.display.tables import table

LONG = "/a" * 2000


@pytest.fixture
def on_terminal(monkeypatch):
    """Makes a terminal of standard output; called by the test, because pytest exchanges the
    stream between set-up and test."""

    def pretend():
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        monkeypatch.setenv("COLUMNS", "60")
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.delenv("NO_COLOR", raising=False)

    return pretend


def draw():
    table(("n", "name"), [("1", "[red]x[/red]"), ("2", [LONG, "\x1b[31m:smile:"])], numbers=1)


def test_a_pipe_gets_each_cell_in_one_piece(capsys):
    draw()
    out = capsys.readouterr().out
    assert LONG in out
    assert "[red]x[/red]" in out
    assert "\\x1b[31m:smile:" in out
    assert "\x1b" not in out


def test_a_terminal_gets_folded_cells_and_nothing_is_lost(capsys, on_terminal):
    on_terminal()
    draw()
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.count("/a") for line in lines) >= 1900
    assert all(len(line) < 120 for line in lines)


@pytest.mark.parametrize(("width", "whole"), [(40, True), (20, False)])
def test_a_narrow_terminal_breaks_no_name_as_long_as_all_fits(
    capsys, on_terminal, monkeypatch, width, whole
):
    on_terminal()
    monkeypatch.setenv("COLUMNS", str(width))
    table(("n", "id", "path"), [("1", "c-3f9a02c41b77", LONG[:60])], numbers=1, names=[1])
    out = capsys.readouterr().out
    assert ("c-3f9a02c41b77" in out) == whole
    assert out.replace("\n", "").replace(" ", "").count("/a") >= 20


def test_no_colour_is_respected(capsys, on_terminal, monkeypatch):
    on_terminal()
    monkeypatch.setenv("NO_COLOR", "1")
    draw()
    assert "\x1b[3" not in capsys.readouterr().out
