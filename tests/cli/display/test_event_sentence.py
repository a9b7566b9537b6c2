from hypothesis import given
from hypothesis import strategies as st

from mediaev.cli.display.event_sentence import sentence
from mediaev.custody.event import TYPES

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["path_b64", "size", "first", "readers", "count", "fingerprints", "with", "argv", "verb"]
)


@given(
    st.sampled_from([*TYPES, "from.the.future"]),
    st.dictionaries(NAMES | st.text(), VALUES),
    st.dictionaries(st.just("detail.path_b64") | st.text(), VALUES),
)
def test_whatever_an_event_holds_there_is_a_sentence(kind, detail, disclosed):
    assert isinstance(sentence({"type": kind, "detail": detail, "disclosed": disclosed}), str)


def test_a_withheld_value_is_called_so():
    detail = {"first": True, "size": "5", "path_b64": {"$c": "x"}}
    event = {"type": "item.ingest", "detail": detail, "disclosed": {}}
    assert sentence(event) == "took in (withheld), 5 bytes"
    event["disclosed"] = {"detail.path_b64": "L2EubXA0"}
    assert sentence(event) == "took in /a.mp4, 5 bytes"
