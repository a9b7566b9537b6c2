"""Every number that the comparison rests on has its place in what a match names."""

import json
import subprocess
import sys

import pytest

from mediaev.compare import judge
from mediaev.compare.thresholds import in_force, thresholds_id


def test_the_numbers_are_there_by_module_and_name():
    values = in_force()
    assert values["judge"]["TOGETHER"] == judge.TOGETHER
    assert values["local"]["RATIO"] == 0.8
    assert {"align", "stills", "sound_stretch", "testimony"} <= set(values)
    assert json.loads(json.dumps(values)) == values


def test_the_id_is_the_same_in_every_process():
    code = "from mediaev.compare.thresholds import thresholds_id; print(thresholds_id())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == thresholds_id()


@pytest.mark.parametrize(("module", "name"), [("judge", "ALIKE"), ("local", "_TIGHT")])
def test_another_number_is_another_id(module, name):
    code = (
        f"from mediaev.compare import {module}; {module}.{name} = (0.123,) "
        f"if isinstance({module}.{name}, tuple) else 0.123\n"
        "from mediaev.compare.thresholds import thresholds_id; print(thresholds_id())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() != thresholds_id()
