import hashlib

from mediaev.cli.display.cluster_lines import boilerplate_line, earlier_lines
from mediaev.model.cluster import Cluster, EarlierCopy, Ranking
from mediaev.model.digest import Digest

ONE, OTHER = (Digest("sha256", hashlib.sha256(name).digest()) for name in (b"one", b"other"))


def cluster(**more):
    return Cluster("c-000000000000", (ONE, OTHER), Ranking((ONE, OTHER), ()), **more)


def test_what_points_to_an_earlier_copy_is_told_with_its_weight_and_the_copies_that_show_it():
    reasons = (
        EarlierCopy(by_picture=True, says="the first is cropped", rests_on=(ONE, OTHER)),
        EarlierCopy(by_picture=False, says="the first is padded", rests_on=(ONE, OTHER)),
    )
    must, may = earlier_lines(cluster(earlier=reasons))
    assert must.startswith("points to")
    assert "the first is cropped" in must
    assert may.startswith("may point to")
    assert OTHER.hex[:12] in must
    assert earlier_lines(cluster()) == []


def test_matches_that_rest_on_boilerplate_are_counted():
    assert "1 further match " in boilerplate_line(cluster(apart=1))
    assert "2 further matches " in boilerplate_line(cluster(apart=2))
