"""A Prometheus over samples of the past, with recording rules evaluated over all of it: promtool's backfill."""
import json
import re
import subprocess
from pathlib import Path

import exporter
import prometheus

RULES = sorted((exporter.ROOT / 'deploy/prometheus').glob('*.yml'))
# Blocks of 162 hours: Prometheus answers at most 11,000 points a query, and a minute is the shortest interval of a rule.
LONGEST_BLOCK = '162h'
MOST_POINTS = 10000
CONFIG = 'global: {evaluation_interval: 1d}\nrule_files: %s\n'


def promtool(*arguments, **options):
    done = subprocess.run([prometheus.prefix() / 'bin/promtool', *map(str, arguments)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1800, **options)
    if done.returncode:
        raise AssertionError('promtool %s: %s' % (arguments, done.stdout))


def loaded_rules(files=RULES):
    """The groups of the rule files as a Prometheus understands them: /api/v1/rules."""
    with prometheus.Server(CONFIG % json.dumps([str(f) for f in files])) as server:
        return server.get('rules')['groups']


def levels(groups):
    """The recording rules in batches, each needing only those before: [[(interval, rule)]]."""
    left = {rule['name']: (group['interval'], rule) for group in groups for rule in group['rules'] if rule['type'] == 'recording'}
    while left:
        ready = [name for name, (_, rule) in left.items() if not needs(rule['query']) & set(left)]
        if not ready:
            raise AssertionError('recording rules need each other: %s' % sorted(left))
        yield [left.pop(name) for name in ready]


def needs(query):
    """The recorded metrics that an expression names."""
    return set(re.findall(r'\b[a-z_]+:[a-zA-Z0-9_]+:[a-zA-Z0-9_]+', query))


def needed(groups, queries):
    """The recording rules that the queries need, directly or not, as groups."""
    rules = {rule['name']: rule for group in groups for rule in group['rules'] if rule['type'] == 'recording'}
    names, new = set(), set().union(*(needs(query) for query in queries)) & set(rules)
    while new:
        names |= new
        new = set().union(*(needs(rules[name]['query']) for name in new)) & set(rules) - names
    return [dict(group, rules=[rule for rule in group['rules'] if rule['name'] in names]) for group in groups]


class Backfilled:
    """Samples from `openmetrics`, and what the recording rules make of them, below `folder`."""

    def __init__(self, folder, openmetrics, start, end):
        self.folder, self.start, self.end = Path(folder), start, end
        self.data = self.folder / 'data'
        promtool('tsdb', 'create-blocks-from', '--max-block-duration=' + LONGEST_BLOCK, 'openmetrics', '-q', openmetrics, self.data)
        (self.data / 'wal').mkdir(exist_ok=True)

    def server(self):
        return prometheus.Server('{}', '--storage.tsdb.retention.time=20y', data=self.data)

    def record(self, groups):
        for number, level in enumerate(levels(groups)):
            # Always the same name: Prometheus takes the second at which a group is evaluated from the names of file and group.
            rules = self.folder / 'level.yml'
            intervals = sorted({interval for interval, _ in level})
            rules.write_text(json.dumps({'groups': [
                {'name': 'every %d s' % interval, 'interval': '%ds' % interval,
                 'rules': [{'record': rule['name'], 'expr': rule['query']} for every, rule in level if every == interval]}
                for interval in intervals]}))
            made = self.folder / ('blocks%d' % number)
            with self.server() as server:
                promtool('tsdb', 'create-blocks-from', '--max-block-duration=' + LONGEST_BLOCK, 'rules', '--url=http://127.0.0.1:%d' % server.port,
                                 '--start=%d' % self.start, '--end=%d' % self.end, '--output-dir=%s' % made, rules.name, cwd=self.folder)
            for block in made.iterdir():
                block.rename(self.data / block.name)

    def range(self, server, query, step=60):
        """{labels: {time: value}} over all of the past."""
        out = {}
        for start in range(self.start, self.end, step * MOST_POINTS):
            last = min(self.end, start + step * (MOST_POINTS - 1))
            for series in server.get('query_range', query=query, start=start, end=last, step=step)['result']:
                values = out.setdefault(tuple(sorted(series['metric'].items())), {})
                values.update((int(at), float(value)) for at, value in series['values'])
        return out
