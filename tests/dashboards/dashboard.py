"""The bundled dashboards as the tests see them, and what the contract says of metrics and labels."""
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / 'dashboards').glob('*.json'))

# Not the exporter's own: what Prometheus adds to every scrape, and what its client libraries agreed on.
COMMON = dict.fromkeys(('up', 'scrape_duration_seconds', 'scrape_samples_scraped', 'process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_open_fds',
                        'process_max_fds', 'process_start_time_seconds'), set())
TARGET = {'job', 'instance'}
HISTOGRAM = re.compile(r'_(bucket|sum|count)$')


def documented():
    """{metric: its labels, without those of the target} from the tables of docs/metrics.md."""
    metrics, always = {}, set()
    for line in (ROOT / 'docs/metrics.md').read_text(encoding='utf-8').splitlines():
        cells = [cell.strip() for cell in line.strip('|').split('|')]
        if line.startswith('| metric'):
            besides = re.search(r'labels besides (.*)', cells[2])
            always = set(re.split(r', ', besides[1])) if besides else set()
        elif line.startswith('| `mta_'):
            labels = set(filter(None, re.split(r',\s*', cells[2])))
            for name in re.findall(r'`(mta_\w+)`', cells[0]):
                own = always - {'mta'} if re.match('mta_(postfix|sendmail|qmail)_', name) else always
                metrics[name] = labels | own | ({'le'} if cells[1] == 'histogram' else set())
    return metrics


def contract():
    return {**COMMON, **documented()}


class Panel:

    def __init__(self, file, dashboard, data):
        self.file, self.dashboard, self.data = file, dashboard, data
        self.title = data['title']

    def __str__(self):
        return f'{self.file.name}: {self.title}'

    def targets(self):
        return self.data['targets']


def load():
    """[(file, dashboard as JSON, [Panel])], panels of folded rows included, rows themselves not."""
    loaded = []
    for file in FILES:
        data = json.loads(file.read_text(encoding='utf-8'))
        found = [panel for row in data['panels'] for panel in (row, *row.get('panels', ())) if panel['type'] != 'row']
        loaded.append((file, data, [Panel(file, data, panel) for panel in found]))
    return loaded


STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
SELECTOR = re.compile(r'\b([a-zA-Z_:][\w:]*)\s*\{([^}]*)\}')
MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)')
GROUPING = re.compile(r'\b(?:by|on)\s*\(([^)]*)\)')


def selectors(expression):
    """[(metric, labels matched on)]"""
    bare = STRING.sub('""', expression)
    return [(name, set(MATCHER.findall(matchers))) for name, matchers in SELECTOR.findall(bare)]


def groupings(expression):
    """The labels of by (…) and on (…)."""
    return {label.strip() for labels in GROUPING.findall(STRING.sub('""', expression)) for label in labels.split(',') if label.strip()}
