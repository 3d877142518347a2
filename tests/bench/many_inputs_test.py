#!/usr/bin/env python3
"""64 logs and 200 syslog connections at 100,000 lines/s together, the exporter on one core: no line is lost.  And datagrams faster
than anybody can read them: what is lost is counted.
"""
import math
import os
import socket
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'e2e'))
import exporter  # noqa: E402
import mail_lines  # noqa: E402

LOGS = 64
CONNECTIONS = 200
LINES_PER_SECOND = 100_000
TICK_SECONDS = 0.05
SECONDS = float(os.environ.get('MTA_BENCH_SECONDS') or 10)
LINES = 'mta_exporter_log_lines_total'
DROPPED = 'mta_exporter_input_dropped_total'
STAMP = b'STAMP'


def messages(first, count):
    """Five lines for each message, from its client to its end; STAMP is where the stamp belongs."""
    text = ''
    for number in range(first, first + count):
        text += mail_lines.queued(number) + mail_lines.delivery(number)
        text += '%s mx1 postfix/qmgr[4711]: %s: removed\n' % (mail_lines.stamp(), mail_lines.queue_id(number))
    return b''.join(STAMP + line[line.index(b' '):] for line in text.encode().splitlines(keepends=True))


def on_one_core(serving):
    """Starts it on one core; who sends may use all."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        serving.__enter__()
    finally:
        os.sched_setaffinity(0, cores)


def told(figures):
    return figures.sum(LINES) + figures.sum(DROPPED, cause='buffer_full')


class ManyInputs(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def serve(self, name, sources):
        config = self.folder / ('%s.yml' % name)
        config.write_text('sources:\n' + ''.join('  - %s\n' % source for source in sources))
        serving = exporter.Serving('--config.file', config, state=self.folder / ('%s.state' % name))
        on_one_core(serving)
        self.addCleanup(serving.__exit__, None, None, None)
        return serving

    def test_64_logs_and_200_connections_without_loss(self):
        for kind in ('tcp', 'unix-stream'):
            with self.subTest(kind):
                self.many(kind)

    def many(self, kind):
        port = exporter.free_port()
        address = 'tcp://127.0.0.1:%d' % port if kind == 'tcp' else 'unix-stream://%s/socket' % self.folder
        logs = [self.folder / ('%s%d.log' % (kind, i)) for i in range(LOGS)]
        for log in logs:
            log.touch()
        serving = self.serve(kind, ['{name: syslog, syslog: {listen: "%s"}}' % address] +
                             ['{name: log%d, log: %s, from: beginning}' % (i, log) for i, log in enumerate(logs)])
        files = [self.enterContext(open(log, 'ab', buffering=0)) for log in logs]
        senders = [self.enterContext(socket.socket(socket.AF_INET if kind == 'tcp' else socket.AF_UNIX)) for _ in range(CONNECTIONS)]
        for sender in senders:
            sender.connect(('127.0.0.1', port) if kind == 'tcp' else str(self.folder / 'socket'))
        # Half of the lines to the logs, half to the connections.
        half = LINES_PER_SECOND * TICK_SECONDS / 2 / 5  # messages a tick
        per_log, per_sender = math.ceil(half / LOGS), math.ceil(half / CONNECTIONS)
        to_log = messages(0, per_log)
        to_sender = [messages(1000 * i, per_sender) for i in range(CONNECTIONS)]
        pid = serving.process.pid
        before, began, ticks = exporter.cpu_seconds(pid), time.monotonic(), 0
        while time.monotonic() < began + SECONDS:
            stamp = mail_lines.stamp().encode()
            text = to_log.replace(STAMP, stamp)
            for file in files:
                file.write(text)
            for sender, text in zip(senders, to_sender):
                sender.sendall(text.replace(STAMP, stamp))
            ticks += 1
            time.sleep(max(0, began + ticks * TICK_SECONDS - time.monotonic()))
        took = time.monotonic() - began
        sent_to_logs, sent = ticks * per_log * 5 * LOGS, ticks * per_sender * 5 * CONNECTIONS
        figures = serving.wait_for(LINES, sent + sent_to_logs)
        spent = exporter.cpu_seconds(pid) - before
        self.assertEqual(sent, figures.sum(LINES, source='syslog', result='parsed') + figures.sum(LINES, source='syslog', result='ignored'))
        self.assertEqual(0, figures.sum(DROPPED))
        self.assertEqual(0, figures.sum('mta_exporter_log_lost_bytes_total'))
        self.assertEqual(sent // 5 + sent_to_logs // 5, figures.sum('mta_delivery_attempts_total'))
        rate = (sent + sent_to_logs) / took
        print('%s: %d logs and %d connections, %.0f lines/s for %.0f s: all %d counted, %.1f %% of a core' % (
            kind, LOGS, CONNECTIONS, rate, took, sent + sent_to_logs, 100 * spent / took), flush=True)
        self.assertEqual(0, serving.stop())
        self.assertLess(spent / took, 1)

    def test_datagrams_that_are_lost_are_counted(self):
        port = exporter.free_port()
        serving = self.serve('udp', ['{name: syslog, syslog: {listen: "udp://127.0.0.1:%d", receive_buffer: 64KiB}}' % port])
        sender = self.enterContext(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        sender.connect(('127.0.0.1', port))
        lines = messages(0, 20).replace(STAMP, mail_lines.stamp().encode()).splitlines()
        pid, before, began, sent = serving.process.pid, exporter.cpu_seconds(serving.process.pid), time.monotonic(), 0
        while sent < 500_000:
            for line in lines:
                sender.send(line)
            sent += len(lines)
        took = time.monotonic() - began
        spent = exporter.cpu_seconds(pid) - before
        figures = serving.scrape()
        while figures.sum(LINES) < (figures := serving.scrape()).sum(LINES):
            time.sleep(2)  # until nothing more comes
        sender.send(lines[0])  # the kernel tells what it has dropped with the next one that gets through
        exporter.wait_until(lambda: told(serving.scrape()) == sent + 1, 'every datagram is counted, as a line or as dropped')
        figures = serving.scrape()
        dropped = figures.sum(DROPPED, cause='buffer_full')
        print('udp: %d datagrams at %.0f/s with a buffer of 64 KiB: %d read, %d counted as dropped, %.1f %% of a core' % (
            sent, sent / took, figures.sum(LINES), dropped, 100 * spent / took), flush=True)
        self.assertGreater(dropped, 0)


if __name__ == '__main__':
    exporter.main()
