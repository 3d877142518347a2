#!/usr/bin/env python3
"""Every expression of every panel and rule, asked of a real Prometheus that holds what the real exporter counted in the
recorded logs and in a simulated day with all its incidents: it parses, returns data, and takes less than a second."""
import json
import re
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / 'tests/e2e'), str(ROOT / 'tests/day')]
import dashboard  # noqa: E402
import day  # noqa: E402
import exporter  # noqa: E402
import history  # noqa: E402
import prometheus  # noqa: E402

START = 1767571200 + 6 * 3600
HOURS = 12
STEP = 150
MESSAGES = 4000
LONGEST_SECONDS = 1.0
RULES = sorted((ROOT / 'deploy/prometheus').glob('*.yml'))
VARIABLES = {'job': '.+', 'instance': '.+', 'mta': '.+', 'source': '.+', '__rate_interval': '375s', '__range': f'{HOURS}h', '__interval': '150s'}
# Queries that stay empty in these data: {(file, panel, letter): reason}.
EMPTY = {
    ('exporter-health.json', 'Observations in other', 'A'): 'there are fewer series than the limits allow',
    ('sendmail.json', 'Messages waiting', 'B'): 'a sendmail log does not tell what is in flight',
    ('exporter-health.json', 'Warnings', 'A'): 'nothing is wrong with the recorded logs',
    ('exporter-health.json', 'Age of the queue figures', 'B'): 'no scan of a queue fails',
}


class Recorded:
    """All samples of one MTA, as one log that grows by a line or more at each step."""

    queues = None

    def __init__(self, mta, steps):
        self.mta, self.name = mta, f'recorded_{mta}'
        self.lines = [line for _, log, _ in exporter.samples(mta) if log.is_file() for line in log.read_bytes().splitlines(keepends=True) if line.endswith(b'\n')]
        self.each, self.at = len(self.lines) // steps + 1, 0

    def advance(self, _):
        self.at += self.each
        return b''.join(self.lines[self.at - self.each:self.at])


class Expressions(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        tools = prometheus.prefix()  # or skip all
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        end = START + HOURS * 3600
        sites = day.sites(START, '1', MESSAGES, day.default_incidents(START // day.DAY * day.DAY))
        sites += [Recorded(mta, HOURS * 3600 // STEP) for mta in day.MTAS]
        history.write(exporter.BINARY, tools / 'bin/promtool', folder, sites, START, end, STEP, invented=True)
        cls.end = end
        config = 'rule_files: %s\n' % json.dumps([str(file) for file in RULES])  # JSON is YAML
        cls.prometheus = cls.enterClassContext(prometheus.Server(config, '--storage.tsdb.retention.time=100y', data=folder / 'data'))
        cls.prometheus.get('query', query='count({__name__=~".+"})', time=end)  # the first query opens the blocks

    def ask(self, expression, instant=False):
        """(series, seconds); the fastest of three, as others work on this machine, too."""
        fastest = float('inf')
        for _ in range(3):
            began = time.monotonic()
            if instant:
                data = self.prometheus.get('query', query=expression, time=self.end)
            else:
                data = self.prometheus.get('query_range', query=expression, start=START, end=self.end, step=STEP)
            fastest = min(fastest, time.monotonic() - began)
            if fastest < LONGEST_SECONDS / 2:
                break
        return data['result'], fastest

    def substituted(self, expression):
        return re.sub(r'\$\{?(\w+)\}?', lambda found: VARIABLES[found[1]], expression)

    def test_panels(self):
        slowest = (0.0, '')
        for file, data, panels in dashboard.load():
            for panel in panels:
                for target in panel.targets():
                    key = (file.name, panel.title, target['refId'])
                    with self.subTest(query=key):
                        series, seconds = self.ask(self.substituted(target['expr']), target['instant'])
                        slowest = max(slowest, (seconds, key))
                        self.assertLess(seconds, LONGEST_SECONDS)
                        if key in EMPTY:
                            self.assertFalse(series, 'not empty any more: strike it from EMPTY')
                        else:
                            self.assertTrue(series, f'no data: {target["expr"]}')
                            self.check_numbers(series)
                        self.check_legend(target, series)
        print('slowest query: %.2f s, %s' % slowest)

    def check_numbers(self, series):
        """A line of nothing but NaN is drawn as nothing."""
        values = [value for one in series for _, value in one.get('values', [one.get('value')])]
        self.assertTrue(any(value not in ('NaN', '+Inf', '-Inf') for value in values), 'no number')

    def check_legend(self, target, series):
        for label in re.findall(r'\{\{(\w+)\}\}', target['legendFormat']):
            for one in series:
                self.assertTrue(label in one['metric'], f'{label} is in the legend and not in {one["metric"]}')

    def test_variables_find_their_values(self):
        for file, data, _ in dashboard.load():
            for variable in data['templating']['list'][1:]:
                match, label = re.fullmatch(r'label_values\((.*), (\w+)\)', variable['query']['query']).groups()
                found = self.prometheus.get('series', **{'match[]': self.substituted(match), 'start': START, 'end': self.end})
                with self.subTest(file=file.name, variable=variable['name']):
                    self.assertTrue({one.get(label) for one in found} - {None})

    def test_rules(self):
        """An alert is silent when all is well; what is recorded straight from the exporter's metrics is there."""
        if not RULES:
            self.skipTest('no rules in deploy/prometheus')
        for group in self.prometheus.get('rules')['groups']:
            for rule in group['rules']:
                with self.subTest(rule=rule['name']):
                    series, seconds = self.ask(rule['query'], instant=True)
                    self.assertLess(seconds, LONGEST_SECONDS)
                    if rule['type'] == 'recording' and ':' not in dashboard.STRING.sub('', rule['query']):
                        self.assertTrue(series, rule['query'])


if __name__ == '__main__':
    exporter.main()
