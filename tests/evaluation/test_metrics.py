"""The measures against examples worked by hand."""

import math

import pytest

from evaluation.metrics import (
    NEVER,
    Scored,
    at_threshold,
    box_iou,
    mean,
    micro_ap,
    quantile,
    recall_at,
    span_iou,
)
from evaluation.truth import WHOLE, Box


def ranked(text):
    """Pairs with falling scores: `+` is a true one, `-` a false one."""
    return [Scored(1.0 - place / 100, sign == "+") for place, sign in enumerate(text)]


def test_micro_ap_of_a_perfect_ranking_is_one():
    assert micro_ap(ranked("+++--"), positives=3) == pytest.approx(1.0)


def test_micro_ap_adds_the_precision_at_each_true_pair():
    # True ones at ranks 1, 3 and 4: (1/1 + 2/3 + 3/4) / 3.
    assert micro_ap(ranked("+-++-"), positives=3) == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)


def test_micro_ap_counts_what_was_never_named():
    # (1/1 + 2/3) / 4: two of four true pairs are missing from the list.
    assert micro_ap(ranked("+-+"), positives=4) == pytest.approx((1 + 2 / 3) / 4)


def test_micro_ap_lets_equal_scores_stand_or_fall_together():
    tied = [Scored(0.5, true) for true in (True, False, False, True)]
    assert micro_ap(tied, positives=2) == pytest.approx(0.5)
    assert micro_ap(tied[::-1], positives=2) == pytest.approx(0.5)


def test_micro_ap_of_nothing_is_zero():
    assert micro_ap([], positives=3) == 0.0


def test_recall_without_a_wrong_pair():
    point = recall_at(ranked("++-+"), 4, 1.0)
    assert (point.recall, point.precision, point.threshold) == (0.5, 1.0, 0.99)


def test_recall_at_a_precision_may_pass_a_dip():
    # After the false pair precision is 2/3, after the next two true ones 4/5.
    point = recall_at(ranked("++-++"), 5, 0.8)
    assert (point.recall, point.precision) == (0.8, 0.8)


def test_no_threshold_is_good_enough_if_the_surest_pair_is_wrong():
    assert recall_at(ranked("-+"), 1, 0.99) == NEVER
    assert math.isinf(recall_at([], 1, 0.99).threshold)


def test_a_threshold_fitted_elsewhere():
    point = at_threshold(ranked("+-+"), 4, 0.985)
    assert (point.recall, point.precision) == (0.25, 0.5)
    assert at_threshold(ranked("+-+"), 4, math.inf).precision == 1.0


@pytest.mark.parametrize(
    ("one", "other", "iou"),
    [
        ((0, 4), (0, 4), 1.0),
        ((0, 4), (2, 6), 2 / 6),
        ((0, 4), (1, 2), 1 / 4),
        ((0, 1), (2, 3), 0.0),
        ((1, 1), (1, 1), 0.0),
    ],
)
def test_iou_of_intervals(one, other, iou):
    assert span_iou(one, other) == pytest.approx(iou)
    assert span_iou(other, one) == pytest.approx(iou)


@pytest.mark.parametrize(
    ("one", "other", "iou"),
    [
        (WHOLE, WHOLE, 1.0),
        (WHOLE, Box(0.25, 0, 0.75, 1), 0.5),
        (Box(0, 0, 0.5, 0.5), Box(0.25, 0.25, 0.75, 0.75), 1 / 7),
        (Box(0, 0, 0.4, 0.4), Box(0.6, 0.6, 1, 1), 0.0),
    ],
)
def test_iou_of_boxes(one, other, iou):
    assert box_iou(one, other) == pytest.approx(iou)
    assert box_iou(other, one) == pytest.approx(iou)


def test_quantiles_are_values_that_occurred():
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert (quantile(values, 0.5), quantile(values, 0.9), quantile(values, 0.1)) == (3, 5, 1)
    assert math.isnan(quantile([], 0.5))
    assert math.isnan(mean([]))
