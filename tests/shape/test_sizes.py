"""The limits of docs/architecture.md: a large file or function is a question to answer."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_MODULE = 350
LONGEST_FUNCTION = 60
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "tools", "misc"}

MODULES = {
    str(path.relative_to(ROOT)): path
    for room in ("mediaev", "scripts", "tests")
    for path in sorted((ROOT / room).rglob("*.py"))
}


def functions(path):
    """(name, number of lines) of every function in a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1


def test_modules_are_short_enough_to_read():
    lengths = {name: len(path.read_text().splitlines()) for name, path in MODULES.items()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_functions_are_short_enough_to_see():
    lengths = {
        f"{name}: {function}": lines
        for name, path in MODULES.items()
        for function, lines in functions(path)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_modules_are_named_after_one_concern():
    assert [name for name in MODULES if NO_NAMES & set(name.removesuffix(".py").split("/"))] == []
