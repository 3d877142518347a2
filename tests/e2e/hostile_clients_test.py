#!/usr/bin/env python3
"""Clients that nobody wants: slow ones, quick ones, malformed ones.  The scraper among them gets its answer.

    MTA_SLOW_SECONDS=60 hostile_clients_test.py     as long as wanted; else 10 s, with MTA_FULL a minute
"""
import functools
import os
import random
import resource
import selectors
import socket
import tempfile
import threading
import time
import unittest
from pathlib import Path

import exporter
import mail_lines
import web_test

SECONDS = float(os.environ.get('MTA_SLOW_SECONDS', '60' if os.environ.get('MTA_FULL') else '10'))
SLOW_CLIENTS = 1000
ASAN = 'asan' in exporter.BINARY  # its memory and its speed are not the exporter's


def files(number):
    """Calls the limit of open files upon a process."""
    return functools.partial(resource.setrlimit, resource.RLIMIT_NOFILE, (number, number))


def resident_bytes(pid, kind='VmRSS'):
    for line in Path('/proc/%d/status' % pid).read_text().splitlines():
        if line.startswith(kind + ':'):
            return int(line.split()[1]) * 1024
    return 0


class Hostile(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        log = self.folder / 'mail.log'
        log.write_text(''.join(mail_lines.delivery(i) for i in range(100)))
        self.serving = self.enterContext(exporter.Serving('--from-beginning', log))
        self.addCleanup(self.check_memory)

    def check_memory(self):
        self.assertIsNone(self.serving.process.poll(), self.serving.logged())
        peak = resident_bytes(self.serving.process.pid, 'VmHWM')
        print('    peak of resident memory: %.1f MB' % (peak / 1e6))
        if not ASAN:
            self.assertLess(peak, 64e6)

    def connect(self):
        return socket.create_connection(('127.0.0.1', self.serving.port), timeout=30)

    def scrape_seconds(self):
        start = time.monotonic()
        status, _, body = self.serving.get('/metrics')
        self.assertEqual((200, True), (status, b'mta_delivery_attempts_total' in body))
        return time.monotonic() - start

    def test_a_thousand_that_send_a_byte_every_half_second(self):
        head = b'GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ' + b'x' * 10000
        clients, sent, took = [], [], []
        end = time.monotonic() + SECONDS
        at = 0
        self.addCleanup(lambda: [client.close() for client in clients])
        while time.monotonic() < end:
            begin = time.monotonic()
            while len(clients) < SLOW_CLIENTS:
                clients.append(self.connect())
                sent.append(0)
            for i, client in enumerate(clients):
                try:
                    client.send(head[sent[i]:sent[i] + 1])
                    sent[i] += 1
                except OSError:  # put out: it comes again
                    client.close()
                    clients[i], sent[i] = self.connect(), 0
            while time.monotonic() - begin < 0.5:
                took.append(self.scrape_seconds())
                time.sleep(0.02)
            at += 1
        took.sort()
        p99 = took[int(len(took) * 0.99)]
        print('    %d slow clients for %.0f s: %d scrapes, p50 %.1f ms, p99 %.1f ms' %
              (SLOW_CLIENTS, SECONDS, len(took), 1e3 * took[len(took) // 2], 1e3 * p99))
        self.assertGreater(len(took), 20)
        self.assertLess(p99, 1)

    def test_ten_thousand_quick_connections(self):
        for i in range(10000):
            client = self.connect()
            if i % 3:
                client.sendall(b'GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n'[:i % 40])
            client.close()
        # What was asked for may still be being answered, and more from the same address gets a 503.
        exporter.wait_until(lambda: self.serving.get('/metrics')[0] == 200, 'the burst is answered')
        self.assertLess(self.scrape_seconds(), 1)

    def test_neighbours_at_the_inner_port(self):
        """Whoever is on the same host can connect to CivetWeb's port, and holds up nobody: not even several scrapers at once."""
        inner, = web_test.listening_ports(self.serving.process.pid) - {self.serving.port}
        time.sleep(1.5)  # longer than CivetWeb waits for a first request
        neighbours = [socket.create_connection(('127.0.0.1', inner), timeout=30) for _ in range(200)]
        self.addCleanup(lambda: [neighbour.close() for neighbour in neighbours])
        end, took = time.monotonic() + 3, []

        def scrape():
            while time.monotonic() < end:
                took.append(self.scrape_seconds())
        scrapers = [threading.Thread(target=scrape) for _ in range(4)]
        for scraper in scrapers:
            scraper.start()
        for scraper in scrapers:
            scraper.join()
        print('    %d scrapes, the longest %.0f ms' % (len(took), 1e3 * max(took)))
        self.assertGreater(len(took), 100)
        self.assertLess(max(took), 10 if ASAN else 1)

    def test_a_flood_of_good_requests_from_one_address(self):
        """It is refused beyond its share; scrapes from elsewhere are not."""
        request, done, refused = b'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n', threading.Event(), []

        def flood():
            while not done.is_set():
                clients = [socket.create_connection(('127.0.0.1', self.serving.port), 30, ('127.0.0.2', 0)) for _ in range(100)]
                for client in clients:
                    client.sendall(request)
                refused.extend(b' 503 ' in client.recv(20) for client in clients)
                for client in clients:
                    client.close()
        attacker = threading.Thread(target=flood)
        attacker.start()
        try:
            took = [self.scrape_seconds() for _ in range(300)]
        finally:
            done.set()
            attacker.join()
        print('    %d of %d refused; 300 scrapes beside them, the longest %.0f ms' % (sum(refused), len(refused), 1e3 * max(took)))
        self.assertGreater(sum(refused), 100)
        self.assertLess(max(took), 10 if ASAN else 1)

    def test_readers_that_do_not_read(self):
        """More than there may be requests under way: the scraper still gets its answer."""
        readers = []
        for _ in range(100):
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(('127.0.0.1', self.serving.port))
            client.sendall(b'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n' * 20)
            readers.append(client)
        self.addCleanup(lambda: [client.close() for client in readers])

        def answered():
            return self.serving.get('/metrics')[0] == 200
        exporter.wait_until(answered, 'a scrape is answered')

    def answer(self, request):
        with self.connect() as client:
            try:
                client.sendall(request)
                client.shutdown(socket.SHUT_WR)
                return client.makefile('rb').read()
            except OSError:
                return b''

    def test_what_is_malformed_gets_no_page(self):
        good = b'GET /metrics HTTP/1.1\r\nHost: x\r\n'
        for request in (
                b'GET /metrics\r\n\r\n', b'GET /metrics HTTP/1.1\n\n', good + b' folded: x\r\n\r\n', good + b'A : b\r\n\r\n',
                good + b'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', good + b'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
                good + b'Content-Length: 0\r\nContent-Length: 3\r\n\r\nabc', good + b'Content-Length: 5\r\n\r\nabcde',
                good + b'Host: y\r\n\r\n', b'GET /metrics HTTP/1.1\r\n\r\n', b'GET http://x/metrics HTTP/1.1\r\nHost: x\r\n\r\n',
                good + b'A: \x00\r\n\r\n', good + b'X: ' + b'x' * 100000 + b'\r\n\r\n', good + b'A: b\r\n' * 1000 + b'\r\n',
                b'GET /' + b'a' * 100000 + b' HTTP/1.1\r\nHost: x\r\n\r\n', b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
                b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + bytes(range(256)), b'\r\n' * 1000):
            with self.subTest(request=request[:80]):
                self.assertNotIn(b' 200 ', self.answer(request))
        for path in (b'/metrics/', b'/metrics/.', b'/./metrics', b'/x/../metrics', b'//metrics', b'/%6detrics', b'/metrics%00', b'/metrics%2f',
                     b'/..%2fmetrics', b'/metrics;x', b'/METRICS', b'/metrics.', b'/metrics~', b'/-/../metrics', b'/%2e%2e/%2e%2e/etc/passwd'):
            with self.subTest(path=path):
                self.assertTrue(self.answer(b'GET ' + path + b' HTTP/1.1\r\nHost: x\r\n\r\n').startswith(b'HTTP/1.1 404 '))

    def test_no_request_hides_in_another(self):
        """What one program could take for the end of a request, and another for its middle: one refusal, and nothing that follows is answered."""
        hidden = b'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'
        post = b'POST /-/healthy HTTP/1.1\r\nHost: x\r\n'
        chunked = b'\r\n0\r\n\r\n' + hidden
        length = b'%d' % len(hidden)
        for request in (
                post + b'Content-Length: ' + length + b'\r\n\r\n' + hidden, post + b'Content-Length: ' + length + b', 0\r\n\r\n' + hidden,
                post + b'Content-Length: +' + length + b'\r\n\r\n' + hidden, post + b'Content-Length: 0x10\r\n\r\n' + hidden,
                post + b'Content-Length: -1\r\n\r\n' + hidden, post + b'Content-Length: 99999999999999999999\r\n\r\n' + hidden,
                post + b'Content-Length:\r\n\r\n' + hidden, post + b'Content-Length : ' + length + b'\r\n\r\n' + hidden,
                post + b'Content-Length: ' + length + b'\r\nContent-Length: 0\r\n\r\n' + hidden, post + b'Transfer-Encoding: chunked\r\n' + chunked,
                post + b'Transfer-Encoding: xchunked\r\n' + chunked, post + b'Transfer-Encoding : chunked\r\n' + chunked,
                post + b'Transfer-Encoding:\tchunked\r\n' + chunked, post + b'Transfer-Encoding: identity, chunked\r\n' + chunked,
                post + b'X: y\r\n Transfer-Encoding: chunked\r\n' + chunked, post + b'X: y\nTransfer-Encoding: chunked\r\n' + chunked,
                post + b'X: y\rTransfer-Encoding: chunked\r\n' + chunked, post + b'Content-Length: 0\r\nTransfer-Encoding: chunked\r\n' + chunked,
                post + b'tRANSFER-eNCODING: chunked\r\n' + chunked, post + b'Expect: 100-continue\r\nContent-Length: 5\r\n\r\n' + hidden,
                post + b'Trailer: x\r\nTransfer-Encoding: chunked\r\n' + chunked, b'GET /-/healthy HTTP/1.1 \r\nHost: x\r\n\r\n' + hidden,
                b'GET  /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n' + hidden, b'GET\t/-/healthy HTTP/1.1\r\nHost: x\r\n\r\n' + hidden,
                b'GET /-/healthy HTTP/1.10\r\nHost: x\r\n\r\n' + hidden, b'GET /-/healthy HTTP/0.9\r\nHost: x\r\n\r\n' + hidden,
                b'GET /-/healthy\r\n\r\n' + hidden, b'GET /-/healthy HTTP/1.1\r\nHost: x\n\n' + hidden,
                b'GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r' + hidden, b'GET http://x/-/healthy HTTP/1.1\r\nHost: x\r\n\r\n' + hidden,
                b'CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n' + hidden, b'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n' + hidden,
                b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + hidden, b'\x00' + hidden, b' ' + hidden, b'\xef\xbb\xbf' + hidden):
            with self.subTest(request=request[:90]):
                answer = self.answer(request)
                self.assertEqual(1, answer.count(b'HTTP/1.1 '), answer)
                self.assertRegex(answer, rb'^HTTP/1\.1 (400|405|413|417|501|505) ')
                self.assertIn(b'\r\nConnection: close\r\n', answer)

    def test_an_upgrade_is_not_taken(self):
        for upgrade in (b'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n', b'Upgrade: websocket\r\nConnection: upgrade\r\n'):
            answer = self.answer(b'GET /-/healthy HTTP/1.1\r\nHost: x\r\n' + upgrade + b'\r\n')
            self.assertTrue(answer.startswith(b'HTTP/1.1 200 '), answer)

    def test_pipelined_requests_are_answered_in_order(self):
        kinds = ((b'GET', b'/-/healthy'), (b'HEAD', b'/metrics'), (b'GET', b'/nothing'), (b'POST', b'/metrics'), (b'GET', b'/metrics')) * 10
        requests = b''.join(b'%s %s HTTP/1.1\r\nHost: x\r\n\r\n' % kind for kind in kinds)
        methods = [method for method, _ in kinds] + [b'GET']
        with self.connect() as client:
            client.sendall(requests + b'GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')
            stream = client.makefile('rb')
            statuses = []
            while line := stream.readline():
                statuses.append(int(line.split()[1]))
                length = 0
                while (header := stream.readline()) != b'\r\n':
                    if header.startswith(b'Content-Length:'):
                        length = int(header.split()[1])
                self.assertGreater(length, 0)
                if methods[len(statuses) - 1] != b'HEAD':
                    self.assertEqual(length, len(stream.read(length)))
        self.assertEqual([200, 200, 404, 405, 200] * 10 + [200], statuses)

    def test_thousands_of_mutations(self):
        """Each is a good request for nothing with some bytes changed: whatever comes of it, it is HTTP or nothing, and no page."""
        chance = random.Random(5)
        good = b'GET /nothing?x=y HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain;q=0.5, */*\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n'
        pieces = [b'\r\n', b'\n', b'\r', b'\x00', b'\xff', b' ', b'\t', b':', b'HTTP/1.1', b'GET ', b'/metrics', b'..', b'%2f', b'Content-Length: 1',
                  b'Transfer-Encoding: chunked', b'x' * 5000, b'Host: y']
        answered = 0
        for _ in range(4000):
            request = bytearray(good)
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(request))
                request[at:at + chance.choice((0, 0, 1, 5))] = chance.choice(pieces)
            answer = self.answer(bytes(request))
            if answer:
                answered += 1
                self.assertTrue(answer.startswith(b'HTTP/1.1 '), (bytes(request), answer[:50]))
                self.assertNotIn(b'HTTP/1.1 200', answer, bytes(request))
        self.assertGreater(answered, 1000)
        self.assertLess(self.scrape_seconds(), 1)


class FewFiles(unittest.TestCase):
    """Where the system lets the process have no more than some hundred files."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.log = self.folder / 'mail.log'
        self.log.write_text(mail_lines.delivery(0))
        self.clients = []
        self.addCleanup(lambda: [client.close() for client in self.clients])

    def hold(self, port, count):
        """Connections that stay open, as far as the other side lets them."""
        for _ in range(count):
            self.clients.append(socket.create_connection(('127.0.0.1', port), timeout=30))

    def is_connected(self, port):
        """Whether any connection to the port has a file in the process that listens."""
        rows = [row.split() for row in Path('/proc/net/tcp').read_text().splitlines()[1:]]
        return any(row[1].endswith(':%04X' % port) and row[3] != '0A' and row[9] != '0' for row in rows)

    def cpu_share(self, serving, seconds=2):
        before = exporter.cpu_seconds(serving.process.pid)
        time.sleep(seconds)
        return (exporter.cpu_seconds(serving.process.pid) - before) / seconds

    def test_connections_leave_files_for_the_logs(self):
        serving = self.enterContext(exporter.Serving('--from-beginning', self.log, confined_by=files(256)))
        self.hold(serving.port, 600)
        for number in range(1, 4):
            self.log.rename(self.log.with_suffix('.log.%d' % number))
            self.log.write_text(mail_lines.delivery(number))
            serving.wait_for('mta_delivery_attempts_total', number + 1)
        self.assertLess(self.cpu_share(serving), 0.02)
        self.assertEqual(256, serving.scrape().sum('process_max_fds'))

    def test_without_a_file_for_one_more_connection_it_waits_for_one(self):
        port = exporter.free_port()
        config = self.folder / 'mta_exporter.yml'
        config.write_text('sources: [{name: s, syslog: {listen: "tcp://127.0.0.1:%d"}}]\n' % port)
        serving = self.enterContext(exporter.Serving('--config.file', config, confined_by=files(128)))
        self.hold(port, 300)
        exporter.wait_until(lambda: not self.is_connected(serving.port), 'the connections of the start are closed')
        time.sleep(0.5)  # and others have taken their files
        self.hold(serving.port, 10)
        share = self.cpu_share(serving)
        print('    out of files: %.1f %% of a core' % (100 * share))
        self.assertLess(share, 0.02)
        for client in self.clients:
            client.close()
        exporter.wait_until(serving.answers, 'it answers again')


if __name__ == '__main__':
    exporter.main()
