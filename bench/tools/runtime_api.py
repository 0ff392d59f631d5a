"""Lambda's Runtime API on 127.0.0.1, as a runtime client in another process sees it: hands out events, takes answers, and
notes the times. Plain sockets: on the side that measures, a server library would cost more than a warm answer does."""
import queue
import socket
import threading
import time


class RuntimeApi:
    def __init__(self):
        self.events = queue.SimpleQueue()
        self.answers = queue.SimpleQueue()
        self.snapshot = threading.Event()
        self.restore = threading.Event()
        self.cpu_seconds = lambda: 0.0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._connections = []
        self.address = "127.0.0.1:%d" % self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._connections:
            connection.close()
        self.restore.set()
        self.events.put(None)

    def _accept(self):
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        sent = None
        stream = connection.makefile("rb")
        try:
            while True:
                request = stream.readline().split()
                if not request:
                    return
                length = self._headers(stream)
                path = request[1].decode()
                if request[0] == b"GET":
                    if path.endswith("/restore/next"):
                        self.snapshot.set()
                        self.restore.wait()
                        self._reply(connection, b"200 OK", b"")
                        continue
                    event = self.events.get()
                    if event is None:
                        return
                    sent = time.perf_counter()
                    self._reply(connection, b"200 OK", event)
                else:
                    body = self._body(stream, length)
                    now = time.perf_counter()
                    cpu = self.cpu_seconds()
                    self._reply(connection, b"202 Accepted", b"")
                    self.answers.put((sent, now, cpu, path, body))
        except OSError:
            return

    @staticmethod
    def _headers(stream):
        """The length of the body; None if it comes in chunks."""
        length = 0
        while True:
            line = stream.readline().strip().lower()
            if not line:
                return length
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            elif line.startswith(b"transfer-encoding:"):
                length = None

    @staticmethod
    def _body(stream, length):
        if length is not None:
            return stream.read(length)
        body = b""
        while True:
            size = int(stream.readline(), 16)
            body += stream.read(size)
            stream.readline()
            if size == 0:
                return body

    @staticmethod
    def _reply(connection, status, body):
        # Without a content type the Java client's native part takes the length of a null pointer
        connection.sendall(
            b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
            b"Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\nLambda-Runtime-Deadline-Ms: %d\r\n"
            b"Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:f\r\n\r\n%s"
            % (status, len(body), time.time() * 1000 + 30_000, body)
        )
