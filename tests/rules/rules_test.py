#!/usr/bin/env python3
"""The alert and recording rules: promtool takes them, their unit tests pass, and would not if an alert were always or
never firing or the deferred spike had one condition less; every name they use is documented, every alert has its page."""
import copy
import json
import re
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'e2e'))

import backfilled
import exporter
import prometheus
import simulate_month

HERE = Path(__file__).resolve().parent
FOLDER = exporter.ROOT / 'deploy/prometheus'
RUNBOOKS = exporter.ROOT / 'docs/runbooks'
# What the contract names and docs/metrics.md does not yet describe: state, queues, listeners and reloads.
COMING = '''mta_queue_messages mta_queue_bytes mta_queue_oldest_message_timestamp_seconds mta_queue_scan_success
    mta_queue_scan_timestamp_seconds mta_exporter_state_saves_total mta_exporter_state_save_timestamp_seconds
    mta_exporter_config_last_reload_successful mta_exporter_config_last_reload_success_timestamp_seconds
    mta_exporter_input_dropped_total'''.split()
NAME = re.compile(r'(?<![a-z:_])(?:mta|process)_[a-z_]+[a-z](?![a-z:_]*:)')
TARGETS = {'job', 'instance', '__name__'}


def alerts(groups):
    return [rule for group in groups for rule in group['rules'] if rule['type'] == 'alerting']


def plain(groups):
    """The groups as a rule file, which in JSON is YAML, too."""
    def rule(r):
        if r['type'] == 'recording':
            return {'record': r['name'], 'expr': r['query']}
        return {'alert': r['name'], 'expr': r['query'], 'for': '%ds' % r['duration'], 'keep_firing_for': '%ds' % r.get('keepFiringFor', 0),
                'labels': r['labels'], 'annotations': r['annotations']}
    return json.dumps({'groups': [{'name': g['name'], 'interval': '%ds' % g['interval'], 'rules': [rule(r) for r in g['rules']]} for g in groups]})


class Rules(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        prometheus.prefix()  # or skip all
        cls.groups = backfilled.loaded_rules()

    def test_promtool_takes_them(self):
        backfilled.promtool('check', 'rules', '--lint=all', '--lint-fatal', *backfilled.RULES)

    def test_every_alert_is_complete(self):
        for rule in alerts(self.groups):
            with self.subTest(alert=rule['name']):
                self.assertIn(rule['labels']['severity'], ('critical', 'warning', 'info'))
                self.assertEqual({'summary', 'description', 'runbook'}, set(rule['annotations']))
                self.assertEqual('docs/runbooks/%s.md' % rule['name'], rule['annotations']['runbook'])
                self.assertTrue((RUNBOOKS / (rule['name'] + '.md')).exists())
                self.assertRegex(rule['annotations']['description'], r'\$value|\d|[|] value [|]')
                self.assertTrue((HERE / (rule['name'] + '.test.yml')).exists())
        names = {rule['name'] for rule in alerts(self.groups)}
        self.assertEqual(names, {page.stem for page in RUNBOOKS.glob('*.md')})
        table = (exporter.ROOT / 'docs/alerts.md').read_text(encoding='utf-8')
        self.assertEqual([], sorted(name for name in names if 'runbooks/%s.md' % name not in table))

    def test_every_name_is_documented(self):
        text = (exporter.ROOT / 'docs/metrics.md').read_text(encoding='utf-8')
        known = set(re.findall(r'\bmta_[a-z_]+[a-z]\b', text)) | set(COMING) | {'process_start_time_seconds'}
        recorded = {r['name'] for g in self.groups for r in g['rules'] if r['type'] == 'recording'}
        labels = set(re.findall(r'\b[a-z_]+\b', text)) | TARGETS | {'queue', 'cause', 'le', 'reason'}
        for group in self.groups:
            for rule in group['rules']:
                query = re.sub(r'"[^"]*"', '""', rule['query'])
                with self.subTest(rule=rule['name']):
                    self.assertEqual(set(), backfilled.needs(query) - recorded)
                    used = {re.sub(r'_(bucket|count|sum)$', '', name) for name in NAME.findall(re.sub(r'\b[a-z]+:[a-z0-9_]+:[a-z0-9_]+', '', query))}
                    self.assertEqual(set(), used - known)
                    self.assertEqual(set(), set(re.findall(r'([a-z_]+)\s*(?:=~|!~|!=|=)""', query)) - labels)


class UnitTests(unittest.TestCase):
    """promtool's unit tests, and whether they notice what they are for."""

    @classmethod
    def setUpClass(cls):
        prometheus.prefix()
        cls.groups = backfilled.loaded_rules()

    def passes(self, groups, name):
        """True if the unit tests of an alert pass with these rules in place of the shipped ones."""
        with tempfile.TemporaryDirectory() as root:
            tests = Path(root) / 'tests/rules'
            tests.mkdir(parents=True)
            (Path(root) / 'deploy/prometheus').mkdir(parents=True)
            for file in backfilled.RULES:
                mine = [g for g in groups if Path(g['file']).name == file.name]
                (Path(root) / 'deploy/prometheus' / file.name).write_text(plain(mine))
            shutil.copy(HERE / (name + '.test.yml'), tests)
            try:
                backfilled.promtool('test', 'rules', tests / (name + '.test.yml'))
                return True
            except AssertionError:
                return False

    def changed(self, name, change):
        """The groups an alert's tests need, with the expression of that alert changed."""
        groups = copy.deepcopy(self.groups)
        for group in groups:
            for rule in group['rules']:
                if rule['type'] == 'alerting' and rule['name'] == name:
                    rule['query'] = change(rule['query'])
            group['rules'] = [r for r in group['rules'] if r['type'] == 'recording' or r['name'] == name]
        wanted = {r['name'] for g in backfilled.needed(groups, [r['query'] for r in alerts(groups)]) for r in g['rules']}
        for group in groups:
            group['rules'] = [r for r in group['rules'] if r['name'] in wanted or r['type'] == 'alerting']
        return [g for g in groups if g['rules']] + [{'name': 'none', 'file': f.name, 'interval': 60, 'rules': []} for f in backfilled.RULES
                                                   if not any(Path(g['file']).name == f.name and g['rules'] for g in groups)]

    def test_every_alert_fires_and_keeps_silent(self):
        for name in sorted({rule['name'] for rule in alerts(self.groups)}):
            with self.subTest(alert=name):
                self.assertTrue(self.passes(self.changed(name, lambda query: query), name), 'its unit tests fail')
                self.assertFalse(self.passes(self.changed(name, lambda query: 'vector(1)'), name), 'no test minds an alert that always fires')
                self.assertFalse(self.passes(self.changed(name, lambda query: 'vector(1) > 2'), name), 'no test minds an alert that never fires')

    def test_no_condition_of_the_deferred_spike_is_idle(self):
        name = simulate_month.ALERT
        query = next(r['query'] for r in alerts(self.groups) if r['name'] == name and r['labels']['severity'] == 'warning')
        for condition in (
                'source:mta_messages_deferred:ratio_rate5m > source:mta_messages_deferred:ratio_threshold',
                'source:mta_messages_deferred:rate5m * 300 >= 10', 'source:mta_messages_deferred:rate5m * 300 >= 5',
                'source:mta_messages_deferred:ratio_rate5m > 0.8', 'source:mta_messages_deferred:rate1h * 3600 >= 15',
                'source:mta_messages_deferred:ratio_rate1h > source:mta_messages_deferred:ratio_threshold',
                'max_over_time(source:mta_exporter_log:behind[6m]) == 1', 'max_over_time(source:mta_exporter_log:behind[1h1m]) == 1'):
            with self.subTest(condition=condition):
                self.assertIn(condition, query)
                dropped = re.split(r' (?:>=|>|==) ', condition)[0] + (' < -1' if '== 1' in condition else ' > -1')
                self.assertFalse(self.passes(self.changed(name, lambda q: q.replace(condition, dropped)), name), 'no test needs it')


class Simulation(unittest.TestCase):
    """Four days; tests/run.sh --full has the month."""

    def test_four_days(self):
        prometheus.prefix()
        missed, false = simulate_month.measure(2, 4, 4, backfilled.loaded_rules(), verbose=True)
        self.assertEqual(0, missed)
        self.assertLessEqual(false, 1)


if __name__ == '__main__':
    exporter.main()
