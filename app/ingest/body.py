"""The content of an HTTP answer, decompressed, up to a limit and no further."""

import zlib

import httpx

from app.errors import FetchFailed


async def read_body(response: httpx.Response, limit: int, *, cut: bool = False) -> bytes:
    """The content of `response`, at most `limit` bytes of it.

    Decompressed here and not by httpx, which lets one chunk grow a thousandfold, and more when encodings are stacked,
    before anybody can count.

    Args:
        response: one whose content has not been read.
        limit: in bytes, both as they come and decompressed.
        cut: leave out what is over the limit, instead of failing.

    Raises:
        FetchFailed: it is longer, damaged, breaks off, or is encoded as nobody asked for.
    """
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"identity", "gzip", "x-gzip", ""}:
        raise FetchFailed(f"The page is encoded as {coding[:100]}, which was not asked for.")
    inflater = zlib.decompressobj(wbits=31) if "gzip" in coding else None
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += _inflated(inflater, chunk, limit + 1 - len(body)) if inflater else chunk
        if max(len(body), response.num_bytes_downloaded) > limit:
            if cut:
                return bytes(body[:limit])
            raise FetchFailed(f"The page is longer than {limit:,} bytes, the limit.")
    if inflater and not inflater.eof:
        raise FetchFailed("The page broke off before its end.", may_pass=True)
    return bytes(body)


def _inflated(inflater: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
    try:
        return inflater.decompress(chunk, room)
    except zlib.error as error:
        raise FetchFailed("The page's compression is damaged.") from error
