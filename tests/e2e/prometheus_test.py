#!/usr/bin/env python3
"""A real Prometheus scrapes the exporter while a log of known content grows: its functions give the known answers."""
import tempfile
import unittest
from pathlib import Path

import exporter
import mail_lines
import prometheus

ATTEMPTS = 'mta_delivery_attempts_total'
# By status: the delays in seconds of the deliveries, written in STEPS steps of the same composition.  Then all series
# that begin alike grow in proportion, and what increase() adds at the ends of its range cancels out of their ratios.
STEPS = 5
WRITTEN = {'sent': ([0.3] * 6 + [2] * 12 + [20] * 2) * STEPS, 'deferred': [45] * 4 * STEPS, 'bounced': [0.7] * STEPS}


class GrowingLog(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        prometheus.prefix()  # or skip all

    def setUp(self):
        self.log = Path(self.enterContext(tempfile.TemporaryDirectory())) / 'mail.log'
        # The first line makes the counters of its transport exist, those of the other statuses with 0.
        self.number = 1
        self.log.write_text(mail_lines.delivery(self.number, 'bounced'))
        self.exporter = self.enterContext(exporter.Serving('--from-beginning', self.log))
        self.prometheus = self.enterContext(prometheus.Prometheus(self.exporter.port))

    def write_step(self, step):
        with open(self.log, 'a', encoding='utf-8') as log:
            for status, delays in WRITTEN.items():
                size = len(delays) // STEPS
                for delay in delays[step * size:(step + 1) * size]:
                    self.number += 1
                    log.write(mail_lines.delivery(self.number, status, delay))

    def wait_until_scraped(self):
        self.prometheus.wait_for('sum(%s)' % ATTEMPTS, self.number)

    def test_increase_and_quantiles(self):
        self.prometheus.wait_for('up', 1)
        self.wait_until_scraped()
        for step in range(STEPS):
            self.write_step(step)
            self.wait_until_scraped()
        self.check_increase()
        self.check_quantiles()
        self.check_nothing_stepped_back()

    def check_increase(self):
        for status, delays in WRITTEN.items():
            series = '%s{status="%s",hop="final"}' % (ATTEMPTS, status)
            (_, samples), = self.prometheus.query(series + '[1m]')
            self.assertEqual(len(delays), samples[-1][1] - samples[0][1], series)
            # increase() is that difference, extrapolated by at most 1.1 intervals to each side.
            most = 1 + 2.2 / (len(samples) - 1)
            got = self.prometheus.value('increase(%s[1m])' % series)
            self.assertLessEqual(len(delays) * 0.999, got, series)
            self.assertLessEqual(got, len(delays) * most, series)
        share = self.prometheus.value('sum(increase(%s{status="sent"}[1m])) / sum(increase(%s{status=~"sent|deferred"}[1m]))' %
                                      (ATTEMPTS, ATTEMPTS))
        self.assertAlmostEqual(100 / 120, share, places=6)

    def check_quantiles(self):
        rates = 'sum by (le) (rate(mta_delivery_delay_seconds_bucket{status="sent"}[1m]))'
        # 30 in (0.25, 0.5], 60 in (1, 2.5], 10 in (10, 30], read by linear interpolation within a bucket.
        for quantile, answer in ((0.2, 0.25 + 0.25 * 20 / 30), (0.5, 1 + 1.5 * 20 / 60), (0.95, 10 + 20 * 5 / 10)):
            got = self.prometheus.value('histogram_quantile(%g, %s)' % (quantile, rates))
            self.assertAlmostEqual(answer, got, places=6, msg='quantile %g' % quantile)
        mean = 'sum(increase(mta_delivery_delay_seconds_sum{status="sent"}[1m])) / sum(increase(mta_delivery_delay_seconds_count{status="sent"}[1m]))'
        self.assertAlmostEqual(sum(WRITTEN['sent']) / 100, self.prometheus.value(mean), places=6)

    def check_nothing_stepped_back(self):
        counters = self.prometheus.query('{__name__=~"mta_.*_(total|count|bucket|sum)"}[1m]')
        self.assertGreater(len(counters), 20)
        for labels, samples in counters:
            values = [value for _, value in samples]
            self.assertEqual(sorted(values), values, labels)
        self.assertEqual(1, self.prometheus.value('min_over_time(up[1m])'))


if __name__ == '__main__':
    exporter.main()
