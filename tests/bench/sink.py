"""A receiver that takes everything at once: `python -m tests.bench.sink <port>`.

GET tells how many requests it has taken.
"""

import asyncio
import sys

import uvloop

END = b"\r\n\r\n"
LENGTH = b"content-length: "


class Sink(asyncio.Protocol):
    taken = 0

    def connection_made(self, transport):
        self.transport = transport
        self.received = b""

    def data_received(self, data):
        self.received += data
        while (end := self.received.find(END)) >= 0:
            head = self.received[:end].lower()
            whole = end + len(END) + length(head)
            if len(self.received) < whole:
                return
            self.received = self.received[whole:]
            self.answer(head)

    def answer(self, head):
        body = b""
        if head.startswith(b"get"):
            body = str(Sink.taken).encode()
        else:
            Sink.taken += 1
        self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))


def length(head):
    place = head.find(LENGTH)
    return int(head[place + len(LENGTH) :].split(b"\r", 1)[0]) if place >= 0 else 0


async def main(port):
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
