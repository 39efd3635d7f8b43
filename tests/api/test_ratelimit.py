"""Counting requests by caller."""

from hypothesis import given
from hypothesis import strategies as st

from app.api import ratelimit
from app.api.ratelimit import RateLimit


class Clock:
    """Shows the time that it is set to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_window_begins_with_the_first_request_and_ends() -> None:
    clock = Clock()
    limit = RateLimit("key", 2, clock)
    seen = []
    for moment in (1000.0, 1030.5, 1059.9, 1060.0):
        clock.now = moment
        allowance = limit.count("a")
        assert allowance
        seen.append((allowance.remaining, allowance.reset_s, allowance.exceeded))
    assert seen == [(1, 60, False), (0, 30, False), (0, 1, True), (1, 60, False)]


def test_one_caller_uses_up_nothing_of_another() -> None:
    limit = RateLimit("key", 1, Clock())
    assert [limit.count(caller).exceeded for caller in "aabb"] == [False, True, False, True]  # type: ignore[union-attr]


def test_no_limit() -> None:
    assert RateLimit("key", 0).count("a") is None


def test_the_headers_are_structured_fields() -> None:
    allowance = RateLimit("address", 600, Clock()).count("a")
    assert allowance
    assert allowance.headers == {"RateLimit-Policy": '"address";q=600;w=60', "RateLimit": '"address";r=599;t=60'}


def test_callers_are_forgotten_when_their_time_is_over_or_there_are_too_many() -> None:
    clock = Clock()
    limit = RateLimit("address", 5, clock)
    for caller in range(ratelimit.MOST_CALLERS + 10):
        limit.count(str(caller))
    assert len(limit._windows) == ratelimit.MOST_CALLERS
    clock.now += ratelimit.WINDOW_S
    limit.count("last")
    assert list(limit._windows) == ["last"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 40))), st.integers(1, 4))
def test_nobody_gets_more_than_the_quota_in_a_window(requests: list[tuple[str, float]], quota: int) -> None:
    clock = Clock()
    limit = RateLimit("key", quota, clock)
    ends: dict[str, float] = {}
    taken: dict[str, int] = {}
    for caller, waited in requests:
        clock.now += waited
        if ends.get(caller, 0) <= clock.now:
            ends[caller], taken[caller] = clock.now + ratelimit.WINDOW_S, 0
        allowance = limit.count(caller)
        assert allowance
        assert allowance.exceeded == (taken[caller] == quota)
        taken[caller] += not allowance.exceeded
        assert allowance.remaining == quota - taken[caller]
        assert 0 < allowance.reset_s <= ratelimit.WINDOW_S
