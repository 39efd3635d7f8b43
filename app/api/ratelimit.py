"""How much one caller may ask: a number of requests in a minute, counted from the first of them.

Counted in the memory of each process and not in Postgres: it is to keep one caller from crowding out the others, for which
every process can see to itself, and a write to the database for each read would cost more than what it protects. The store
of the library `limits` looks at all of its callers with each request: 0.7 ms with 10,000 of them and 13 ms with 100,000,
which makes the guard itself the bottleneck. Here all windows are equally long, so that those which are over are always at
the front, and the number of callers remembered has a bound.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

WINDOW_S = 60
MOST_CALLERS = 100_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a caller after a request: `remaining` ones, until `reset_s` seconds are over."""

    policy: str
    quota: int
    remaining: int
    reset_s: int
    exceeded: bool

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 has them."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW_S}',
            "RateLimit": f'"{self.policy}";r={self.remaining};t={self.reset_s}',
        }


class RateLimit:
    """Counts requests by caller under one policy: `quota` of them in a window."""

    def __init__(self, policy: str, quota: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.policy = policy
        self.quota = quota
        self._clock = clock
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()  # when each ends, and the requests in it

    def count(self, caller: str) -> Allowance | None:
        """Count a request of `caller`, one too many as well; `None` where there is no limit."""
        if not self.quota:
            return None
        now = self._clock()
        self._forget(now)
        end, count = self._windows.get(caller, (now + WINDOW_S, 0))
        self._windows[caller] = (end, count + 1)
        left = self.quota - count - 1
        return Allowance(self.policy, self.quota, max(left, 0), max(math.ceil(round(end - now, 3)), 1), left < 0)

    def _forget(self, now: float) -> None:
        while self._windows and (self._first_end() <= now or len(self._windows) >= MOST_CALLERS):
            self._windows.popitem(last=False)

    def _first_end(self) -> float:
        return next(iter(self._windows.values()))[0]
