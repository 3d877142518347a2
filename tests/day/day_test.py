#!/usr/bin/env python3
"""The simulated day: the exporter knows every line of it, counts what the simulation did, and sees each incident."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'e2e'))
import exporter  # noqa: E402
import day  # noqa: E402

START = 1767571200
MESSAGES = 8000


def simulated(*incidents, seed='1', hours=24):
    """{mta: (site, log)}"""
    chosen = day.parse_incidents(incidents or ['none'], START, START)
    return {site.mta: (site, site.advance(START + hours * 3600)) for site in day.sites(START, seed, MESSAGES, chosen)}


def counted(log):
    return exporter.Exposition(exporter.run('scan', '-', input=log).stdout.decode())


class EveryLine(unittest.TestCase):

    def test_is_known_to_the_exporter(self):
        for mta, (site, log) in simulated(*day.INCIDENTS).items():
            with self.subTest(mta=mta):
                figures = counted(log)
                self.assertEqual(log.count(b'\n'), figures.sum('mta_exporter_log_lines_total'))
                self.assertEqual(0, figures.sum('mta_exporter_log_lines_total', result='unrecognized'))
                self.assertEqual(0, figures.sum('mta_exporter_log_lines_total', result='foreign'))
                self.assertGreater(figures.sum('mta_delivery_attempts_total', mta=mta), 100)

    def test_other_reasons_are_rare(self):
        """A text of the simulation that no rule of reasons knows would show up in the dashboards as `other`."""
        for mta, (site, log) in simulated(*day.INCIDENTS).items():
            figures = counted(log)
            for name in ('mta_delivery_failures_total', 'mta_rejects_total'):
                self.assertEqual(0, figures.sum(name, reason='other'), (mta, name))

    def test_messages_in_the_queue_are_those_in_flight(self):
        sites = simulated('destination_defers', hours=14.5)
        for mta in ('postfix', 'qmail'):
            site, log = sites[mta]
            queues = site.queues.queues
            held = {key[0] if mta == 'qmail' else key for queue in queues.values() for key in queue}
            with self.subTest(mta=mta):
                self.assertGreater(len(held), 3)
                # Postfix: what the queue manager has not seen yet is not in flight
                self.assertEqual(len(held) - (len(queues['incoming']) if mta == 'postfix' else 0),
                                       counted(log).sum('mta_messages_in_flight', mta=mta))


class Incidents(unittest.TestCase):

    # What an incident raises, in which log, and at least to how many times the quiet day's figure plus ten.
    SEEN = {
        'destination_defers': ('postfix', 'mta_delivery_failures_total', dict(status='deferred', reason='rate_limited'), 5),
        'blocklisted': ('postfix', 'mta_delivery_failures_total', dict(status='bounced', reason='reputation'), 3),
        'password_attack': ('postfix', 'mta_auth_attempts_total', dict(result='failure'), 10),
        'slow_dns': ('postfix', 'mta_delivery_failures_total', dict(status='deferred', reason='dns_temporary'), 0.5),
        'sendmail_load': ('sendmail', 'mta_sendmail_load_refusals_total', {}, 2),
        'qmail_limit': ('qmail', 'mta_delivery_failures_total', dict(status='deferred', reason='connection_failed'), 1),
        'newsletter': ('postfix', 'mta_messages_received_total', {}, 1.1),
    }

    def test_each_is_seen_by_the_exporter(self):
        quiet = {mta: counted(log) for mta, (_, log) in simulated().items()}
        self.assertEqual(set(day.INCIDENTS), set(self.SEEN))
        for incident, (mta, name, labels, factor) in self.SEEN.items():
            with self.subTest(incident=incident):
                before = quiet[mta].sum(name, labels)
                after = counted(simulated(incident)[mta][1]).sum(name, labels)
                self.assertGreater(after, factor * (before + 10))

    def test_qmail_is_at_its_limit(self):
        figures = counted(simulated('qmail_limit', hours=17)['qmail'][1])
        self.assertGreaterEqual(figures.sum('mta_qmail_concurrency', channel='remote'), 4)
        self.assertEqual(20, figures.sum('mta_qmail_concurrency_limit', channel='remote'))


class CommandLine(unittest.TestCase):

    def run_day(self, *arguments):
        return subprocess.run([sys.executable, '-B', day.__file__, *arguments], capture_output=True, timeout=60, text=True)

    def test_the_seed_decides(self):
        logs = [{mta: log for mta, (_, log) in simulated(seed=seed, hours=3).items()} for seed in ('7', '7', '8')]
        self.assertEqual(logs[0], logs[1])
        self.assertNotEqual(logs[0], logs[2])

    def test_write(self):
        with tempfile.TemporaryDirectory() as folder:
            done = self.run_day('write', folder, '--messages=300', '--incident=none')
            self.assertEqual((0, '', ''), (done.returncode, done.stdout, done.stderr))
            for mta in day.MTAS:
                self.assertGreater((Path(folder) / f'{mta}.log').stat().st_size, 5000)

    def test_wrong_usage(self):
        for arguments in (['write'], ['write', '/nonexistent'], ['nonsense'], ['write', '/tmp', '--incident=flood'], ['write', '/tmp', '--incident=slow_dns=noon']):
            done = self.run_day(*arguments)
            self.assertEqual(2, done.returncode, arguments)
            self.assertTrue(done.stderr)

    def test_incidents_are_named(self):
        done = self.run_day('incidents')
        for name in day.INCIDENTS:
            self.assertIn(name, done.stdout)


if __name__ == '__main__':
    exporter.main()
