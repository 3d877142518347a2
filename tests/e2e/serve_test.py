#!/usr/bin/env python3
"""`serve` follows logs through all that happens to them, answers HTTP, and ends when told to."""
import http.client
import os
import signal
import tempfile
import threading
import unittest
from pathlib import Path

import exporter
import mail_lines

ATTEMPTS = 'mta_delivery_attempts_total'


class Log:
    """A mail log that this test writes: counts what it wrote."""

    def __init__(self, path):
        self.path = path
        self.written = 0
        path.touch()

    def append(self, count, path=None):
        with open(path or self.path, 'a', encoding='utf-8') as log:
            for _ in range(count):
                self.written += 1
                log.write(mail_lines.delivery(self.written))

    def append_raw(self, data):
        with open(self.path, 'ab') as log:
            log.write(data)


class Following(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.log = Log(self.folder / 'mail.log')

    def serve(self, *arguments):
        return self.enterContext(exporter.Serving(*(arguments or ('--from-beginning', self.log.path))))

    def test_what_was_there_and_what_comes(self):
        self.log.append(3)
        serving = self.serve()
        serving.wait_for(ATTEMPTS, 3)
        self.log.append(4)
        figures = serving.wait_for(ATTEMPTS, 7)
        self.assertEqual(7, figures.sum(ATTEMPTS, source='mail', mta='postfix', status='sent', transport='smtp', hop='final'))
        self.assertEqual(self.log.path.stat().st_size, figures.sum('mta_exporter_log_bytes_total'))
        self.assertEqual(1, figures.sum('mta_exporter_source_up'))

    def test_without_the_flag_only_what_comes(self):
        self.log.append(3)
        serving = self.serve(self.log.path)
        serving.wait_for('mta_exporter_source_up', 1)
        self.log.append(2)
        serving.wait_for(ATTEMPTS, 2)

    def test_a_line_written_in_pieces_is_one_line(self):
        serving = self.serve()
        self.log.append(1)
        serving.wait_for(ATTEMPTS, 1)
        line = mail_lines.delivery(2).encode()
        for at in range(0, len(line), 40):
            self.log.append_raw(line[at:at + 40])
            serving.scrape()
        figures = serving.wait_for(ATTEMPTS, 2)
        self.assertEqual(2, figures.sum('mta_exporter_log_lines_total'))
        self.assertEqual(2, figures.sum('mta_exporter_log_lines_total', result='parsed'))

    def test_rotation_by_rename_with_a_late_writer(self):
        serving = self.serve()
        old = self.folder / 'mail.log.1'
        for _ in range(3):
            self.log.append(5)
            self.log.path.rename(old)
            self.log.append(2, old)  # the daemon has not reopened its log yet
            self.log.path.touch()
            self.log.append(3)
            self.log.append(1, old)  # one was slow to learn of it
            figures = serving.wait_for(ATTEMPTS, self.log.written)
        self.assertEqual(3, figures.sum('mta_exporter_log_rotations_total', kind='renamed'))
        self.assertEqual(0, figures.sum('mta_exporter_log_lost_bytes_total'))

    def test_truncation_in_place(self):
        serving = self.serve()
        for _ in range(3):
            self.log.append(5)
            serving.wait_for(ATTEMPTS, self.log.written)
            with open(self.log.path, 'r+b') as log:
                log.truncate(0)
            self.log.append(2)
            figures = serving.wait_for(ATTEMPTS, self.log.written)
        self.assertEqual(3, figures.sum('mta_exporter_log_rotations_total', kind='truncated'))

    def test_deleted_and_made_again(self):
        serving = self.serve()
        self.log.append(5)
        serving.wait_for(ATTEMPTS, 5)
        self.log.path.unlink()
        serving.scrape()
        self.log.append(4)
        serving.wait_for(ATTEMPTS, 9)

    def test_a_log_that_is_not_there_yet(self):
        late = Log(self.folder / 'late.log')
        late.path.unlink()
        serving = self.serve('--from-beginning', late.path)
        late.append(3)
        serving.wait_for(ATTEMPTS, 3)

    def test_a_multilog_directory(self):
        sample = exporter.ROOT / 'collectors/qmail/samples/01_basic/multilog'
        folder = self.folder / 'qmail'
        folder.mkdir()
        whole = exporter.scan(sample, mta='qmail')
        archived = sorted(sample.glob('@*'))
        current = folder / 'current'
        current.write_bytes(archived[0].read_bytes())
        serving = self.serve('--from-beginning', '--mta=qmail', folder)
        for done, following in zip(archived, archived[1:] + [sample / 'current']):
            serving.wait_for('mta_exporter_log_bytes_total', sum(f.stat().st_size for f in archived[:archived.index(done) + 1]))
            current.rename(folder / done.name)
            current.write_bytes(following.read_bytes())
        figures = serving.wait_for(ATTEMPTS, whole.sum(ATTEMPTS))
        for name in ('mta_delivery_delay_seconds_count', 'mta_messages_received_total', 'mta_message_lifetime_seconds_count'):
            serving.wait_for(name, whole.sum(name))
        self.assertEqual(0, figures.sum('mta_exporter_log_lines_total', result='unrecognized'))

    def test_two_logs_are_two_sources(self):
        other = Log(self.folder / 'relay.log')
        serving = self.serve('--from-beginning', self.log.path, other.path)
        self.log.append(2)
        other.append(3)
        serving.wait_for(ATTEMPTS, 2, source='mail')
        serving.wait_for(ATTEMPTS, 3, source='relay')

    def test_all_samples_followed_give_what_scan_gives(self):
        for mta, log, _ in exporter.samples():
            if log.name not in ('mixed_rcpts.log', 'postscreen.log', '02_remote_errors.log', 'tai64nlocal.log'):
                continue
            lines = log.read_bytes().splitlines(keepends=True)
            copy = self.folder / ('%s-%s' % (mta, log.name))
            copy.write_bytes(b'')
            with self.subTest(log=str(log)), exporter.Serving('--from-beginning', '--mta=' + mta, copy) as serving:
                for at in range(0, len(lines), 50):
                    with open(copy, 'ab') as out:
                        out.write(b''.join(lines[at:at + 50]))
                    serving.scrape()
                figures = serving.wait_for('mta_exporter_log_lines_total', len(lines))
                whole = exporter.scan(log, mta=mta)
                for name in whole.samples:
                    if name.endswith(('_total', '_count')) and not name.startswith('mta_exporter_'):
                        self.assertEqual(whole.sum(name), figures.sum(name), name)


class Answering(unittest.TestCase):

    def setUp(self):
        self.log = Log(Path(self.enterContext(tempfile.TemporaryDirectory())) / 'mail.log')
        self.log.append(1)
        self.serving = self.enterContext(exporter.Serving('--from-beginning', self.log.path))

    def test_pages(self):
        status, headers, body = self.serving.get('/')
        self.assertEqual(200, status)
        self.assertIn('text/html', headers['Content-Type'])
        self.assertIn(b'href="/metrics"', body)
        status, headers, _ = self.serving.get('/metrics')
        self.assertEqual(200, status)
        self.assertEqual('text/plain; version=0.0.4; charset=utf-8', headers['Content-Type'])
        self.assertEqual(404, self.serving.get('/metrics/more')[0])
        self.assertEqual(404, self.serving.get('/nothing')[0])

    def test_methods(self):
        status, _, body = self.serving.get('/metrics', method='HEAD')
        self.assertEqual((200, b''), (status, body))
        for method in ('POST', 'PUT', 'DELETE', 'OPTIONS'):
            self.assertEqual(405, self.serving.get('/metrics', method=method)[0], method)

    def test_what_every_exporter_has(self):
        figures = self.serving.scrape()
        self.assertEqual(1, figures.sum('mta_exporter_build_info'))
        for name in ('process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_open_fds', 'process_start_time_seconds'):
            self.assertIn(name, figures.samples)


class Lifecycle(unittest.TestCase):

    def test_reload_only_by_post_and_only_with_the_flag(self):
        with tempfile.TemporaryDirectory() as folder:
            log = Log(Path(folder) / 'mail.log')
            with exporter.Serving('--from-beginning', log.path) as serving:
                self.assertEqual(404, serving.get('/-/reload', method='POST')[0])
            with exporter.Serving('--from-beginning', '--web.enable-lifecycle', log.path) as serving:
                self.assertEqual(405, serving.get('/-/reload')[0])
                self.assertEqual(200, serving.get('/-/reload', method='POST')[0])
                self.assertIn('the configuration is reloaded', serving.logged())


class Ending(unittest.TestCase):

    def test_a_signal_ends_it_with_status_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number), tempfile.TemporaryDirectory() as folder:
                log = Log(Path(folder) / 'mail.log')
                log.append(100)
                with exporter.Serving('--from-beginning', log.path) as serving:
                    serving.wait_for(ATTEMPTS, 100)
                    self.assertEqual(0, serving.stop(number))
                    with self.assertRaises(OSError):
                        serving.get('/metrics')

    def test_an_answer_under_way_is_finished(self):
        """Clients that ask without a pause see whole answers until there is nobody who could give one."""
        with tempfile.TemporaryDirectory() as folder:
            log = Log(Path(folder) / 'mail.log')
            log.append(100)
            for _ in range(5):
                with exporter.Serving('--from-beginning', log.path) as serving:
                    cut, answered = [], []

                    def ask():
                        while True:
                            try:
                                answered.append(serving.get('/metrics')[0])
                            except http.client.IncompleteRead as error:
                                cut.append(error)
                            except OSError:
                                return
                    clients = [threading.Thread(target=ask) for _ in range(4)]
                    for client in clients:
                        client.start()
                    serving.wait_for(ATTEMPTS, 100)
                    self.assertEqual(0, serving.stop())
                    for client in clients:
                        client.join()
                    self.assertEqual(([], {200}), (cut, set(answered)))

    def test_sighup_does_not_end_it(self):
        with tempfile.TemporaryDirectory() as folder:
            log = Log(Path(folder) / 'mail.log')
            with exporter.Serving('--from-beginning', log.path) as serving:
                os.kill(serving.process.pid, signal.SIGHUP)
                log.append(2)
                serving.wait_for(ATTEMPTS, 2)


if __name__ == '__main__':
    exporter.main()
