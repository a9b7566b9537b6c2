import importlib.util
import sys
from pathlib import Path

for _name in ("footage", "made_sound", "moving"):
    if _name not in sys.modules:
        _place = Path(__file__).with_name(f"{_name}.py")
        _spec = importlib.util.spec_from_file_location(_name, _place)
        _module = importlib.util.module_from_spec(_spec)
        sys.modules[_name] = _module
        _spec.loader.exec_module(_module)
