"""
A load balancer in a process of its own: `python -m tests.channels.balancer PORT PORT`. Each request goes to the next
of these ports of 127.0.0.1 that takes a connection; a connection that dies under a request is a 502.

The first line on standard output is its address. It ends with its standard input.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import sys
import threading
from collections.abc import Sequence

LENGTH = re.compile(rb"^content-length: *(\d+)\r$", re.IGNORECASE | re.MULTILINE)
NOBODY = b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Balancer:
    """
    Deals requests out in turn. Each caller has connections of its own to the servers behind.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = ports
        self._turns = itertools.cycle(ports)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """
        Answer a caller until it hangs up.
        """
        behind: dict[int, Connection] = {}
        try:
            while request := await message(reader):
                writer.write(await self._answer(request, behind) or NOBODY)
                await writer.drain()
        except OSError:
            return
        finally:
            for _, other in [(reader, writer), *behind.values()]:
                other.close()

    async def _answer(self, request: bytes, behind: dict[int, Connection]) -> bytes:
        for _ in self._ports:
            port = next(self._turns)
            connection = behind.pop(port, None)
            try:
                if connection is None or connection[0].at_eof():
                    connection = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                continue
            answer = await _asked(connection, request)
            if answer:
                behind[port] = connection
            return answer
        return b""


async def _asked(connection: Connection, request: bytes) -> bytes:
    reader, writer = connection
    try:
        writer.write(request)
        return await message(reader)
    except OSError:
        return b""


async def message(reader: asyncio.StreamReader) -> bytes:
    """
    One request or answer as it stands; nothing when the connection ends before it does.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        return head + await reader.readexactly(int(length[1]) if length else 0)
    except asyncio.IncompleteReadError:
        return b""


async def main(ports: Sequence[int]) -> None:
    """
    Serve until standard input ends.
    """
    server = await asyncio.start_server(Balancer(ports).talk, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    asyncio.run(main([int(port) for port in sys.argv[1:] if port.isdigit()]))
