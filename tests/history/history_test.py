#!/usr/bin/env python3
"""`backfill` gives Prometheus what it would have scraped: over the time of old logs, every rule and panel says what it said live.

Nine hours of three MTAs, rotated every three; with MTA_FULL=1 a week, rotated at midnight.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / folder) for folder in ('tests/e2e', 'tests/day', 'deploy/prometheus')]
import exporter  # noqa: E402
import day  # noqa: E402
import live  # noqa: E402
import old_logs  # noqa: E402
import prometheus  # noqa: E402
import queries  # noqa: E402
import record_history  # noqa: E402
import rule_engine  # noqa: E402
from comparison import Comparison  # noqa: E402

FULL = 'MTA_FULL' in os.environ
DAY, HOUR, STEP = 86400, 3600, 60
RULES = sorted((ROOT / 'deploy/prometheus').glob('*.yml'))
LABELS = ('--label=job=mta', '--label=instance=mx:9025')
# A series that has not changed for an hour has a sample every other step: what is asked of longer times may lack a step's share.
SLACK = 0.01
# So a value may lie on the other side of a limit, such as 50 deliveries in six hours, for a moment.
AT_LIMITS = 1e-4
# Where between two scrapes a rule is evaluated decides how far rate() extrapolates, and on which side of a limit a value lies.
BETWEEN_SCRAPES = 0.1
# What no log tells is not there; but of these a counter is, and stays 0.
NOT_TOLD = {'exporter-health.json Rotations A'}
# Says in which second it was evaluated.
OF_THE_SECOND = 'source:mta_exporter_log:silence_seconds'
# A quantile whose rank lies between two buckets jumps with the last digit of a rate.
JUMPS = 0.01


def backfill(output, *arguments):
    """A week of it takes minutes."""
    subprocess.run([exporter.BINARY, 'backfill', '--output', output, *LABELS, *arguments], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def asked(address, kind, **parameters):
    return json.loads(record_history.ask(address, f'/api/v1/{kind}?{urllib.parse.urlencode(parameters)}'))['data']['result']


def ranged(address, query, start, end, step):
    """{labels: {time: value as text}}"""
    result = asked(address, 'query_range', query=query, start=start, end=end, step=step)
    return {tuple(sorted(series['metric'].items())): dict(series['values']) for series in result}


class History(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        prometheus.use()
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.start = old_logs.days_ago(7) if FULL else old_logs.days_ago(1) + 3 * HOUR
        seconds, every = (7 * DAY, DAY) if FULL else (9 * HOUR, 3 * HOUR)
        cls.end = cls.start + seconds
        logs = old_logs.generate(cls.start, seconds, 4000)
        cls.live = live.scraped(logs, cls.folder, cls.start, cls.end, every)
        (cls.folder / 'old').mkdir()
        files = [file for log in logs for file in log.rotate(cls.folder / 'old', every)]
        backfill(cls.folder / 'history.om', f'--until=@{cls.end}', *old_logs.in_any_order(files))
        cls.groups = record_history.loaded_rules(RULES)
        cls.make_blocks()

    @classmethod
    def make_blocks(cls):
        """Ours as a user makes them; theirs with the same rules, recorded over what was scraped."""
        ours, theirs = cls.folder / 'ours', cls.folder / 'theirs'
        (ours / 'wal').mkdir(parents=True)
        subprocess.run([sys.executable, '-B', record_history.__file__, cls.folder / 'history.om', ours, *RULES], check=True, stdin=subprocess.DEVNULL)
        (cls.folder / 'history.om').unlink()
        for samples in cls.live:
            record_history.add_samples(theirs, samples)
            if FULL:
                samples.unlink()
        record_history.add_recorded(theirs, cls.groups, cls.start, cls.end)
        cls.ours = cls.enterClassContext(record_history.serving(ours))
        cls.theirs = cls.enterClassContext(record_history.serving(theirs))

    def compared(self, query, step):
        """Day by day, which bounds memory; at the very ends a scrape or two are missing."""
        comparison = Comparison(step, SLACK)
        for begin in range(self.start, self.end, DAY):
            end = min(self.end, begin + DAY)
            ours, theirs = (ranged(address, query, begin - step, end + step, step) for address in (self.ours, self.theirs))
            comparison.compare(ours, theirs, max(begin, self.start + 2 * STEP), min(end, self.end - 2 * STEP))
        return comparison

    def test_every_rule_and_panel_says_what_it_said_live(self):
        told = 0
        for name, (query, step) in {**queries.of_rules(self.groups), **queries.of_panels()}.items():
            with self.subTest(query=name):
                if name in NOT_TOLD:
                    continue
                if queries.is_of_the_process(query):
                    self.assertFalse(ranged(self.ours, query, self.start, self.end, 10 * STEP), 'no log tells that')
                    continue
                comparison = self.compared(query, step)
                told += comparison.points > 0
                allowed = (JUMPS if 'histogram_quantile' in query else AT_LIMITS) * comparison.points
                self.assertLessEqual(comparison.wrong, allowed, '\n'.join([query, *comparison.examples]))
        print(f'{told} rules and panels had something to say')
        self.assertGreater(told, 200)

    @unittest.skipIf(FULL, 'evaluating a week minute by minute takes hours')
    def test_the_rules_record_what_prometheus_records(self):
        every = 10 * STEP
        engine = rule_engine.recorded('promtool', RULES, self.live, self.start, self.end, every, self.folder)
        comparison = Comparison(STEP, BETWEEN_SCRAPES)
        for name in sorted({dict(labels)['__name__'] for labels in engine} - {OF_THE_SECOND}):
            recorded = ranged(self.theirs, name, self.start, self.end, STEP)
            comparison.compare({labels: values for labels, values in engine.items() if dict(labels)['__name__'] == name}, recorded, self.start + every, self.end - every, every)
        print(f'{comparison.points} recorded points, {comparison.wrong} of them elsewhere')
        self.assertLessEqual(comparison.wrong, JUMPS * comparison.points, '\n'.join(comparison.examples))
        self.assertGreater(len(engine), 50)


class Joined(unittest.TestCase):
    """The history of a log up to the moment from which an exporter counts it."""

    HOURS = 4
    # By what the lines before the exporter's start cannot change.
    COUNTERS = {'mta_delivery_attempts_total': ('source', 'status'), 'mta_rejects_total': ('source', 'reason'), 'mta_auth_attempts_total': ('source', 'result'),
                'mta_exporter_log_lines_total': ('source', 'result'), 'mta_exporter_log_bytes_total': ('source',)}

    @staticmethod
    def counted(values):
        """What a counter counted in all, as increase() sees it."""
        return values[0] + sum(now - before if now >= before else now for before, now in zip(values, values[1:]))

    def test_no_line_counts_twice(self):
        prometheus.use()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            start = old_logs.days_ago(1) + 9 * HOUR
            end, installed = start + self.HOURS * HOUR, start + 2 * HOUR - 10 * STEP
            logs = old_logs.generate(start, end - start, 8000)
            shift = live.Shift(logs, folder / 'live', installed, installed, end, HOUR)
            (folder / 'old').mkdir()
            files = [file for log in logs for file in log.rotate(folder / 'old', HOUR)]
            backfill(folder / 'history.om', f'--until=@{installed}.7', *old_logs.in_any_order(files))
            for samples in (shift.work(), folder / 'history.om'):
                record_history.add_samples(folder / 'data', samples)
            with record_history.serving(folder / 'data') as address:
                for metric, by in self.COUNTERS.items():
                    found = {}
                    for series in asked(address, 'query', query=f'{metric}[{self.HOURS + 1}h]', time=end):
                        key = tuple(series['metric'][label] for label in by)
                        found[key] = found.get(key, 0) + self.counted([float(value) for _, value in series['values']])
                    with self.subTest(metric=metric):
                        self.assertEqual(self.expected(logs, metric, by), {key: count for key, count in found.items() if count})

    def expected(self, logs, metric, by):
        counts = {}
        for log in logs:
            told = exporter.Exposition(exporter.run('scan', '--source=' + log.source, '-', input=b''.join(log.minutes)).stdout.decode())
            for labels, value in told.samples.get(metric, ()):
                key = tuple(labels[label] for label in by)
                counts[key] = counts.get(key, 0) + value
        return {key: count for key, count in counts.items() if count}


class Memory(unittest.TestCase):

    # A process of its own: what it was forked from counts as its own peak.
    PEAK = '; '.join(('import resource, subprocess, sys', 'subprocess.run(sys.argv[1:], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)',
                      'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)'))

    def peak(self, days):
        """Kilobytes that backfill needs at most, and how many lines it has read."""
        with tempfile.TemporaryDirectory() as name:
            start = old_logs.days_ago(days)
            log = old_logs.Log(day.Site('qmail', start, '1', 2000, {}, 0), start, days * DAY)
            done = subprocess.run([sys.executable, '-c', self.PEAK, exporter.BINARY, 'backfill', '--step=15m', '--output', Path(name) / 'history.om', *log.rotate(name, DAY)],
                                  check=True, stdout=subprocess.PIPE)
            return int(done.stdout), sum(lines.count(b'\n') for lines in log.minutes)

    def test_months_need_no_more_than_days(self):
        (few, few_lines), (many, many_lines) = self.peak(2), self.peak(60)
        print(f'{few} kB for {few_lines} lines of 2 days, {many} kB for {many_lines} of 60')
        self.assertGreater(many_lines, 10 * few_lines)
        self.assertLess(many, 1.3 * few)


if __name__ == '__main__':
    exporter.main()
