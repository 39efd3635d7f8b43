"""Whose turn it is at a host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import HostBusy
from app.ingest import courtesy as module
from app.ingest.courtesy import Courtesy
from app.ingest.robots import read_robots


class Clock:
    """Shows the time that it is set to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_turns_at_a_host_are_apart_and_those_at_others_are_not() -> None:
    clock = Clock()
    courtesy = Courtesy(clock)
    assert [courtesy.turn("a", 2, 60) for _ in range(3)] == [0, 2, 4]
    assert courtesy.turn("b", 2, 60) == 0
    clock.now += 5
    assert courtesy.turn("a", 2, 60) == 1
    clock.now += 500
    assert courtesy.turn("a", 2, 60) == 0


def test_a_turn_that_is_too_far_away_is_left_to_others() -> None:
    courtesy = Courtesy(Clock())
    courtesy.turn("a", 90, 20)
    for _ in range(2):
        with pytest.raises(HostBusy, match="in 90 s") as refused:
            courtesy.turn("a", 90, 20)
        assert refused.value.headers == {"Retry-After": "90"}
    assert courtesy.turn("a", 90, 100) == 90


def test_a_host_that_asks_for_time_gets_it() -> None:
    courtesy = Courtesy(Clock())
    courtesy.postpone("a", 30)
    courtesy.postpone("a", 10)
    assert courtesy.turn("a", 1, 60) == 30


def test_robots_are_remembered_for_a_while() -> None:
    clock = Clock()
    courtesy = Courtesy(clock)
    robots = read_robots("", "OnRecord")
    assert courtesy.robots("https://a") is None
    courtesy.remember("https://a", robots, 60)
    assert courtesy.robots("https://a") is robots
    assert courtesy.robots("http://a") is None
    clock.now += 60
    assert courtesy.robots("https://a") is None


def test_it_remembers_so_many_hosts_and_no_more() -> None:
    clock = Clock()
    courtesy = Courtesy(clock)
    for number in range(2 * module.MOST_HOSTS + 5):
        clock.now += 1
        courtesy.turn(str(number), 1, 60)
    assert len(courtesy._next) <= module.MOST_HOSTS
    assert courtesy.turn(str(number), 1, 60) == 1


def test_it_remembers_so_much_of_robots_and_no_more() -> None:
    courtesy = Courtesy(Clock())
    robots = read_robots("#" * (module.MOST_CHARACTERS // 10), "OnRecord")
    for number in range(25):
        courtesy.remember(f"https://{number}", robots, 60)
        kept = [each for each in range(25) if courtesy.robots(f"https://{each}")]
        assert len(kept) < 10
        assert kept[-1] == number


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 5), st.floats(0, 5)), max_size=30))
def test_no_two_come_closer_than_the_host_asks(visits: list[tuple[str, float, float]]) -> None:
    clock = Clock()
    courtesy = Courtesy(clock)
    earliest: dict[str, float] = {}
    for host, waited, delay_s in visits:
        clock.now += waited
        moment = clock.now + courtesy.turn(host, delay_s, 1e9)
        assert moment >= earliest.get(host, 0) - 1e-6
        earliest[host] = moment + delay_s
