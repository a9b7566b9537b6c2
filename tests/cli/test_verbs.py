"""What every verb has in common."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from mediaev import __version__
from mediaev.cli.verbs import VERBS, verbs

each_verb = pytest.mark.parametrize("name", VERBS)


def help_of(*arguments):
    done = CliRunner().invoke(verbs, [*arguments, "--help"], terminal_width=200)
    assert done.exit_code == 0, done.output
    return done.output


@each_verb
def test_its_help_begins_with_the_sentence_of_the_list(name):
    assert f"  {VERBS[name]}\n" in help_of(name)


@each_verb
def test_its_help_ends_with_an_example_of_itself(name):
    _, _, example = help_of(name).rpartition("Example:\n")
    lines = example.strip().splitlines()
    assert lines
    assert all(line.strip().startswith("mediaev ") for line in lines)
    assert all(f" {name}" in line for line in lines)


@each_verb
def test_it_takes_the_shared_options(name):
    text = help_of(name)
    for option in ("--case DIR", "--json ", "--jsonl ", "--progress ", "--verbose", "--quiet"):
        assert option in text


@each_verb
def test_it_has_a_file_of_its_name_and_its_json_is_described(name):
    root = Path(__file__).parents[2]
    assert (root / "mediaev" / "cli" / f"{name}.py").exists()
    assert f"\n## `{name}`\n" in (root / "docs" / "formats" / "json.md").read_text()


def test_the_list_names_all_verbs_and_loads_none():
    code = (
        "import sys\n"
        "from mediaev.cli.main import run\n"
        "assert run(['--help']) == 0\n"
        "heavy = {'numpy', 'cv2', 'av', 'sqlalchemy', 'rich', 'cryptography', 'PIL'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "print(sorted(name for name in sys.modules if name.startswith('mediaev.actions')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *text, libraries, actions = done.stdout.splitlines()
    assert (libraries, actions) == ("[]", "[]")
    assert all(any(line.startswith(f"  {name} ") for line in text) for name in VERBS)


@pytest.mark.parametrize("arguments", [["--version"], ["verify", "--version"]])
def test_the_version_is_told(cli, arguments):
    assert cli(*arguments).out == f"mediaev {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["-C", "CASE", "--json", "clusters"],
        ["clusters", "-C", "CASE", "--json"],
        ["--json", "-C", "elsewhere", "clusters", "--case", "CASE"],
    ],
)
def test_shared_options_stand_before_or_after_the_verb(cli, case, monkeypatch, arguments):
    monkeypatch.delenv("MEDIAEV_CASE")
    done = cli(*[str(case.case) if each == "CASE" else each for each in arguments])
    assert done.code == 0
    assert json.loads(done.out)["clusters"]


def test_without_an_option_the_case_is_in_the_folder_one_stands_in(cli, tmp_path, monkeypatch):
    monkeypatch.delenv("MEDIAEV_CASE", raising=False)
    monkeypatch.chdir(tmp_path)
    assert cli("init").code == 0
    assert (tmp_path / "mediaev-case" / "case.db").exists()


def test_a_near_miss_is_told_what_it_nearly_was(cli):
    done = cli("scann", "x")
    assert done.code == 2
    assert "Did you mean scan?" in done.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-C", "", "clusters"], "empty"),
        (["clusters", "--json", "--jsonl"], "exclude each other"),
        (["--json", "clusters", "--jsonl"], "exclude each other"),
        (["scan"], "Missing argument"),
        (["scan", "--bogus"], "No such option"),
        (["--progress", "loud", "doctor"], "loud"),
    ],
)
def test_a_command_that_makes_no_sense_is_told_so(cli, arguments, says):
    done = cli(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("mediaev: error: ")
    assert says in done.err
    assert "--help" in done.err


def test_no_verb_at_all_gets_the_list(cli):
    done = cli()
    assert done.code == 2
    assert done.out == ""
    assert "compare" in done.err
