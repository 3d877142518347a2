#!/usr/bin/env python3
"""`scan` of every recorded log gives the figures that were counted independently of this program."""
import json
import unittest

import exporter
from exposition import Exposition

MAX_OTHER = 0.02  # of the failures and rejects of an MTA's samples: those whose reason is unknown


def load(expected):
    return json.loads(expected.read_text())


class ScanSamples(unittest.TestCase):

    def test_every_sample_gives_the_expected_figures(self):
        checked = 0
        for mta, log, expected in exporter.samples():
            with self.subTest(log=str(log.relative_to(exporter.ROOT))):
                differences = exporter.scan(log, mta=mta).differences(load(expected))
                self.assertEqual([], differences[:10], '%d series differ' % len(differences))
            checked += 1
        self.assertGreater(checked, 70)

    def test_the_lines_of_the_first_articles_need_no_mta_named(self):
        for _, log, expected in exporter.samples():
            if log.name.startswith('seed'):
                with self.subTest(log=log.name):
                    self.assertEqual([], exporter.scan(log).differences(load(expected))[:10])

    def test_reason_other_stays_rare(self):
        for mta in ('postfix', 'sendmail', 'qmail'):
            everything = other = 0
            for _, log, _ in exporter.samples(mta):
                figures = exporter.scan(log, mta=mta)
                for name in ('mta_delivery_failures_total', 'mta_rejects_total'):
                    everything += figures.sum(name)
                    other += figures.sum(name, reason='other')
            with self.subTest(mta=mta):
                self.assertGreater(everything, 0)
                self.assertLess(other, MAX_OTHER * everything)


class Comparison(unittest.TestCase):
    """An expected series stands for the sum of all series of its name that carry at least its labels."""

    FIGURES = Exposition('a_total{x="1",y="1"} 2\na_total{x="1",y="2"} 3\na_total{x="2",y="1"} 5\nb_bucket{le="1"} 7\n')

    def test_sums_over_labels_not_named(self):
        self.assertEqual([], self.FIGURES.differences({'a_total': 10, 'a_total{x="1"}': 5, 'a_total{x="2",y="1"}': 5,
                                                       'b_bucket{le="1.0"}': 7, 'missing_total': 0}))

    def test_every_difference_is_found(self):
        for wrong in ({'a_total': 9}, {'a_total{x="3"}': 1}, {'missing_total': 1}, {'a_total{x="1"}': 5.001}):
            self.assertEqual(1, len(self.FIGURES.differences(wrong)))

    def test_a_broken_exposition_is_no_exposition(self):
        for text in ('a 1\na 2\n', 'a{b="1"}\n', 'a{b=1} 1\n', 'a{b="1",b="2"} 1\n', 'a one\n'):
            with self.assertRaises(ValueError):
                Exposition(text)


if __name__ == '__main__':
    exporter.main()
