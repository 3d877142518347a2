#!/usr/bin/env python3
"""100,000 messages in a Postfix queue: what a scan of it costs, and that a scrape waits for no scan.

Wanted: under 2 s for the directories.  CPU is judged, as others use this machine, too; the time is printed beside it.
"""
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'e2e'))
import exporter  # noqa: E402
from showq import Showq, record  # noqa: E402

MESSAGES = 100_000
QUEUES = ('incoming', 'active', 'deferred', 'hold', 'maildrop')
SIZE, ARRIVAL = 5000, 1_600_000_000
SCRAPE_SECONDS = 2  # most for one scrape, on a machine with other work; a hung showq is left after 10


def queue_file(number):
    """As cleanup(8) begins it (src/global/record.c: type, length, text)."""
    records = (('C', '%15d %15d %15d %15d %15d %15d' % (SIZE, 359, 1, 0, SIZE, 0)), ('T', '%d 291654' % (ARRIVAL + number)), ('F', 'root'),
               ('S', 'sender@example.org'))
    return ''.join(kind + chr(len(text)) + text for kind, text in records).encode()


class QueueScan(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.spool = self.folder / 'spool'
        self.log = self.folder / 'mail.log'
        self.log.touch()

    def serve(self):
        configuration = self.folder / 'mta_exporter.yml'
        configuration.write_text('sources:\n  - {name: mx, mta: postfix, log: %s, queue: %s}\n' % (self.log, self.spool))
        return self.enterContext(exporter.Serving('--config.file=%s' % configuration))

    def showq(self, records):
        daemon = Showq(self.spool, records)
        self.addCleanup(daemon.close)
        return daemon

    def scrape_until(self, serving, reached):
        """Scrapes without a break; (the first that has it, the longest of them in seconds)."""
        longest = 0

        def scraped():
            nonlocal longest
            began = time.monotonic()
            figures = serving.scrape()
            longest = max(longest, time.monotonic() - began)
            return figures if reached(figures) else None
        return exporter.wait_until(scraped, 'the scan is done'), longest

    def scanned(self, name):
        serving = self.serve()
        figures, longest = self.scrape_until(serving, lambda figures: figures.sum('mta_queue_scan_success', {}))
        self.assertEqual(MESSAGES, figures.sum('mta_queue_messages', {'queue': 'deferred'}))
        self.assertEqual(MESSAGES * SIZE, figures.sum('mta_queue_bytes', {'queue': 'deferred'}))
        self.assertEqual(ARRIVAL, figures.sum('mta_queue_oldest_message_timestamp_seconds', {'queue': 'deferred'}))
        cpu = exporter.cpu_seconds(serving.process.pid)  # of all it did
        print('    %d messages from %s: %.2f s, %.2f s of CPU; longest scrape meanwhile %.3f s'
              % (MESSAGES, name, figures.sum('mta_queue_scan_duration_seconds', {}), cpu, longest))
        self.assertLess(longest, SCRAPE_SECONDS)
        return cpu

    def test_the_directories(self):
        for queue in QUEUES:
            (self.spool / queue).mkdir(parents=True)
        for digit in '0123456789ABCDEF':
            (self.spool / 'deferred' / digit).mkdir()
        for number in range(MESSAGES):
            file = self.spool / ('deferred/%X/%X%08X' % (number % 16, number % 16, number))
            file.write_bytes(queue_file(number))
            file.chmod(0o700)
        self.assertLess(self.scanned('the directories'), 2)

    def test_showq(self):
        self.showq([record('deferred', number, SIZE, ARRIVAL + number) for number in range(MESSAGES)])
        self.assertLess(self.scanned('showq'), 2)

    def test_a_showq_that_hangs_keeps_no_scrape_waiting(self):
        daemon = self.showq(None)
        serving = self.serve()
        figures, longest = self.scrape_until(serving, lambda figures: 'mta_queue_scan_success' in figures.samples)
        print('    longest scrape while showq hangs: %.3f s' % longest)
        self.assertEqual(1, len(daemon.clients))
        self.assertEqual(0, figures.sum('mta_queue_scan_success', {}))
        self.assertNotIn('mta_queue_messages', figures.samples)
        self.assertLess(longest, SCRAPE_SECONDS)


if __name__ == '__main__':
    exporter.main()
