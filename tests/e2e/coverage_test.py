#!/usr/bin/env python3
"""`coverage` says how well a log is understood, and names nobody."""
import json
import unittest

import exporter

SAMPLES = exporter.ROOT / 'collectors'


def coverage(*arguments, **options):
    done = exporter.run('coverage', *arguments, **options)
    if done.returncode:
        raise AssertionError(done.stderr.decode())
    return done.stdout.decode()


def line(second, message, tag='postfix/smtpd', host='mx1'):
    return '2026-11-22T%02d:41:23.000000+00:00 %s %s[7]: %s\n' % (second, host, tag, message)


class Coverage(unittest.TestCase):

    def test_counts_as_scan_does(self):
        for mta, log, _ in exporter.samples():
            figures = exporter.scan(log, mta=mta)
            told = json.loads(coverage('--format=json', '--mta=' + mta, log))['lines']
            for result in ('parsed', 'ignored', 'foreign', 'unrecognized'):
                with self.subTest(log=str(log), result=result):
                    self.assertEqual(figures.sum('mta_exporter_log_lines_total', result=result), told[result])

    def test_unrecognised_lines_by_kind_with_one_masked_example(self):
        data = ''.join(line(10, 'frobnicated <bob%d@secret.example> in %d steps' % (n, n)) for n in range(5)) + line(10, 'something else')
        report = json.loads(coverage('--format=json', '-', input=data.encode()))
        self.assertEqual([5, 1], [kind['lines'] for kind in report['unrecognized']])
        self.assertIn('frobnicated', report['unrecognized'][0]['example'])
        text = coverage('-', input=data.encode())
        self.assertNotIn('bob', text + json.dumps(report))
        self.assertIn('user1@secret.example', text)

    def test_gaps_hosts_tags_and_what_stays_empty(self):
        data = line(10, 'connect from a.example[192.0.2.1]') + line(15, 'connect from a.example[192.0.2.1]', tag='postfix-out/smtpd', host='mx2')
        report = json.loads(coverage('--format=json', '-', input=data.encode()))
        self.assertEqual([{'from': '2026-11-22T10:41:23.000Z', 'to': '2026-11-22T15:41:23.000Z'}], report['gaps'])
        self.assertEqual({'mx1': 1, 'mx2': 1}, report['hosts'])
        self.assertEqual({'postfix/smtpd': 1, 'postfix-out/smtpd': 1}, report['tags'])
        empty = {entry['metric']: entry['why'] for entry in report['empty_metrics']}
        self.assertIn('smtpd_tls_loglevel=1', empty['mta_tls_sessions_total'])
        self.assertIn('mta_queue_*', empty)
        self.assertNotIn('mta_connections_total', empty)

    def test_sendmails_log_level_is_named(self):
        report = coverage(SAMPLES / 'sendmail/samples/seed.log')
        self.assertIn('LogLevel', report)

    def test_what_cannot_be_read(self):
        self.assertEqual(1, exporter.run('coverage', '/nowhere/mail.log').returncode)
        self.assertEqual(2, exporter.run('coverage').returncode)


if __name__ == '__main__':
    exporter.main()
