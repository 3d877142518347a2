"""Everything that anybody asks Prometheus for: the expressions of all rules and panels."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / 'tests/dashboards'))
import dashboard  # noqa: E402

# What Grafana puts in for a scrape interval of a minute and a look at some hours.
VARIABLES = {'__rate_interval': '4m', '__range': '1h', '__interval': '1m'}
# Which of those that are alike is chance.
FIRST_FEW = re.compile(r'\b(topk|bottomk)\(\d+,')
METRIC = re.compile(r'(?<![\w:])(?:up|(?:mta|process|scrape)_\w+)(?![\w:])')
NOT_IN_A_LOG = re.compile(r'up|scrape_.*|process_.*|mta_queue_.*|mta_exporter_(build_info|(scrape|state|config)_.*)')


def substituted(expression):
    return FIRST_FEW.sub('(', re.sub(r'\$\{?(\w+)\}?', lambda found: VARIABLES.get(found[1], '.+'), expression))


def is_of_the_process(query):
    """Whether it asks only for what no log can tell: the exporter itself, its scrapes, the queues."""
    bare = dashboard.STRING.sub('', query)
    return ':' not in bare and all(NOT_IN_A_LOG.fullmatch(name) for name in METRIC.findall(bare))


def of_rules(groups):
    """{name: (expression, seconds between two evaluations)}"""
    found = {}
    for group in groups:
        for rule in group['rules']:
            name = f'{Path(group["file"]).name} {rule["name"]} {rule.get("labels", {}).get("severity", "")}'
            found[name.strip()] = rule['query'], int(group['interval'])
    return found


def of_panels():
    return {f'{panel.file.name} {panel.title} {target["refId"]}': (substituted(target['expr']), 60)
            for _, _, panels in dashboard.load() for panel in panels for target in panel.targets()}
