"""Every dependency has a role, and every role has its dependency."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def declared():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {
        canonicalize_name(Requirement(each).name) for each in settings["project"]["dependencies"]
    }


def imported():
    """Distributions whose modules the package imports anywhere."""
    tops = set()
    for path in (ROOT / "mediaev").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                tops |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                tops.add(node.module.split(".")[0])
    foreign = tops - set(sys.stdlib_module_names) - {"mediaev", "_typeshed"}
    brought_by = packages_distributions()
    return {canonicalize_name(name) for top in foreign for name in brought_by.get(top, [top])}


def test_what_is_declared_is_used_and_what_is_used_is_declared():
    assert imported() == declared()
