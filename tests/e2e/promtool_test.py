#!/usr/bin/env python3
"""`promtool check metrics` has nothing to say about what a scan of any sample prints."""
import subprocess
import tempfile
import unittest
from pathlib import Path

import exporter
import prometheus


class Lint(unittest.TestCase):

    def lint(self, text):
        """What promtool says; it ends with 3 where it minds something."""
        done = subprocess.run([prometheus.prefix() / 'bin/promtool', 'check', 'metrics'], input=text,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        self.assertEqual(bool(done.stdout), done.returncode != 0)
        return done.stdout.decode()

    def test_every_sample(self):
        for mta, log, _ in exporter.samples():
            with self.subTest(log=str(log.relative_to(exporter.ROOT))):
                done = exporter.run('scan', '--mta=' + mta, log)
                self.assertEqual(0, done.returncode, done.stderr)
                self.assertEqual('', self.lint(done.stdout))

    def test_what_is_served(self):
        """With what a scan has not: the process, the state, the configuration."""
        with tempfile.TemporaryDirectory() as folder:
            logs = [log for _, log, _ in exporter.samples() if log.is_file()][:8]
            with exporter.Serving('--from-beginning', *logs, state=Path(folder) / 'state') as serving:
                exporter.wait_until(lambda: serving.get('/-/ready')[0] == 200, 'all is read')
                self.assertEqual('', self.lint(serving.get('/metrics')[2]))

    def test_what_promtool_minds_is_seen(self):
        self.assertIn('counter', self.lint(b'# HELP a A.\n# TYPE a counter\na 1\n'))


if __name__ == '__main__':
    exporter.main()
