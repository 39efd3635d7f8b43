"""What this process owes to the hosts that it fetches from: to come one after the other, and to remember what they ask."""

import math
import time
from collections.abc import Callable

from app.errors import HostBusy
from app.ingest.robots import Robots

MOST_HOSTS = 10_000
MOST_CHARACTERS = 2_000_000  # of robots.txt: read, each takes up to 80 bytes


class Courtesy:
    """Whose turn it is when, and each host's robots.txt for a while.

    Turns are dealt out ahead, and nothing is awaited meanwhile: there is no lock that one who was cancelled might keep.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next: dict[str, float] = {}
        self._robots: dict[str, tuple[float, Robots]] = {}
        self._characters = 0

    def turn(self, host: str, delay_s: float, patience_s: float) -> float:
        """Take the next turn at `host`, after which nobody has one for `delay_s`; the seconds until then.

        Raises:
            HostBusy: it is farther away than `patience_s`, and is left to others.
        """
        now = self._clock()
        moment = max(self._next.get(host, now), now)
        if moment - now > patience_s:
            wait = math.ceil(moment - now)
            told = f"{host} is asked as often as is polite: send this again in {wait} s."
            raise HostBusy(told, may_pass=True, retry_after_s=wait)
        self._make_room(now)
        self._next[host] = moment + delay_s
        return moment - now

    def postpone(self, host: str, seconds: float) -> None:
        """Give nobody a turn at `host` for so long: it has asked for it."""
        now = self._clock()
        self._make_room(now)
        self._next[host] = max(self._next.get(host, now), now + seconds)

    def robots(self, origin: str) -> Robots | None:
        """What `origin` allows, where that is remembered."""
        until, robots = self._robots.get(origin, (0.0, None))
        return robots if until > self._clock() else None

    def remember(self, origin: str, robots: Robots, seconds: float) -> None:
        """Keep what `origin` allows for so long."""
        size = len(origin) + robots.size
        if self._characters + size > MOST_CHARACTERS:
            self._robots.clear()  # to ask all of them again is rare enough
            self._characters = 0
        self._characters += size
        self._robots[origin] = (self._clock() + seconds, robots)

    def _make_room(self, now: float) -> None:
        if len(self._next) >= MOST_HOSTS:
            self._next = {host: moment for host, moment in self._next.items() if moment > now}
