"""What a client would rather have, and no error where it cannot be had: `Prefer` (RFC 7240)."""

import re
from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Header, Response

# A preference: its name, and a value that may be quoted; parameters of it are let be.
PREFERENCE = re.compile(r'\s*([!#$%&\'*+.^_`|~\w-]+)\s*(?:=\s*(?:"([^"]*)"|([^\s,;"]*)))?[^,]*(?:,|$)', re.ASCII)
# As long as proxies wait for an answer by default.
LONGEST_WAIT_S = 60
WHOLE_SECONDS = re.compile("[0-9]{1,9}", re.ASCII)


def wait_wanted(fields: Sequence[str]) -> int | None:
    """The seconds that a client would rather wait for the result than follow a job, at most `LONGEST_WAIT_S`.

    Of a preference that is repeated the first counts, and one that cannot be understood is none (RFC 7240, section 2).

    >>> wait_wanted(["respond-async, wait=10"])
    10
    """
    for match in PREFERENCE.finditer(", ".join(fields)):
        if match[1].lower() == "wait":
            value = match[2] or match[3] or ""
            return min(int(value), LONGEST_WAIT_S) if WHOLE_SECONDS.fullmatch(value) else None
    return None


def preferred_wait(
    response: Response,
    prefer: Annotated[
        list[str],
        Header(
            alias="Prefer",
            description="`wait=N`: seconds to wait for the result, 60 at most (RFC 7240)",
            examples=[["wait=10"]],
        ),
    ] = [],  # noqa: B006 - the framework copies it
) -> int | None:
    """What `Prefer` asks for, which the response says was done."""
    wait = wait_wanted(prefer)
    if wait is not None:
        response.headers["Preference-Applied"] = f"wait={wait}"
    return wait


WaitDep = Annotated[int | None, Depends(preferred_wait)]
