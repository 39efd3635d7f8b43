"""Many articles at once: lines of JSON of any number, of which no more are held in memory than are being worked on."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import TypeVar

from app.errors import TextTooLong

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the input, counted from 1; `None` is one that was longer than the limit and has been skipped."""

    number: int
    content: bytes | None


async def split_lines(chunks: AsyncIterable[bytes], limit: int) -> AsyncIterator[Line]:
    """The lines of `chunks`, blank ones left out, in memory of the order of `limit`, the most bytes a line may have."""
    number, begun, skipping = 1, bytearray(), False
    async for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            if line := _line(number, begun + part, limit, skipping):
                yield line
            number, begun, skipping = number + 1, bytearray(), False
        begun += rest
        if len(begun) > limit:
            begun, skipping = bytearray(), True
    if line := _line(number, begun, limit, skipping):
        yield line


def _line(number: int, content: bytearray, limit: int, skipping: bool) -> Line | None:
    if skipping or len(content) > limit:
        return Line(number, None)
    return Line(number, bytes(content)) if content.strip() else None


async def work_through(
    lines: AsyncIterable[Line], task: Callable[[Line], Coroutine[None, None, Result]], at_once: int
) -> AsyncIterator[Result]:
    """What `task` makes of each line, in their order, `at_once` of them worked on at a time."""
    running: list[asyncio.Task[Result]] = []
    try:
        async for line in lines:
            running.append(asyncio.create_task(task(line)))
            if len(running) == at_once:
                yield await running.pop(0)
        while running:
            yield await running.pop(0)
    finally:
        for left in running:
            left.cancel()


def content_of(line: Line, limit: int) -> bytes:
    """The bytes of a line; raises `TextTooLong` where it had more than `limit`."""
    if line.content is None:
        raise TextTooLong(f"The line is longer than {limit:,} bytes: split the text.", pointer="")
    return line.content
