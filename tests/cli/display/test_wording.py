import doctest
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from mediaev.cli.display import wording
from mediaev.cli.display.wording import clock, said
from mediaev.model.exhibit import shown


def test_the_examples_hold():
    assert doctest.testmod(wording).failed == 0


@given(st.text(st.characters()))
def test_nothing_that_steers_a_terminal_is_said(text):
    assert {unicodedata.category(each) for each in said(text)}.isdisjoint(
        {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )


@given(st.binary())
def test_names_that_are_shown_already_stay_as_they_are(name):
    assert said(shown(name)) == shown(name)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_clocks_order_as_their_times_do(one, other):
    earlier, later = sorted((one, other))
    assert clock(earlier) <= clock(later) or later >= 360_000


def test_clocks_round_over_the_minute():
    assert clock(59.9996) == "00:01:00.000"
    assert clock(0.0) == "00:00:00.000"
