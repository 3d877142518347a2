"""A Prometheus over samples of the past, with recording rules evaluated over all of it: what record_history.py makes."""
import sys
from pathlib import Path

import exporter
import prometheus

sys.path.append(str(exporter.ROOT / 'deploy/prometheus'))
import record_history  # noqa: E402
from record_history import needs  # noqa: E402

RULES = sorted((exporter.ROOT / 'deploy/prometheus').glob('*.yml'))
MOST_POINTS = 10000  # Prometheus answers at most 11,000 a query


def promtool(*arguments):
    prometheus.use()
    try:
        record_history.promtool(*arguments)
    except record_history.Problem as problem:
        raise AssertionError(str(problem)) from None


def loaded_rules(files=RULES):
    """The groups of the rule files as a Prometheus understands them: /api/v1/rules."""
    prometheus.use()
    return record_history.loaded_rules(files)


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
        prometheus.use()
        self.start, self.end = start, end
        self.data = Path(folder) / 'data'
        record_history.add_samples(self.data, openmetrics)

    def server(self):
        return prometheus.Server('{}', record_history.FOREVER, data=self.data)

    def record(self, groups):
        record_history.add_recorded(self.data, groups, self.start, self.end)

    def range(self, server, query, step=60):
        """{labels: {time: value}} over all of the past."""
        out = {}
        for start in range(self.start, self.end, step * MOST_POINTS):
            last = min(self.end, start + step * (MOST_POINTS - 1))
            for series in server.get('query_range', query=query, start=start, end=last, step=step)['result']:
                values = out.setdefault(tuple(sorted(series['metric'].items())), {})
                values.update((int(at), float(value)) for at, value in series['values'])
        return out
