#!/usr/bin/env python3
"""`coverage` says how well a log is understood, and names nobody."""
import itertools
import json
import random
import re
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

    def test_counts_as_scan_does_and_calls_empty_what_is(self):
        for mta, log, _ in exporter.samples():
            figures = exporter.scan(log, mta=mta)
            report = json.loads(coverage('--format=json', '--mta=' + mta, log))
            told = report['lines']
            for entry in report['empty_metrics']:
                with self.subTest(log=str(log), metric=entry['metric']):
                    self.assertEqual(0, figures.sum(entry['metric']) + figures.sum(entry['metric'] + '_count'))
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
        self.assertNotIn('secret', text + json.dumps(report))
        self.assertIn('frobnicated <user1> in 0 steps', text)

    def test_nothing_of_the_recorded_logs_names_anybody(self):
        """Lines of all shapes, made unknown, with names planted where they had theirs."""
        planted, unknown = itertools.count(), 0
        for mta, log, _ in exporter.samples():
            if log.is_dir():
                continue
            lines = []
            for text in log.read_text(errors='replace').splitlines()[:400]:
                head, colon, message = text.partition(': ') if '@4' not in text[:2] else ('', '', text)
                message = re.sub(r'[^\s<>@,=()\[\]"]+@', lambda _: 'leak%dx@' % next(planted), message)
                message = re.sub(r'[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]*[a-zA-Z][a-zA-Z0-9-]*)+\.?', lambda _: 'leak%dx.example.net' % next(planted), message)
                message = re.sub(r'\d+\.\d+\.\d+\.\d+', lambda _: '10.99.%d.99' % (next(planted) % 250), message)
                lines.append('%s%sfrobnicated %s\n' % (head, colon, message))
            data = coverage('--mta=' + mta, '--format=json', '-', input=''.join(lines).encode())
            unknown += json.loads(data)['lines']['unrecognized']
            with self.subTest(log=str(log)):
                self.assertEqual([], re.findall(r'.{0,60}(?:leak\d+x|10\.99\.\d+\.99).{0,20}', data)[:3])
        self.assertGreater(next(planted), 5000)
        self.assertGreater(unknown, 1000)

    def test_garbage(self):
        """Is told from a log that is understood: nothing is said to be recognised."""
        data = bytes(random.Random(1).randrange(256) for _ in range(20000)) + b'\n' + b'x' * 100_000 + b'\n'
        report = json.loads(coverage('--format=json', '-', input=data))
        self.assertEqual(data.count(b'\n'), sum(report['lines'][verdict] for verdict in ('parsed', 'ignored', 'foreign', 'unrecognized')))
        self.assertEqual(1, report['lines']['oversized'])
        self.assertEqual([], report['unrecognized'])
        self.assertEqual({}, report['mtas'])
        for nothing in (b'', b'Jan  5 10:00:00 mx sshd[1]: Accepted\n'):
            self.assertIsNone(json.loads(coverage('--format=json', '-', input=nothing))['recognized_share'])
            self.assertNotIn('100 %', coverage('-', input=nothing))

    def test_gaps_hosts_instances_and_what_stays_empty(self):
        data = line(10, 'connect from a.example[192.0.2.1]') + line(15, 'connect from a.example[192.0.2.1]', tag='postfix-out/smtpd', host='mx2')
        report = json.loads(coverage('--format=json', '-', input=data.encode()))
        self.assertEqual([('2026-11-22T10:41:23.000Z', '2026-11-22T15:41:23.000Z')], [(gap['from'], gap['to']) for gap in report['gaps']])
        self.assertEqual({'mx1': 1, 'mx2': 1}, report['hosts'])
        self.assertEqual({'postfix': 1, 'postfix-out': 1}, report['instances'])
        self.assertEqual({'smtpd': 2}, report['services'])
        empty = {entry['metric']: entry['why'] for entry in report['empty_metrics']}
        self.assertIn('smtpd_tls_loglevel=1', empty['mta_tls_sessions_total'])
        self.assertIn('mta_queue_*', empty)
        self.assertNotIn('mta_connections_total', empty)

    def test_a_containers_log(self):
        wrapped = ''.join(json.dumps({'log': line(10 + n, 'connect from a.example[192.0.2.1]'), 'time': '2026-11-22T10:00:00Z'}) + '\n' for n in range(3))
        report = json.loads(coverage('--format=json', '-', input=wrapped.encode()))
        self.assertEqual(3, report['lines']['parsed'])
        self.assertEqual({'mx1': 3}, report['hosts'])

    def test_sendmails_log_level_is_named(self):
        report = coverage(SAMPLES / 'sendmail/samples/seed.log')
        self.assertIn('LogLevel', report)

    def test_what_cannot_be_read(self):
        self.assertEqual(1, exporter.run('coverage', '/nowhere/mail.log').returncode)
        self.assertEqual(2, exporter.run('coverage').returncode)


if __name__ == '__main__':
    exporter.main()
