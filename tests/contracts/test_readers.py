"""What every metadata reader must do, built in or plugged in."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mediaev import plugins
from mediaev.model.claim import Claim
from mediaev.model.examination import MediaFacts
from mediaev.ports import Reader

ALL = plugins.readers()


@pytest.fixture(params=ALL, ids=[each.name for each in ALL])
def reader(request):
    return request.param


def test_it_is_a_reader_with_a_name_and_a_version(reader):
    assert isinstance(reader, Reader)
    assert reader.name
    assert reader.version


def test_names_are_distinct():
    assert len({each.name for each in ALL}) == len(ALL)


def test_what_it_reads_are_claims_that_say_who_says_so(reader):
    content = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    Image.new("RGB", (32, 24)).save(content, "JPEG", exif=exif)
    facts = MediaFacts(format="jpeg", width=32, height=24)
    if not reader.accepts(facts):
        return
    content.seek(0)
    for claim in reader.read(content, facts):
        assert isinstance(claim, Claim)
        assert claim.source.startswith(reader.name)
        assert ":" in claim.tag
        # Which one is preferred is decided over all readers.
        assert not claim.preferred


@pytest.mark.parametrize("number", range(len(ALL)))
def test_noise_raises_an_exception_at_most(number):
    reader = ALL[number]

    @settings(max_examples=40, deadline=None)
    @given(st.binary(max_size=400), st.sampled_from(["jpeg", "png", "mp4", "webp", "heif"]))
    def holds(noise, form):
        facts = MediaFacts(format=form)
        if reader.accepts(facts):
            try:
                claims = reader.read(io.BytesIO(noise), facts)
            except Exception:  # noqa: BLE001 - any exception is that reader's outcome
                return
            assert all(isinstance(claim, Claim) for claim in claims)

    holds()
