#!/usr/bin/env python3
"""What keeping the state costs: CPU while following 10,000 lines/s, bytes written with 200,000 messages open, time to start."""
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'e2e'))
import exporter  # noqa: E402
import mail_lines  # noqa: E402

LINES_PER_SECOND = 10_000
OPEN = 5_000
SECONDS = 10
MANY = 200_000
START_OPEN = 30_000  # 1 MiB of state
IN_FLIGHT = 'mta_messages_in_flight'


def bytes_written(pid):
    return int(Path('/proc/%d/io' % pid).read_text().split('wchar: ')[1].split()[0])


def removed(number):
    return '%s mx1 postfix/qmgr[4711]: %s: removed\n' % (mail_lines.stamp(), mail_lines.queue_id(number))


class SavingCost(unittest.TestCase):

    def setUp(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.log, self.state = folder / 'mail.log', folder / 'state'
        self.log.touch()

    def serve(self):
        return exporter.Serving('--from-beginning', '--mta=postfix', self.log, state=self.state)

    def queue(self, first, count):
        with open(self.log, 'a', encoding='utf-8') as out:
            for number in range(first, first + count):
                out.write(mail_lines.queued(number))

    def test_cpu_of_following_and_saving(self):
        with self.serve() as serving:
            pid = serving.process.pid
            self.queue(0, OPEN)
            serving.wait_for(IN_FLIGHT, OPEN)
            idle = exporter.cpu_seconds(pid)
            time.sleep(5)
            idle = (exporter.cpu_seconds(pid) - idle) / 5
            before, began = exporter.cpu_seconds(pid), time.monotonic()
            number, lines = OPEN, 0
            with open(self.log, 'a', encoding='utf-8') as out:
                while time.monotonic() < began + SECONDS:  # a message is five lines
                    while lines < (time.monotonic() - began) * LINES_PER_SECOND:
                        out.write(mail_lines.queued(number) + mail_lines.delivery(number) + removed(number - OPEN))
                        number, lines = number + 1, lines + 5
                    out.flush()
                    time.sleep(0.02)
            spent, took = exporter.cpu_seconds(pid) - before, time.monotonic() - began
            figures = serving.wait_for('mta_exporter_log_lines_total', 3 * OPEN + lines)
            self.assertEqual(OPEN, figures.sum(IN_FLIGHT))
            print('%.0f lines/s with %d messages open, state of %d kB saved %d times: %.2f %% of a core (idle: %.2f %%)' % (
                lines / took, OPEN, (self.state / 'snapshot').stat().st_size / 1000, figures.sum('mta_exporter_state_saves_total'),
                100 * spent / took, 100 * idle), flush=True)
            self.assertLess(spent / took, 0.03)

    def test_bytes_written_with_many_messages_open(self):
        with self.serve() as serving:
            self.queue(0, MANY)
            serving.wait_for(IN_FLIGHT, MANY)
            size = (self.state / 'snapshot').stat().st_size
            before, began, number = bytes_written(serving.process.pid), time.monotonic(), 0
            while time.monotonic() < began + 30:
                with open(self.log, 'a', encoding='utf-8') as out:
                    out.write(removed(number) + mail_lines.queued(MANY + number))
                number += 1
                time.sleep(0.05)
            took = time.monotonic() - began
            rate = (bytes_written(serving.process.pid) - before) / took
            print('%d messages open, state of %.1f MB: %.2f MB/s written' % (MANY, size / 1e6, rate / 1e6), flush=True)
            self.assertLess(rate, (1 + size / 1e6 / took) * 1e6)  # one more snapshot than the rate may fall into the time

    def test_start_with_a_mebibyte_of_state(self):
        with self.serve() as serving:
            self.queue(0, START_OPEN)
            serving.wait_for(IN_FLIGHT, START_OPEN)
            self.assertEqual(0, serving.stop())
        size = (self.state / 'snapshot').stat().st_size
        self.assertGreater(size, 1 << 20)
        took = []
        for _ in range(5):
            began = time.monotonic()
            with self.serve() as serving:  # until it answers, which is asked every 20 ms
                took.append((time.monotonic() - began, exporter.cpu_seconds(serving.process.pid)))
                self.assertEqual(START_OPEN, serving.scrape().sum(IN_FLIGHT))
                self.assertEqual(0, serving.stop())
        wall, cpu = sorted(w for w, _ in took)[2], sorted(c for _, c in took)[2]
        print('state of %.2f MiB: answers after %.0f ms, %.0f ms of CPU (medians of 5)' % (size / 2**20, 1e3 * wall, 1e3 * cpu), flush=True)
        self.assertLess(cpu, 0.1)


if __name__ == '__main__':
    exporter.main()
