"""Claims: what files state, normalised; what cannot be true is kept but rejected."""

import struct
from fractions import Fraction

import pytest
from media_factory import ffmpeg, scene
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

from mediaev.examine import metadata
from mediaev.examine.media.source import ByteSource
from mediaev.examine.metadata.places import degrees
from mediaev.model.claim import Claim, ReaderStatus
from mediaev.model.examination import MediaFacts

GPS, EXIF = 0x8825, 0x8769


def tags(*, ifd0=None, exif=None, gps=None):
    """An EXIF block of numbered tags."""
    block = Image.Exif()
    block.update(ifd0 or {})
    block.get_ifd(EXIF).update(exif or {})
    block.get_ifd(GPS).update(gps or {})
    return block.tobytes()


def claimed(found, field):
    """The preferred value of a field, None without one."""
    return next(
        (each.value for each in found.claims if each.field == field and each.preferred), None
    )


def rejected(found, field):
    return [each for each in found.claims if each.field == field and each.rejected]


SYDNEY = {
    1: "S",
    2: (33.0, 52.0, 7.68),
    3: "E",
    4: (151.0, 12.0, 33.48),
    5: b"\0",
    6: 12.5,
    7: (12.0, 30.0, 12.0),
    12: "K",
    13: 3.5,
    16: "T",
    17: 232.25,
    29: "2024:08:12",
    31: 4.5,
}
CAMERA = {0x010F: "Maker\0junk", 0x0110: " Model 7 ", 0x0131: "Editor 1.0", 0x0112: 6}
SHOT = {
    0x9003: "2024:08:12 15:30:12",
    0x9291: "042",
    0x9011: "+03:00",
    0xA431: "SN-123",
    0xA434: "Lens 50mm",
}


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff", "heic", "avif"])
def test_exif_is_read_from_every_format(media, look, suffix):
    block = tags(ifd0=CAMERA, exif=SHOT, gps=SYDNEY)
    found = look(media.still(f"photo.{suffix}", scene(1), exif=block))
    expected = {
        "capture_time": "2024-08-12T15:30:12.042+03:00",
        "capture_time_subsec": "042",
        "capture_time_offset": "+03:00",
        "gps_time": "2024-08-12T12:30:12Z",
        "gps_latitude": pytest.approx(-33.8688),
        "gps_longitude": pytest.approx(151.2093),
        "gps_altitude": 12.5,
        "gps_image_direction": 232.25,
        "gps_speed": 3.5,
        "gps_accuracy": 4.5,
        "camera_make": "Maker",
        "camera_model": "Model 7",
        "software": "Editor 1.0",
        "lens_model": "Lens 50mm",
        "body_serial": "SN-123",
        "orientation": 6,
        "width": 320,
        "height": 180,
    }
    assert {field: claimed(found, field) for field in expected} == expected
    assert found.flags == ()


def test_claims_say_who_says_so_and_where(media, look):
    found = look(media.still("photo.jpg", exif=tags(ifd0=CAMERA, exif=SHOT, gps=SYDNEY)))
    by_field = {each.field: each for each in found.claims}
    assert by_field["capture_time"].tag == "ExifIFD:DateTimeOriginal"
    assert by_field["gps_latitude"].tag == "GPS:GPSLatitude"
    assert by_field["gps_latitude"].unit == "deg"
    assert by_field["gps_speed"].unit == "km/h"
    assert by_field["camera_make"].source.startswith("exifread ")


def test_each_field_has_one_preferred_claim(media, look):
    found = look(
        media.video("clip.mp4", options=("-metadata", "creation_time=2024-08-12T12:30:12Z"))
    )
    for field in {each.field for each in found.claims}:
        assert sum(each.preferred for each in found.claims if each.field == field) == 1


def test_a_position_without_hemispheres_is_no_point(media, look):
    found = look(
        media.still("photo.jpg", exif=tags(gps={2: (48.0, 12.0, 0.0), 4: (16.0, 22.0, 0.0)}))
    )
    assert claimed(found, "gps_latitude") is None
    assert rejected(found, "gps_latitude")[0].value == pytest.approx(48.2)
    assert "gps_no_hemisphere" in found.flags


@pytest.mark.parametrize(
    ("gps", "flag"),
    [
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, "gps_null_island"),
        ({1: "N", 2: (213.64, 0.0, 0.0), 3: "E", 4: (16.0, 0.0, 0.0)}, "gps_invalid"),
        ({1: "N", 2: (48.0, 0.0, 0.0)}, "gps_invalid"),
        (
            {1: "N", 2: (IFDRational(0, 0),) * 3, 3: "E", 4: (IFDRational(0, 0),) * 3},
            "gps_invalid",
        ),
    ],
)
def test_impossible_positions_are_kept_but_rejected(media, look, gps, flag):
    found = look(media.still("photo.jpg", exif=tags(gps=gps)))
    assert claimed(found, "gps_latitude") is None
    assert rejected(found, "gps_latitude")
    assert flag in found.flags


def test_below_sea_level_is_negative(media, look):
    found = look(media.still("photo.jpg", exif=tags(gps=SYDNEY | {5: b"\1"})))
    assert claimed(found, "gps_altitude") == -12.5


@pytest.mark.parametrize(
    "stated",
    ["0000:00:00 00:00:00", "    :  :     :  :  ", "1970:01:01 00:00:00", "2021:02:30 10:00:00"],
)
def test_placeholder_times_are_kept_but_rejected(media, look, stated):
    found = look(media.still("photo.jpg", exif=tags(exif={0x9003: stated})))
    assert claimed(found, "capture_time") is None
    assert rejected(found, "capture_time")
    assert found.flags == ("time_placeholder",)


def test_a_malformed_satellite_date_gives_no_time(media, look):
    found = look(media.still("photo.jpg", exif=tags(gps=SYDNEY | {29: "2014:09:259"})))
    assert claimed(found, "gps_time") is None
    assert claimed(found, "gps_latitude") is not None


def test_the_embedded_thumbnail_is_counted(shared_data, look):
    path = next((shared_data / "metadata" / "files" / "synth").glob("thumb_match.jpg"))
    assert claimed(look(path), "thumbnail_bytes") == 3216


def test_data_behind_a_jpeg_is_counted_and_flagged(media, look):
    content = media.still("photo.jpg", scene(2)).read_bytes()
    found = look(media.write("more.jpg", content + b"PK\3\4" + bytes(110)))
    assert claimed(found, "trailing_bytes") == 114
    assert "trailing_data" in found.flags
    padded = look(media.write("padded.jpg", content + bytes(500)))
    assert claimed(padded, "trailing_bytes") is None
    assert look(media.path("photo.jpg")).flags == ()


PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:stRef="http://ns.adobe.com/xap/1.0/sType/ResourceRef#"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmp:CreatorTool="Photo Tool 5"
 xmpMM:DocumentID="doc:1" exif:GPSLatitude="49,59.61N" exif:GPSLongitude="36,13.824W">
 <xmpMM:InstanceID>inst:1</xmpMM:InstanceID>
 <xmpMM:DerivedFrom stRef:documentID="doc:0" stRef:instanceID="inst:0"/>
 <xmpMM:History><rdf:Seq><rdf:li>a</rdf:li><rdf:li>b</rdf:li></rdf:Seq></xmpMM:History>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff", "avif"])
def test_xmp_tells_a_documents_history(media, look, suffix):
    options = {"xmp": PACKET.encode()}
    if suffix == "png":
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", PACKET)
        options = {"pnginfo": info}
    if suffix == "tiff":
        options = {"tiffinfo": {700: PACKET.encode()}}
    found = look(media.still(f"photo.{suffix}", scene(3), **options))
    expected = {
        "xmp_document_id": "doc:1",
        "xmp_instance_id": "inst:1",
        "xmp_derived_from": "doc:0",
        "xmp_history_count": 2,
        "xmp_creator_tool": "Photo Tool 5",
        "gps_latitude": pytest.approx(49.9935),
        "gps_longitude": pytest.approx(-36.2304),
    }
    assert {field: claimed(found, field) for field in expected} == expected


def test_an_xmp_bomb_is_refused_and_costs_nothing_else(media, look):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + PACKET
    path = media.still("photo.jpg", scene(4), xmp=bomb.encode(), exif=tags(ifd0=CAMERA))
    found = look(path)
    outcome = {each.name: each.status for each in found.readers}
    assert outcome["xmp"] is ReaderStatus.ERROR
    assert claimed(found, "camera_model") == "Model 7"


def test_iptc_is_read(media, look):
    def record(number, text):
        return b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(text)) + text

    records = record(120, "Bildunterschrift ü".encode()) + record(80, "Jos\xe9".encode("latin-1"))
    records += record(25, b"one") + record(25, b"two") + record(40, b"FBMD01")
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records
    body = b"Photoshop 3.0\0" + resource + b"\0" * (len(records) % 2)
    content = media.still("photo.jpg").read_bytes()
    segment = b"\xff\xed" + struct.pack(">H", len(body) + 2) + body
    found = look(media.write("iptc.jpg", content[:2] + segment + content[2:]))
    assert claimed(found, "iptc_caption") == "Bildunterschrift ü"
    assert claimed(found, "iptc_byline") == "José"
    assert claimed(found, "iptc_keywords") == ["one", "two"]
    assert claimed(found, "iptc_instructions") == "FBMD01"


def test_a_containers_tags_and_streams_are_claims(media, look):
    path = media.path("phone.mov")
    stated = {
        "com.apple.quicktime.creationdate": "2024-08-12T15:30:12+0300",
        "com.apple.quicktime.location.ISO6709": "+49.9935-036.2304+112.500/",
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.model": "iPhone 15 Pro",
        "com.apple.quicktime.software": "17.5.1",
        "creation_time": "2024-08-12T12:30:12Z",
    }
    options = [each for key, text in stated.items() for each in ("-metadata", f"{key}={text}")]
    ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=2", "-f", "lavfi", "-i", "sine=d=2"),
        *("-movflags", "use_metadata_tags", *options, path),
    )
    found = look(path)
    expected = {
        "capture_time": "2024-08-12T15:30:12+03:00",
        "capture_time_offset": "+03:00",
        "container_create_time": "2024-08-12T12:30:12Z",
        "gps_latitude": 49.9935,
        "gps_longitude": -36.2304,
        "gps_altitude": 112.5,
        "camera_make": "Apple",
        "camera_model": "iPhone 15 Pro",
        "software": "17.5.1",
        "container_brand": "qt",
        "video_codec": "h264",
        "duration": pytest.approx(2.0, abs=0.05),
        "frame_rate": 25.0,
        "width": 160,
        "height": 120,
        "audio_channels": 1,
        "audio_sample_rate": 44100,
    }
    assert {field: claimed(found, field) for field in expected} == expected


def test_a_container_without_a_date_claims_none(media, look):
    assert claimed(look(media.video("clip.mp4")), "container_create_time") is None


def test_a_container_date_before_containers_is_rejected(media, look):
    path = media.video("clip.mp4", options=("-metadata", "creation_time=1970-03-06T10:00:00Z"))
    found = look(path)
    assert claimed(found, "container_create_time") is None
    assert "time_placeholder" in found.flags


def test_a_null_island_location_of_a_video_is_rejected(media, look):
    path = media.video("clip.mp4", options=("-metadata", "location=+00.0000+000.0000/"))
    found = look(path)
    assert claimed(found, "gps_latitude") is None
    assert "gps_null_island" in found.flags


class Broken:
    name, version = "broken", "1"

    def accepts(self, facts):
        return True

    def read(self, file, facts):
        raise RuntimeError("out of order")


class Sees(Broken):
    name = "sees"

    def read(self, file, facts):
        return [
            Claim("x", file.read(4).decode(), "sees 1", "A:B"),
            Claim("x", "z" * 10**6, "s", "t"),
        ]


def test_readers_fail_alone_and_each_starts_at_the_beginning(media):
    with media.write("file", b"abcdefgh").open("rb") as file:
        readers = (Sees(), Broken(), Sees())
        found = metadata.read_all(ByteSource(file.fileno()), MediaFacts(), readers)
    assert [each.status for each in found.runs] == [
        ReaderStatus.OK,
        ReaderStatus.ERROR,
        ReaderStatus.OK,
    ]
    assert found.runs[1].message == "RuntimeError: out of order"
    assert [each.value for each in found.claims if len(each.value) == 4] == ["abcd", "abcd"]
    assert max(len(each.value) for each in found.claims) < 10**5
    assert [each.preferred for each in found.claims] == [True, False, False, False]


def test_metadata_of_a_picture_that_cannot_be_decoded_is_still_read(media, look):
    path = media.still("photo.png", scene(5), exif=tags(ifd0=CAMERA))
    found = look(path, max_pixels=10)
    assert found.status == "failed"
    assert claimed(found, "camera_model") == "Model 7"


def test_exact_numbers_are_kept_until_the_end():
    assert degrees([Fraction(1), Fraction(30), Fraction(36)]) == Fraction(151, 100)
    assert degrees([Fraction(1), None, Fraction(36)]) is None
    assert degrees([]) is None
