#!/usr/bin/env python3
"""The log generator writes logs that the exporter understands to the last line, and the same log for the same seed."""
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'e2e'))
import exporter  # noqa: E402

GENERATOR = os.environ['MTA_LOG_GENERATOR']
SIZE = 2_000_000


def generate(*arguments):
    """(log, {figure: value}) of one run."""
    done = subprocess.run([GENERATOR, '--size=%d' % SIZE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=True, timeout=60)
    return done.stdout, {name: float(value) for name, value in re.findall(r'(\w+)=(\S+)', done.stderr.decode())}


class Generator(unittest.TestCase):

    def check(self, mta, *arguments):
        log, figures = generate('--mta=' + mta, *arguments)
        seen = exporter.Exposition(exporter.run('scan', '--mta=' + mta, '-', input=log).stdout.decode())
        self.assertEqual(figures['lines'], log.count(b'\n'))
        self.assertEqual(figures['bytes'], len(log))
        self.assertTrue(SIZE <= len(log) < SIZE + 4096)
        self.assertEqual(figures['lines'], seen.sum('mta_exporter_log_lines_total'))
        self.assertEqual(0, seen.sum('mta_exporter_log_lines_total', result='unrecognized'))
        self.assertEqual(0, seen.sum('mta_exporter_log_lines_total', result='foreign'))
        return figures, seen

    def test_postfix(self):
        for stamp in ('syslog', 'rfc3339'):
            figures, seen = self.check('postfix', '--stamp=' + stamp)
            self.assertEqual(figures['delivery_lines'], seen.sum('mta_delivery_attempts_total'))

    def test_sendmail(self):
        figures, seen = self.check('sendmail')
        # A to= line may name two recipients.
        self.assertTrue(figures['delivery_lines'] <= seen.sum('mta_delivery_attempts_total') <= 2 * figures['delivery_lines'])

    def test_qmail(self):
        figures, seen = self.check('qmail')
        self.assertEqual(figures['delivery_lines'], seen.sum('mta_delivery_attempts_total'))
        self.assertEqual(0, seen.sum('mta_qmail_deliveries_lost_total'))

    def test_many_messages_are_open_at_once(self):
        _, seen = self.check('postfix', '--open=3000')
        self.assertGreater(seen.sum('mta_exporter_tracked_messages'), 1000)

    def test_the_seed_decides(self):
        self.assertEqual(generate('--seed=7')[0], generate('--seed=7')[0])
        self.assertNotEqual(generate('--seed=7')[0], generate('--seed=8')[0])

    def test_wrong_usage(self):
        for arguments in (['--mta=exim', '--size=1'], [], ['--size=1', '--stamp=x'], ['--size=1', '--templates=/nonexistent']):
            done = subprocess.run([GENERATOR, *arguments], capture_output=True, timeout=60)
            self.assertNotEqual(0, done.returncode, arguments)
            self.assertTrue(done.stderr)


if __name__ == '__main__':
    exporter.main()
