#!/usr/bin/env python3
"""`backfill` on the command line: samples at the steps of log time, ends, formats, errors.  What Prometheus says of a history
is in tests/history."""
import gzip
import json
import os
import re
import tempfile
import unittest
from pathlib import Path

import exporter

START = 1767571200  # 2026-01-05 00:00 UTC
BASE = START + 10 * 3600


def delivery(minute):
    return ('2026-01-05T10:%02d:30.000000+00:00 mx postfix/smtp[1]: 4F1A2B3C4D5: to=<u@h.example>, relay=h[192.0.2.1]:25, '
            'delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 ok)\n' % minute)


class Command(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.output = self.folder / 'out.om'

    def backfill(self, *arguments):
        return exporter.run('backfill', '--output', self.output, *arguments)

    def log(self, *minutes):
        path = self.folder / 'mail.log'
        path.write_text(''.join(map(delivery, minutes)))
        return path

    def samples(self, name):
        found = []
        for line in self.output.read_text().splitlines():
            if line.startswith(name + '{') and 'status="sent"' in line:
                found.append(tuple(map(int, line.split('} ')[1].split())))
        return found

    def test_a_sample_holds_the_lines_before_it(self):
        self.assertEqual(0, self.backfill(self.log(0, 1, 1, 4)).returncode)
        self.assertEqual([(1, BASE + 60), (3, BASE + 120), (3, BASE + 180), (3, BASE + 240), (4, BASE + 300), (0, BASE + 301)],
                         self.samples('mta_delivery_attempts_total'))

    def test_until(self):
        """Samples go on to that time, and there the counters begin anew: a scrape of whoever counts from there on comes later."""
        for until in ('2026-01-05T10:04:30.5Z', '@%d.5' % (BASE + 270)):
            done = self.backfill('--until=' + until, self.log(0, 1, 5, 6))
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertIn(b'2 lines from --until on were left out', done.stdout)
            self.assertEqual([(1, BASE + 60), (2, BASE + 120), (2, BASE + 180), (2, BASE + 240), (2, BASE + 269), (0, BASE + 270)],
                             self.samples('mta_delivery_attempts_total'))

    def test_a_line_within_the_last_second_before_the_end_counts(self):
        self.backfill('--until=2026-01-05T10:01:30.5Z', self.log(0, 1))
        self.assertEqual([(1, BASE + 60), (2, BASE + 89), (0, BASE + 90)], self.samples('mta_delivery_attempts_total'))

    def test_files_in_any_order(self):
        log = self.log(3, 4)
        (self.folder / 'mail.log.2.gz').write_bytes(gzip.compress(delivery(0).encode()))
        (self.folder / 'mail.log.1').write_text(delivery(1) + delivery(2))
        for order in ((log, 'mail.log.1', 'mail.log.2.gz'), ('mail.log.2.gz', log, 'mail.log.1')):
            self.assertEqual(0, self.backfill(*(self.folder / name for name in order)).returncode)
            self.assertEqual([1, 2, 3, 4, 5, 0], [value for value, _ in self.samples('mta_delivery_attempts_total')])

    def test_a_year_that_no_stamp_tells_is_the_files(self):
        log = self.folder / 'mail.log'
        log.write_text('Dec 31 23:59:30 mx postfix/smtp[1]: 4F1A2B3C4D5: to=<u@h.example>, relay=h[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, '
                       'status=sent (250 ok)\nJan  1 00:00:30 mx postfix/qmgr[1]: 4F1A2B3C4D5: removed\n')
        written = 1767225630  # 2026-01-01 00:00:30 UTC
        os.utime(log, (written, written))
        self.assertEqual(0, self.backfill(log).returncode)
        self.assertEqual([(1, written - 30), (1, written + 30), (0, written + 31)], self.samples('mta_delivery_attempts_total'))

    def test_a_clock_that_was_wrong_for_a_while(self):
        log = self.log(0, 1)
        log.write_text(log.read_text() + delivery(1).replace('2026-01-05', '2036-01-05') + delivery(2))
        os.utime(log, (BASE + 200, BASE + 200))
        done = self.backfill(log)
        self.assertIn(b'1 lines bear a time after their file was last written', done.stdout)
        self.assertEqual([(1, BASE + 60), (3, BASE + 120), (4, BASE + 180), (0, BASE + 181)], self.samples('mta_delivery_attempts_total'))

    def test_a_containers_log(self):
        """As a runtime keeps it: rotated files with names of their own, a line in pieces, a line as JSON."""
        text = delivery(1)
        (self.folder / '0.log.20260105-100100.gz').write_bytes(gzip.compress(
            ('2026-01-05T10:00:30.1Z stdout F ' + delivery(0) + '2026-01-05T10:01:30.1Z stdout P ' + text[:50] + '\n').encode()))
        (self.folder / '0.log').write_text('2026-01-05T10:01:30.1Z stdout F ' + text[50:])
        docker = self.folder / 'abc-json.log'
        docker.write_text(json.dumps({'log': delivery(0), 'stream': 'stdout', 'time': '2026-01-05T10:00:30.1Z'}) + '\n')
        done = self.backfill(docker, self.folder / '0.log', self.folder / '0.log.20260105-100100.gz')
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn(b'4 lines, 4 of them of an MTA, 0 not recognised', done.stdout)
        self.assertEqual([1, 0, 1, 2, 0], [value for value, _ in self.samples('mta_delivery_attempts_total')])

    def test_settings_are_those_of_the_configuration(self):
        log = self.log(0)
        log.write_text(log.read_text() + delivery(1).replace('postfix/', 'postfix-out/').replace('h[192.0.2.1]:25', '127.0.0.1[127.0.0.1]:10024'))
        config = self.folder / 'config.yml'
        config.write_text('sources:\n- {name: inside, mta: postfix, log: %s, syslog_names: [postfix]}\n- {name: outside, mta: postfix, log: %s, syslog_names: [postfix-out]}\n'
                          'internal_relays: ["127.0.0.1:10024"]\ndelay_buckets: [2, 4]\n' % (log, self.folder / '*.log'))
        done = self.backfill('--config.file', config, log)
        self.assertEqual(0, done.returncode, done.stderr)
        text = self.output.read_text()
        for series in ('source="inside",transport="smtp",status="sent",hop="final"} 1 ', 'source="outside",transport="smtp",status="sent",hop="internal"} 1 '):
            self.assertIn('mta_delivery_attempts_total{mta="postfix",' + series, text)
        self.assertEqual({'2.0', '4.0', '+Inf'}, set(re.findall(r'mta_delivery_delay_seconds_bucket.*le="([^"]*)"', text)))
        copy = self.folder / 'copies'  # elsewhere it is nobody's, until it is said whose
        copy.mkdir()
        (copy / 'mail.log').write_text(log.read_text())
        self.assertIn(b'source mail\n', self.backfill('--config.file', config, copy / 'mail.log').stdout)
        self.backfill('--config.file', config, '--source=outside', copy / 'mail.log')
        self.assertNotIn('hop="final"} 1 ', self.output.read_text())
        config.write_text('sources: 7\n')
        done = self.backfill('--config.file', config, log)
        self.assertEqual(1, done.returncode)
        self.assertIn(str(config).encode(), done.stderr)

    def test_the_format_is_the_formats(self):
        self.backfill('--label=job=mta', self.log(0, 1))
        text = self.output.read_text()
        self.assertTrue(text.endswith('\n# EOF\n'))
        heads = re.findall(r'^# TYPE (\S+)', text, re.M)
        self.assertEqual(sorted(set(heads)), sorted(heads))
        family = None
        for line in text.splitlines():
            if line.startswith('# TYPE '):
                family = line.split()[2]
            elif not line.startswith('#'):
                self.assertTrue(line.startswith(family), line)
                self.assertIn('{job="mta",', line)

    def test_what_is_wrong_is_said(self):
        for arguments in (['--step=0'], ['--step=2h'], ['--label=x'], ['--label=mta=x'], ['--label=0=x']):
            self.assertEqual(2, self.backfill(*arguments, self.log(0)).returncode, arguments)
        self.assertEqual(1, self.backfill(self.folder / 'none.log').returncode)
        self.assertFalse(self.output.exists())
        self.output = self.folder / 'none' / 'out.om'
        self.assertEqual(1, self.backfill(self.log(0)).returncode)


if __name__ == '__main__':
    exporter.main()
