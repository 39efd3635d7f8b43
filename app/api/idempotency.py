"""The `Idempotency-Key` of a request: a name by which its sender knows it again."""

import re
from typing import Annotated

from fastapi import Depends, Header

from app.errors import BadInput

# A string of RFC 8941, as the draft wants it, or the same without quotation marks, as many send it.
KEY = re.compile(r'"([\x20-\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255})')


def read_key(
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="a UUID, say: sent again with it within 24 hours, a request has no second effect",
            examples=['"8e03978e-40d5-43dd-bc93-6894a57f9324"'],
        ),
    ] = None,
) -> str | None:
    """The key that a request was sent with; raises `BadInput` for what is none."""
    if key is None:
        return None
    if (match := KEY.fullmatch(key.strip())) is None:
        raise BadInput("A key is 1 to 255 printable ASCII characters, such as a UUID.", pointer="Idempotency-Key")
    return match[1] or match[2]


KeyDep = Annotated[str | None, Depends(read_key)]
