#!/usr/bin/env python3
"""The OpenMetrics parser of python3-prometheus-client, which is strict, takes what is printed of every sample, and it
says what the text format says."""
import sys
import tempfile
import unittest
from pathlib import Path

import exporter

sys.path.append('/usr/lib/python3/dist-packages')  # of the package, should another Python run this
try:
    from prometheus_client.openmetrics import parser as openmetrics
    from prometheus_client.parser import text_string_to_metric_families as parse_text
except ImportError:
    openmetrics = None


def values(families):
    """{(sample, labels): value}, counters by the name of their sample."""
    return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in families for sample in family.samples}


@unittest.skipUnless(openmetrics, 'python3-prometheus-client is not installed')
class Parsed(unittest.TestCase):

    def test_every_sample(self):
        for mta, log, _ in exporter.samples():
            with self.subTest(log=str(log.relative_to(exporter.ROOT))):
                text, both = [exporter.run('scan', '--mta=' + mta, '--format=' + name, log) for name in ('text', 'openmetrics')]
                self.assertEqual((0, 0), (text.returncode, both.returncode), both.stderr)
                families = list(openmetrics.text_string_to_metric_families(both.stdout.decode()))
                self.assertGreater(len(families), 5)
                self.assertEqual(values(parse_text(text.stdout.decode())), values(families))

    def test_what_is_served(self):
        """With what a scan has not: the process, the state, the configuration."""
        with tempfile.TemporaryDirectory() as folder:
            logs = [log for _, log, _ in exporter.samples() if log.is_file()][:8]
            with exporter.Serving('--from-beginning', *logs, state=Path(folder) / 'state') as serving:
                exporter.wait_until(lambda: serving.get('/-/ready')[0] == 200, 'all is read')
                answer = serving.get('/metrics', headers={'Accept': 'application/openmetrics-text; version=1.0.0'})[2].decode()
        names = {family.name for family in openmetrics.text_string_to_metric_families(answer)}
        self.assertLess({'process_cpu_seconds', 'mta_exporter_state_saves', 'mta_exporter_config_last_reload_successful', 'mta_delivery_attempts'}, names)

    def test_exemplars_name_a_message_of_the_log(self):
        """One that stands in the log, no address; text has none."""
        met = set()
        for mta, log, _ in exporter.samples():
            if not log.is_file():
                continue
            written = log.read_bytes()
            done = exporter.run('scan', '--mta=' + mta, '--format=openmetrics', log)
            for family in openmetrics.text_string_to_metric_families(done.stdout.decode()):
                for sample in family.samples:
                    if sample.exemplar:
                        met.add((mta, family.name))
                        self.assertEqual(['queue_id'], list(sample.exemplar.labels))
                        self.assertIn(sample.exemplar.labels['queue_id'].encode(), written)
                        self.assertLessEqual(sample.exemplar.value, float(sample.labels.get('le', 'inf')))
            self.assertNotIn(b'queue_id', exporter.run('scan', '--mta=' + mta, log).stdout)
        for mta in ('postfix', 'sendmail', 'qmail'):
            self.assertIn((mta, 'mta_delivery_delay_seconds'), met)
            self.assertIn((mta, 'mta_delivery_failures'), met)

    def test_what_the_parser_minds_is_seen(self):
        for bad in ('# TYPE a_total counter\na_total 1\n# EOF\n', '# TYPE a counter\na_total 1\n', 'a 1\n\n# EOF\n'):
            with self.assertRaises(ValueError):
                list(openmetrics.text_string_to_metric_families(bad))


if __name__ == '__main__':
    exporter.main()
