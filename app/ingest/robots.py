"""robots.txt: what a host asks of programs that fetch from it (RFC 9309)."""

import re
from dataclasses import dataclass

from protego import Protego

# RFC 9309, 2.5, has at least so much read; what comes behind it is left out.
LONGEST = 500 * 1024
MOST_PATIENCE_S = 30.0  # a delay of an hour, which some ask for, would be a refusal by another name
# As generous as the parser is about how it may be written.
AGENT_LINE = re.compile(r"\s*user[- ]?agent\s*:?\s*([^#]*)", re.IGNORECASE)
SOMEBODY_ELSE = "User-agent: -"


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host allows to the program `agent`, and how much time it wants between two pages; `size` in characters."""

    rules: Protego
    agent: str
    size: int

    def allows(self, url: str) -> bool:
        """Whether `url`, of this host, may be fetched."""
        return self.rules.can_fetch(url, self.agent)

    @property
    def delay_s(self) -> float:
        """Seconds between two pages; 0 where it says nothing of it."""
        return min(max(self.rules.crawl_delay(self.agent) or 0.0, 0.0), MOST_PATIENCE_S)


def read_robots(text: str, user_agent: str) -> Robots:
    """What `text`, a robots.txt, says to the program that introduces itself as `user_agent`."""
    agent = re.split(r"[/\s]", user_agent.strip(), maxsplit=1)[0].lower()
    return Robots(Protego.parse("\n".join(_to_whom_it_matters(text, agent))), agent, len(text))


def _to_whom_it_matters(text: str, agent: str) -> list[str]:
    # The parser keeps each rule once for each program that a group names: 16,000 names over as many rules, which fit well
    # into the limit, would take all memory. Here all the others are one.
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if (named := AGENT_LINE.match(line)) and not agent.startswith(named[1].strip().lower().replace("*", "")):
            lines[number] = SOMEBODY_ELSE
    return lines
