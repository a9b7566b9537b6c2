import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.custody import der
from mediaev.custody.der import DerError

OIDS = st.builds(
    lambda first, second, rest: ".".join(map(str, [first, second, *rest])),
    st.integers(0, 2),
    st.integers(0, 39),
    st.lists(st.integers(0, 2**40), max_size=6),
)


@given(st.integers(-(2**500), 2**500))
def test_integers_come_back(value):
    assert der.read(der.write_integer(value)).integer() == value


@given(OIDS)
def test_object_identifiers_come_back(dotted):
    assert der.read(der.write_oid(dotted)).oid() == dotted


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_structures_come_back(values):
    written = der.write(der.SEQUENCE, *(der.write(der.OCTET_STRING, each) for each in values))
    assert [each.octets() for each in der.read(written).parts()] == values


def test_an_element_of_untold_length_is_read():
    inner = der.write_integer(5) + b"\x24\x80" + der.write(der.OCTET_STRING, b"ab") + b"\0\0"
    number, octets = der.read(b"\x30\x80" + inner + b"\0\0").parts()
    assert number.integer() == 5
    assert octets.octets() == b"ab"


@given(st.binary(max_size=200))
def test_whatever_is_read_raises_nothing_else(data):
    try:
        stack = der.elements(data)
        while stack:
            each = stack.pop()
            if each.tag & der.CONSTRUCTED:
                stack += each.parts()
            for read in (each.integer, each.oid, each.octets, each.time):
                try:
                    read()
                except DerError:
                    continue
    except DerError:
        pass


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x05\x02\x01",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x85\0\0\0\0\1\0",
        b"\x04\x80\0\0",
        b"\x30\x80\x02\x01\x05",
        b"\x1f\x01\x00",
        b"\x02\x01\x05\x00",
        b"\x30\x80" * 40,
        b"\x30\x80" * 100_000,
    ],
    ids=lambda data: data[:8].hex(),
)
def test_what_is_cut_off_or_cannot_be_is_refused(data):
    with pytest.raises(DerError):
        der.read(data)


@pytest.mark.parametrize(
    "text",
    [b"20260230120000Z", b"20261301120000Z", b"202601011200Z", b"20260101120000", b"x", b""],
)
def test_times_that_do_not_exist_are_refused(text):
    with pytest.raises(DerError):
        der.read(der.write(der.GENERALIZED_TIME, text)).time()
