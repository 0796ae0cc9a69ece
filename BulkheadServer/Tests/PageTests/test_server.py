"""What comes over the wire: clients that are slow, rude or too many. Wants nothing but Python."""

import json
import select
import socket
import time
import unittest
import urllib.parse

from page import BITCOIN, Server

BODY = json.dumps({"market": BITCOIN, "legs": "-1C92000 -1P92000 @26DEC25"})


class ServerTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--request-time", "1")
        cls.port = urllib.parse.urlparse(cls.server.address).port

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def connect(self):
        client = socket.create_connection(("127.0.0.1", self.port), 20)
        self.addCleanup(client.close)
        return client

    def request(self, text, client=None):
        client = client or self.connect()
        client.sendall(text if isinstance(text, bytes) else text.encode())
        return self.answer(client)

    def answer(self, client):
        """Status and body of one answer; (0, "") where the connection was closed without one."""
        file = client.makefile("rb")
        head = file.readline()
        if not head:
            return 0, ""
        length = 0
        while (line := file.readline().strip()) != b"":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return int(head.split()[1]), file.read(length).decode()

    def post(self, body, more="", length=None):
        length = len(body) if length is None else length
        return (f"POST /v1/margin HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Content-Length: {length}\r\n{more}\r\n{body}")

    def is_well(self):
        status, text = self.request(self.post(BODY))
        self.assertEqual(status, 200)
        self.assertEqual(json.loads(text)[0]["status"], "unbounded")

    def test_a_good_request(self):
        self.is_well()

    def test_several_requests_on_one_connection(self):
        client = self.connect()
        for _ in range(20):
            self.assertEqual(self.request(self.post(BODY), client)[0], 200)

    def test_requests_sent_before_the_answers(self):
        client = self.connect()
        client.sendall(self.post(BODY).encode() * 3)
        file = client.makefile("rb")
        for _ in range(3):
            self.assertIn(b"200", file.readline())
            length = 0
            while (line := file.readline().strip()) != b"":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.assertEqual(len(file.read(length)), length)

    def test_too_large_a_body_is_told_before_it_has_come(self):
        status, text = self.request(self.post("", length=(1 << 20) + 1))
        self.assertEqual(status, 413)
        self.assertEqual(json.loads(text)["error"]["code"], "too_large")
        self.is_well()

    def test_a_body_in_pieces_without_a_length_is_limited_too(self):
        client = self.connect()
        client.sendall(b"POST /v1/margin HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                       b"Transfer-Encoding: chunked\r\n\r\n")
        piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        try:
            for _ in range(40):
                client.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            self.assertIn(self.answer(client)[0], (413, 0))
        except ConnectionResetError:
            pass
        self.is_well()

    def test_what_is_no_http_is_refused(self):
        for text in [b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                     b"POST /v1/margin HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70_000 + b"\r\n\r\n"]:
            with self.subTest(text[:40]):
                try:
                    self.assertIn(self.request(text)[0], (0, 400, 403, 431, 505))
                except (BrokenPipeError, ConnectionResetError):
                    pass
        self.is_well()

    def test_a_request_without_a_host_is_refused(self):
        self.assertIn(self.request("GET / HTTP/1.1\r\n\r\n")[0], (400, 403))
        self.assertEqual(self.request("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")[0], 403)

    def test_slow_clients_are_left(self):
        head = b"POST /v1/margin HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
        for text in [b"", b"GET / HT", head, head + b"{"]:
            with self.subTest(text[-20:]):
                client = self.connect()
                client.sendall(text)
                started = time.monotonic()
                client.settimeout(0.1)
                closed = False
                # A byte now and then does not hold the door open.
                while not closed and time.monotonic() - started < 15:
                    try:
                        closed = client.recv(4096) == b""
                    except TimeoutError:
                        try:
                            client.sendall(b" " if text else b"")
                        except OSError:
                            closed = True
                    except OSError:
                        closed = True
                self.assertTrue(closed)
        self.is_well()

    def test_nobody_waits_for_a_long_request_of_another(self):
        path = "/v1/chain?market=" + BITCOIN + "-whole"
        chain = json.loads(self.request(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")[1])
        legs = [f"1{right}{strike}@{item['expiry']}" for item in chain["underlyings"][0]["expiries"] if 2 < item["days"]
                for strike in item["strikes"] for right in "CP"][:500]
        body = json.dumps({"market": BITCOIN + "-whole", "legs": " ".join(legs), "fill": "mark", "policy": "close-first"})
        long = self.connect()
        long.sendall(self.post(body).replace("/v1/margin", "/v1/compare", 1).encode())
        # More than there are threads that read requests.
        others = [self.connect() for _ in range(16)]
        for client in others:
            self.assertEqual(self.request("GET /v1/strategies HTTP/1.1\r\nHost: localhost\r\n\r\n", client)[0], 200)
        self.assertEqual(select.select([long], [], [], 0)[0], [], "the long request was done before sixteen short ones")
        self.assertEqual(self.answer(long)[0], 200)

    def test_many_connections_that_say_nothing(self):
        clients = [self.connect() for _ in range(200)]
        self.is_well()
        for client in clients:
            client.close()
        self.is_well()


if __name__ == "__main__":
    unittest.main(verbosity=2)
