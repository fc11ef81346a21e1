"""Worked cases with numbers that others published, or that can be checked by hand."""

from hashlib import sha256

import pytest

from salesteam.leads import Lead, Seat, SmoothWeighted
from salesteam.leads._hash import tie_hash


def weighted(run, weights, count, earn="eligible"):
    seats = [Seat(seat=seat, weight=weight, priority=rank) for rank, (seat, weight) in enumerate(weights.items())]
    leads = [Lead(lead=f"L{number:02}") for number in range(count)]
    result = run(leads, seats, selectors=[SmoothWeighted(id="pick", earn=earn)])
    return "".join(decision.seat for decision in result.decisions)


@pytest.mark.parametrize("earn", ["all", "eligible"])
def test_the_published_sequence_of_smooth_weights(run, earn):
    """Weights 5, 1, 1 give a a b a c a a, as the authors of the method print it."""
    assert weighted(run, {"a": 5, "b": 1, "c": 1}, 7, earn) == "aabacaa"


def test_smooth_weights_are_the_same_at_any_scale(run):
    """5 : 1 : 1 may be written as shares."""
    assert weighted(run, {"a": "5/7", "b": "1/7", "c": "1/7"}, 14) == "aabacaa" * 2


def test_smooth_weights_four_two_one(run):
    """Weights 4, 2, 1 by hand: credits (4,2,1), (1,4,2), (5,-1,3), (2,1,4), (6,3,-2), (3,5,-1), (7,0,0)."""
    assert weighted(run, {"a": 4, "b": 2, "c": 1}, 7) == "abacaba"


def test_the_tie_hash_is_plain_sha_256():
    """Anyone can check a tie with a command line tool."""
    assert tie_hash("salt", "L-1", "li") == sha256(b"salt\x1fL-1\x1fli").hexdigest()
