"""Media types and the ranges of them that `Accept` holds (RFC 9110, 8.3.1 and 12.5.1)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - the RFC's word for a name
QUOTED = r'"(?:[^"\\]|\\.)*"'
ELEMENT = re.compile(
    rf"\s*(?P<type>{TOKEN})/(?P<subtype>{TOKEN})(?P<parameters>(?:\s*;\s*(?:{TOKEN}=(?:{QUOTED}|{TOKEN}))?)*)\s*"
)
PARAMETER = re.compile(rf"({TOKEN})=({QUOTED}|{TOKEN})")
SEPARATOR = re.compile(rf"((?:{QUOTED}|[^,\"])*)(?:,|$)")
LONGEST = 2000  # characters of a header that are read, ten times what browsers send
QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


@dataclass(frozen=True, slots=True)
class MediaType:
    """A type or, with `*`, a range of types; with its parameters and how well it is liked, from 0 to 1."""

    type: str
    subtype: str
    parameters: frozenset[tuple[str, str]] = frozenset()
    quality: float = 1.0

    @classmethod
    def ranges(cls, accept: str) -> Iterator["MediaType"]:
        """The ranges of a header `Accept`; what is none is passed over, as is what comes after `LONGEST` characters."""
        for element in SEPARATOR.findall(accept[:LONGEST]):
            if (match := ELEMENT.fullmatch(element)) is not None:
                yield _read(match)

    def fits(self, other: "MediaType") -> bool:
        """Whether `other` is within this range."""
        kinds = self.type in ("*", other.type) and self.subtype in ("*", other.subtype)
        return kinds and self.parameters <= other.parameters

    @property
    def precision(self) -> tuple[bool, bool, int]:
        """By which of two ranges that fit is compared: the more specific one counts."""
        return self.type != "*", self.subtype != "*", len(self.parameters)


def parsed(media_type: str) -> MediaType:
    """One media type, as `text/csv; charset=utf-8`."""
    return next(MediaType.ranges(media_type))


def quality(offered: MediaType, ranges: Iterable[MediaType]) -> float:
    """How well `offered` is liked: as the most specific of `ranges` that it is within says, 0 outside of all."""
    fitting = [each for each in ranges if each.fits(offered)]
    return max(fitting, key=lambda each: (each.precision, each.quality)).quality if fitting else 0.0


def _read(match: re.Match[str]) -> MediaType:
    named = [(name.lower(), _unquoted(value)) for name, value in PARAMETER.findall(match["parameters"])]
    weight = next((value for name, value in named if name == "q"), "1")
    liked = float(weight) if QUALITY.fullmatch(weight) else 0.0
    # What text is encoded in is no choice: there is but UTF-8.
    others = frozenset((name, value) for name, value in named if name not in ("q", "charset"))
    return MediaType(match["type"].lower(), match["subtype"].lower(), others, liked)


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value.lower()
