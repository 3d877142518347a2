#!/usr/bin/env python3
"""The dashboards' JSON: what source/ says, importable, complete, and true to the metrics that there are."""
import re
import subprocess
import sys
import unittest

import dashboard
from dashboard import HISTOGRAM, ROOT, TARGET

BUILT_IN = {'__rate_interval', '__range', '__interval'}
KINDS = {'stat', 'timeseries', 'heatmap', 'table', 'row'}
UNITS = {'short', 'locale', 's', 'bytes', 'Bps', 'percentunit', 'dateTimeAsIso'}
# Metrics that no panel shows, and why.
NOT_SHOWN = {'mta_exporter_state_dropped_parts': 'what one start could not take up: said in the log of that start'}
LOADED = dashboard.load()
PANELS = [panel for _, _, panels in LOADED for panel in panels]


class Json(unittest.TestCase):

    def test_is_what_its_source_says(self):
        done = subprocess.run([sys.executable, '-B', ROOT / 'dashboards/build.py', '--check'], capture_output=True, text=True, timeout=60)
        self.assertEqual((0, ''), (done.returncode, done.stdout + done.stderr))

    def test_five_dashboards_with_ids_of_their_own(self):
        uids = [data['uid'] for _, data, _ in LOADED]
        self.assertEqual(5, len(set(uids)))
        for file, data, _ in LOADED:
            with self.subTest(file=file.name):
                self.assertRegex(data['uid'], r'^[a-z-]{8,40}$')
                self.assertTrue(data['title'] and data['description'] and data['tags'])
                self.assertTrue(36 <= data['schemaVersion'] <= 41)  # Grafana 10 to 12
                self.assertNotIn('id', data)
                self.assertNotIn('__inputs', data)
                self.assertEqual(set(uids) - {data['uid']}, {link['url'].removeprefix('/d/') for link in data['links']})
                for link in data['links']:
                    self.assertTrue(link['includeVars'] and link['keepTime'])

    def test_panels_do_not_overlap(self):
        for file, data, _ in LOADED:
            ids, taken = [], set()
            for row in data['panels']:
                for panel in (row, *row.get('panels', ())):
                    ids.append(panel['id'])
                    place = panel['gridPos']
                    cells = {(x, y) for x in range(place['x'], place['x'] + place['w']) for y in range(place['y'], place['y'] + place['h'])}
                    self.assertLessEqual(place['x'] + place['w'], 24, panel['title'])
                    self.assertFalse(cells & taken, (file.name, panel['title']))
                    taken |= cells
            self.assertEqual(len(ids), len(set(ids)))

    def test_titles_are_unique_within_a_dashboard(self):
        for file, _, panels in LOADED:
            titles = [panel.title for panel in panels]
            self.assertEqual(sorted(set(titles)), sorted(titles), file.name)


class Variables(unittest.TestCase):

    def test_each_is_there_and_takes_several_values(self):
        for file, data, _ in LOADED:
            names = [variable['name'] for variable in data['templating']['list']]
            with self.subTest(file=file.name):
                self.assertEqual(names, ['datasource', 'job', 'instance', *(['mta'] if data['uid'] == 'mta-overview' else []), 'source'])
                for variable in data['templating']['list'][1:]:
                    self.assertTrue(variable['multi'] and variable['includeAll'])
                    self.assertEqual('.+', variable['allValue'])

    def test_no_other_is_used(self):
        for file, data, panels in LOADED:
            declared = {variable['name'] for variable in data['templating']['list']} | BUILT_IN
            used = set()
            for panel in panels:
                for target in panel.targets():
                    used |= set(re.findall(r'\$\{?(\w+)', target['expr']))
                    self.assertEqual({'type': 'prometheus', 'uid': '${datasource}'}, target['datasource'])
                self.assertEqual({'type': 'prometheus', 'uid': '${datasource}'}, panel.data['datasource'])
            self.assertLessEqual(used, declared, file.name)

    def test_every_selector_obeys_them(self):
        for panel in PANELS:
            for target in panel.targets():
                for metric, labels in dashboard.selectors(target['expr']):
                    known = dashboard.contract()[HISTOGRAM.sub('', metric)] if metric.startswith('mta_') else set()
                    wanted = TARGET | ({'source'} & known) | ({'mta'} & known if panel.dashboard['uid'] != 'mta-exporter' else set())
                    self.assertLessEqual(wanted, labels, f'{panel}: {metric}')


class Panels(unittest.TestCase):

    def test_each_says_what_it_means_and_in_which_unit(self):
        for panel in PANELS:
            with self.subTest(panel=str(panel)):
                self.assertIn(panel.data['type'], KINDS)
                self.assertGreater(len(panel.data['description']), 25)
                self.assertRegex(panel.data['description'], r'[.!?]$')
                self.assertLessEqual(len(panel.title), 45)
                unit = panel.data['fieldConfig']['defaults']['unit']
                self.assertTrue(unit in UNITS or unit.startswith('suffix: '), unit)
                self.assertTrue(panel.targets())
                self.assertEqual([target['refId'] for target in panel.targets()], [chr(ord('A') + number) for number in range(len(panel.targets()))])

    def test_rates_go_over_a_range_that_fits_the_scrape_interval(self):
        for panel in PANELS:
            for target in panel.targets():
                for window in re.findall(r'\[([^\]:]+)\]', dashboard.STRING.sub('', target['expr'])):
                    self.assertIn(window, ('$__rate_interval', '$__range', '5m', '15m', '30m', '1h', '1d'), str(panel))

    def test_legends_name_labels_that_the_query_keeps(self):
        for panel in PANELS:
            for target in panel.targets():
                named = set(re.findall(r'\{\{(\w+)\}\}', target['legendFormat']))
                self.assertLessEqual(named, dashboard.groupings(target['expr']) | TARGET | {'le'}, str(panel))


class Metrics(unittest.TestCase):

    def test_all_that_are_used_exist_with_these_labels(self):
        contract = dashboard.contract()
        self.assertGreater(len(contract), 60)
        for panel in PANELS:
            for target in panel.targets():
                used = dashboard.selectors(target['expr'])
                self.assertTrue(used, f'{panel}: no selector in {target["expr"]}')
                known = set(TARGET)
                for metric, labels in used:
                    name = HISTOGRAM.sub('', metric) if HISTOGRAM.sub('', metric) in contract else metric
                    self.assertIn(name, contract, str(panel))
                    self.assertLessEqual(labels, contract[name] | TARGET, f'{panel}: {metric}')
                    known |= contract[name]
                self.assertLessEqual(dashboard.groupings(target['expr']), known, str(panel))

    def test_no_name_stands_without_a_selector(self):
        for panel in PANELS:
            for target in panel.targets():
                bare = dashboard.STRING.sub('', target['expr'])
                self.assertEqual(len(re.findall(r'\bmta_\w+', bare)), len(re.findall(r'\bmta_\w+\{', bare)), str(panel))

    def test_every_metric_is_on_some_panel(self):
        shown = {HISTOGRAM.sub('', metric) for panel in PANELS for target in panel.targets() for metric, _ in dashboard.selectors(target['expr'])}
        missing = {name for name in dashboard.contract() if name not in shown and HISTOGRAM.sub('', name) not in shown}
        self.assertEqual(set(NOT_SHOWN), missing)


class Reasons(unittest.TestCase):

    def test_each_has_a_colour_of_its_own(self):
        sys.path.insert(0, str(ROOT / 'dashboards/source'))
        import grafana
        rows = re.findall(r'^\| `(\w+)` \|', (ROOT / 'docs/metrics.md').read_text(encoding='utf-8').partition('## Reasons')[2], re.M)
        self.assertGreater(len(rows), 20)
        self.assertEqual(set(rows), set(grafana.REASONS))
        self.assertEqual(len(rows), len(set(grafana.REASONS.values())))


if __name__ == '__main__':
    unittest.main(verbosity=2)
