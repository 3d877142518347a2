#!/usr/bin/env python3
"""`backfill` gives Prometheus what it would have scraped: every query over the time of old logs says the same.

    backfill_test.py            six hours of three MTAs
    backfill_test.py --full     a week
"""
import bz2
import gzip
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import exporter
import prometheus

GENERATOR = os.environ.get('MTA_LOG_GENERATOR', '')
FULL = '--full' in sys.argv and (sys.argv.remove('--full') or True)
STEP = 60
START = 1767571200  # 2026-01-05 00:00 UTC
SECONDS = 7 * 86400 if FULL else 6 * 3600
MTAS = {'postfix': ('postfix.log', 'rfc3339'), 'sendmail': ('sendmail.log', 'rfc3339'), 'qmail': ('qmail.log', 'tai64n')}
OWN_QUERIES = [
    'mta_delivery_attempts_total', 'mta_delivery_delay_seconds_bucket', 'mta_messages_in_flight', 'mta_exporter_log_lines_total',
    'sum by (mta, status) (rate(mta_delivery_attempts_total{hop="final"}[5m]))',
    'histogram_quantile(0.9, sum by (mta, le) (rate(mta_delivery_delay_seconds_bucket{status="sent"}[30m])))',
    'topk(5, sum by (mta, reason) (increase(mta_delivery_failures_total{hop="final"}[1h])))',
    'sum(increase(mta_rejects_total[1h])) by (mta)', 'changes(mta_exporter_log_lines_total[10m]) > bool 0',
]


def stamp_of(line, kind):
    """Seconds since 1970 of a generated line."""
    if kind == 'tai64n':
        return int(line[2:17], 16) - 10
    text = line[:19].decode()
    day, clock = text.split('T')
    hours, minutes, seconds = map(int, clock.split(':'))
    return START + (int(day[-2:]) - 5) * 86400 + hours * 3600 + minutes * 60 + seconds


def generate(folder):
    """{mta: lines} of a quiet site: about two lines a minute, with an hour of silence."""
    logs = {}
    for seed, (mta, (name, kind)) in enumerate(MTAS.items()):
        done = subprocess.run([GENERATOR, '--mta=' + mta, '--size=%d' % (SECONDS * 30), '--rate=0.07', '--open=5', '--seed=%d' % seed,
                               '--start=%d' % START, '--stamp=' + kind, '--output=-'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
        logs[mta] = [line for line in done.stdout.splitlines(keepends=True)
                     if stamp_of(line, kind) < START + SECONDS and not 7200 <= stamp_of(line, kind) - START < 10800]
    return logs


def rotate(folder, logs):
    """The same lines as a directory of old logs, in an order that says nothing."""
    files = []
    for mta, lines in logs.items():
        name = MTAS[mta][0]
        third = len(lines) // 3
        for suffix, part, pack in (('.2.gz', lines[:third], gzip.compress), ('.1.bz2', lines[third:2 * third], bz2.compress), ('', lines[2 * third:], bytes)):
            files.append(Path(folder) / (name + suffix))
            files[-1].write_bytes(pack(b''.join(part)))
    random.Random(5).shuffle(files)
    return files


def scraped(logs, path):
    """What scrapes at every step would have given: the log scanned again and again, as far as it had grown."""
    families = {}
    for mta, lines in logs.items():
        name, kind = MTAS[mta]
        times = [stamp_of(line, kind) for line in lines]
        end, text = 0, ''
        for now in range(START + STEP, (times[-1] // STEP + 1) * STEP + 1, STEP):
            grown = end
            while grown < len(lines) and times[grown] < now:
                grown += 1
            if grown != end or not text:
                end = grown
                text = exporter.run('scan', '--format=openmetrics', '--source=' + name[:-4], '-', input=b''.join(lines[:end])).stdout.decode()
            family = None
            for line in text.splitlines():
                if line.startswith('# TYPE '):
                    family = families.setdefault(line, [])
                elif not line.startswith('#') and end and 'source="' in line:
                    series, value = line.split(' # ')[0].rsplit(' ', 1)
                    value = '1' if series.startswith('mta_exporter_source_up{') else value  # which scan does not say
                    family.append('%s %s %d\n' % (series.replace('{', '{job="mta",instance="mx",', 1), value, now))
    path.write_text(''.join(head + '\n' + ''.join(samples) for head, samples in families.items()) + '# EOF\n')


def queries():
    """Every rule's, panel's and our own."""
    found = {'own %d' % i: query for i, query in enumerate(OWN_QUERIES)}
    for file in sorted((exporter.ROOT / 'deploy/prometheus').glob('*.yml')):
        done = subprocess.run([sys.executable, '-c', 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))', file],
                              capture_output=True, text=True, check=True)
        for group in json.loads(done.stdout).get('groups', []):
            for rule in group['rules']:
                found['%s %s' % (file.name, rule.get('record') or rule['alert'])] = rule['expr']
    for file in sorted((exporter.ROOT / 'dashboards').glob('*.json')):
        rows = json.loads(file.read_text())['panels']
        for panel in rows + [panel for row in rows for panel in row.get('panels', ())]:
            for number, target in enumerate(panel.get('targets', ())):
                found['%s %s %d' % (file.name, panel['title'], number)] = target['expr']
    for name, query in found.items():
        for word, value in (('$__rate_interval', '5m'), ('$__range', '1h'), ('$__interval', '1m')):
            query = query.replace(word, value)
        query = re.sub(r'\btopk\(\d+,', '(', query)  # which of those that are alike is chance
        found[name] = re.sub(r'\$\{?\w+\}?', '.+', query)
    return found


def differences(backfilled, live, first, last):
    """Places where a value is not what the other one was there, one step before or one step after."""
    def close(value, series, time):
        values = [series[t] for t in (time - STEP, time, time + STEP) if t in series]
        if value in values or math.isnan(value) and any(map(math.isnan, values)):
            return True
        values = [v for v in values if not math.isnan(v)]
        # rate() extrapolates by where in its window the samples lie: a tenth.
        slack = 0.1 * abs(value) + 1e-3
        return values and min(values) - slack <= value <= max(values) + slack

    wrong = []
    for labels in sorted(set(backfilled) | set(live)):
        ours, theirs = backfilled.get(labels, {}), live.get(labels, {})
        for one, other in ((ours, theirs), (theirs, ours)):
            wrong += [(labels, time, value, {t: other.get(t) for t in (time - STEP, time, time + STEP)})
                      for time, value in one.items() if first <= time <= last and not close(value, other, time)]
    return wrong


def load(text, data):
    data.mkdir()
    (data / 'wal').mkdir()
    done = subprocess.run([prometheus.prefix() / 'bin/promtool', 'tsdb', 'create-blocks-from', 'openmetrics', text, data],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise AssertionError('promtool does not take %s: %s' % (text.name, done.stderr[-500:]))


def ask(server, query):
    result = server.get('query_range', query=query, start=START, end=START + SECONDS + 5 * STEP, step=STEP if not FULL else 10 * STEP)['result']
    return {tuple(sorted(series['metric'].items())): {int(t): float(v) for t, v in series['values']} for series in result}


class History(unittest.TestCase):

    def test_every_query_says_what_it_said_live(self):
        prometheus.prefix()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            logs = generate(folder)
            done = exporter.run('backfill', '--output', folder / 'history.om', '--label', 'job=mta', '--label', 'instance=mx',
                                '--step=%ds' % STEP, *rotate(folder, logs))
            self.assertEqual(0, done.returncode, done.stderr.decode())
            scraped(logs, folder / 'live.om')
            answers, every = [], queries()
            keep = '--storage.tsdb.retention.time=100y'
            for text in ('history.om', 'live.om'):
                load(folder / text, folder / (text + '.data'))
                with prometheus.Server('{}', keep, data=folder / (text + '.data')) as server:
                    answers.append({title: ask(server, query) for title, query in every.items()})
            told = 0
            for title, ours in answers[0].items():
                theirs = answers[1][title]
                told += bool(theirs)
                with self.subTest(query=title):
                    wrong = differences(ours, theirs, START + 2 * STEP, START + SECONDS)
                    # A quantile whose rank lies between two buckets jumps with the last digit of a rate: one point in a hundred may.
                    points = sum(map(len, ours.values()))
                    self.assertLessEqual(len(wrong), points // 100 if 'histogram_quantile' in every[title] else 0, wrong[:3])
            print('%d queries, %d of them with data' % (len(answers[0]), told))
            self.assertGreater(told, 60)


class Command(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.output = self.folder / 'out.om'

    def backfill(self, *arguments):
        return exporter.run('backfill', '--output', self.output, *arguments)

    def log(self, *minutes):
        path = self.folder / 'mail.log'
        path.write_text(''.join('2026-01-05T10:%02d:30.000000+00:00 mx postfix/smtp[1]: 4F1A2B3C4D5: to=<u@h.example>, relay=h[192.0.2.1]:25, '
                                'delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 ok)\n' % minute for minute in minutes))
        return path

    def samples(self, name):
        found = []
        for line in self.output.read_text().splitlines():
            if line.startswith(name + '{') and 'status="sent"' in line:
                found.append(tuple(map(int, line.split('} ')[1].split())))
        return found

    def test_a_sample_holds_the_lines_before_it(self):
        self.assertEqual(0, self.backfill(self.log(0, 1, 1, 4)).returncode)
        base = START + 10 * 3600
        self.assertEqual([(1, base + 60), (3, base + 120), (3, base + 180), (3, base + 240), (4, base + 300)],
                         self.samples('mta_delivery_attempts_total'))

    def test_until(self):
        done = self.backfill('--until=2026-01-05T10:01:30Z', self.log(0, 1, 2))
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn(b'2 lines from --until on were left out', done.stdout)
        self.assertEqual(1, self.samples('mta_delivery_attempts_total')[-1][0])

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
