#!/usr/bin/env python3
"""What `serve` keeps over a restart, where it keeps it, and what it says when it cannot."""
import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import exporter
import mail_lines

ATTEMPTS = 'mta_delivery_attempts_total'
DROPPED = 'mta_exporter_state_dropped_parts'


class State(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.log = self.folder / 'mail.log'
        self.state = self.folder / 'state'
        self.written = 0
        self.log.touch()

    def append(self, count, log=None):
        with open(log or self.log, 'a', encoding='utf-8') as out:
            for _ in range(count):
                self.written += 1
                out.write(mail_lines.delivery(self.written))

    def serve(self, *arguments, state=None, **options):
        return exporter.Serving(*(arguments or ('--from-beginning', self.log)), state=self.state if state is None else state, **options)

    def run_until(self, value, *arguments, name=ATTEMPTS, **labels):
        """A run that reaches the value, and ends in good order; its last scrape."""
        with self.serve(*arguments) as serving:
            figures = serving.wait_for(name, value, **labels)
            self.assertEqual(0, serving.stop())
            return figures


class Kept(State):

    def test_counters_go_on_and_what_came_meanwhile_is_counted(self):
        self.append(3)
        before = self.run_until(3)
        self.append(4)
        after = self.run_until(7)
        self.assertEqual(7, after.sum('mta_delivery_delay_seconds_count'))
        for cause in ('damaged', 'foreign', 'removed', 'changed'):
            self.assertEqual(0, after.sum(DROPPED, cause=cause))
        saves = 'mta_exporter_state_saves_total'
        self.assertGreater(after.sum(saves, result='success'), before.sum(saves, result='success'))
        self.assertEqual(0, after.sum(saves, result='failure'))
        self.assertAlmostEqual(time.time(), after.sum('mta_exporter_state_save_timestamp_seconds'), delta=60)

    def test_what_is_shown_at_once_after_a_restart_is_what_was_shown(self):
        self.append(5)
        self.run_until(5)
        with self.serve() as serving:  # whatever the first scrape is
            self.assertEqual(5, serving.scrape().sum(ATTEMPTS))

    def test_from_the_end_is_for_the_first_sight_only(self):
        self.append(3)
        with self.serve(self.log) as serving:
            exporter.wait_until(lambda: serving.get('/-/ready')[0] == 200, 'it is ready')
            serving.kill()
            self.append(2)
            serving.start()
            serving_answers(serving)
            serving.wait_for(ATTEMPTS, 2)

    def test_rotated_and_compressed_while_down(self):
        self.append(3)
        self.run_until(3)
        self.append(2)
        self.log.rename(self.folder / 'mail.log.1')
        subprocess.run(['gzip', self.folder / 'mail.log.1'], check=True)
        self.append(4)
        self.run_until(9)

    def test_an_open_message_is_still_known(self):
        with open(self.log, 'a', encoding='utf-8') as out:
            out.write(mail_lines.queued(1))
        self.run_until(1, name='mta_messages_in_flight')
        with open(self.log, 'a', encoding='utf-8') as out:
            out.write('%s mx1 postfix/qmgr[4711]: %s: removed\n' % (mail_lines.stamp(), mail_lines.queue_id(1)))
        self.run_until(1, name='mta_message_lifetime_seconds_count')

    def test_a_term_saves_what_was_read_and_is_quick(self):
        with self.serve() as serving:
            serving.wait_for('mta_exporter_source_up', 1)
            self.append(1000)
            serving.wait_for(ATTEMPTS, 1000)
            began = time.monotonic()
            self.assertEqual(0, serving.stop())
            self.assertLess(time.monotonic() - began, 3 if 'asan' not in exporter.BINARY else 10)
        self.log.unlink()  # nothing to be read again
        with self.serve() as serving:
            self.assertEqual(1000, serving.scrape().sum(ATTEMPTS))


def serving_answers(serving):
    exporter.wait_until(serving.answers, 'the exporter answers')


class LostParts(State):

    def test_a_source_that_is_no_longer_followed(self):
        other = self.folder / 'relay.log'
        self.append(3)
        self.append(2, other)
        self.run_until(5, '--from-beginning', self.log, other)
        figures = self.run_until(3)
        self.assertEqual([], [s for series in figures.samples.values() for s in series if s[0].get('source') == 'relay'])
        self.assertEqual(1, figures.sum(DROPPED, cause='removed'))
        self.assertTrue((self.state / 'snapshot.old').exists())

    def test_damage_is_said_and_costs_what_it_hits(self):
        self.append(3)
        self.run_until(3)
        snapshot = self.state / 'snapshot'
        data = bytearray(snapshot.read_bytes())
        at = data.index(b'mta_delivery_attempts_total')
        data[at] ^= 1
        snapshot.write_bytes(data)
        self.append(2)
        with self.serve() as serving:
            figures = serving.wait_for(ATTEMPTS, 2)  # the counters are gone, the position is not
            self.assertEqual(1, figures.sum(DROPPED, cause='damaged'))
            self.assertIn('a part of the state is damaged', serving.logged())

    def test_a_foreign_file_is_set_aside(self):
        self.append(3)
        self.state.mkdir()
        (self.state / 'snapshot').write_text('something else')
        with self.serve() as serving:
            figures = serving.wait_for(ATTEMPTS, 3)
            self.assertEqual(1, figures.sum(DROPPED, cause='foreign'))
        self.assertEqual('something else', (self.state / 'snapshot.old').read_text())


class Places(State):

    def test_one_exporter_to_a_directory(self):
        with self.serve():
            done = exporter.run('serve', '--state.directory=%s' % self.state, '--web.listen-address=127.0.0.1:0', self.log)
            self.assertEqual(1, done.returncode)
            self.assertIn('is in use by another mta_exporter', done.stderr.decode().splitlines()[-1])

    def test_a_directory_that_cannot_be_made(self):
        done = exporter.run('serve', '--state.directory=%s' % (self.folder / 'no/such'), self.log)
        self.assertEqual(1, done.returncode)
        self.assertIn('--state.directory: cannot make the directory', done.stderr.decode().splitlines()[-1])

    def test_none(self):
        self.append(2)
        with self.serve(state='') as serving:
            figures = serving.wait_for(ATTEMPTS, 2)
            self.assertNotIn('mta_exporter_state_saves_total', figures.samples)
            self.assertIn(b'No state is kept', serving.get('/')[2])

    def test_the_service_managers(self):
        place = self.folder / 'var'
        command = [exporter.BINARY, 'serve', '--web.listen-address=127.0.0.1:0', self.log]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=dict(os.environ, STATE_DIRECTORY='%s:/elsewhere' % place))
        try:
            exporter.wait_until(lambda: (place / 'snapshot').exists(), 'the state is saved')
            process.send_signal(signal.SIGTERM)
            self.assertEqual(0, process.wait(timeout=exporter.DEADLINE_SECONDS))
        finally:
            process.kill()
            process.wait()
        self.assertFalse(Path('/elsewhere').exists())


class Unsaved(State):

    def test_a_directory_that_is_gone_is_told_and_the_last_durable_figures_stay(self):
        self.append(2)
        with self.serve() as serving:
            serving.wait_for(ATTEMPTS, 2)
            moved = self.state.rename(self.folder / 'moved')
            self.append(3)
            exporter.wait_until(lambda: serving.scrape().sum('mta_exporter_state_saves_total', result='failure') > 0, 'a failure')
            self.assertEqual(2, serving.scrape().sum(ATTEMPTS))
            self.assertIn(b'the state cannot be saved', serving.get('/')[2])
            self.assertEqual(1, serving.logged().count('the state cannot be saved'))
            moved.rename(self.state)
            serving.wait_for(ATTEMPTS, 5)
            exporter.wait_until(lambda: 'the state is saved again' in serving.logged(), 'it says so')


if __name__ == '__main__':
    exporter.main()
