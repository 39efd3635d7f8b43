"""The forms in which a list is served, and how a request says which one it wants."""

from dataclasses import dataclass

from app.api.formats.mediatype import MediaType, parsed, quality


@dataclass(frozen=True, slots=True)
class Format:
    """One form: its name in `?format=`, its media type, and what else it is called in `Accept`."""

    name: str
    media_type: str
    also: tuple[str, ...] = ()

    @property
    def media_types(self) -> list[MediaType]:
        """All that it is called, parsed."""
        return [parsed(each) for each in (self.media_type, *self.also)]


JSON = Format("json", "application/json")
NDJSON = Format("ndjson", "application/x-ndjson", ("application/ndjson", "application/jsonl", "application/x-jsonlines"))
CSV = Format("csv", "text/csv; charset=utf-8")
JSON_LD = Format("jsonld", "application/ld+json")
ATOM = Format("atom", "application/atom+xml")
ANNOTATIONS = Format("annotations", 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"')


def wanted(accept: str | None, offered: tuple[Format, ...]) -> Format | None:
    """The one of `offered` that the header `Accept` likes best, the first of those it likes as well; `None` if none.

    The rules are those of RFC 9110, 12.5.1: the most specific range that fits a type gives its quality. Without a header,
    or with one that cannot be read, any will do.
    """
    ranges = [] if accept is None else list(MediaType.ranges(accept))
    if not ranges:
        return offered[0]
    liked = [max(quality(each, ranges) for each in form.media_types) for form in offered]
    best = max(liked)
    return offered[liked.index(best)] if best > 0 else None
