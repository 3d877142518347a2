#!/usr/bin/env python3
"""`--config.file`, `check-config`, and a configuration that is exchanged while lines are written."""
import os
import signal
import tempfile
import unittest
from pathlib import Path

import exporter
import mail_lines

ATTEMPTS = 'mta_delivery_attempts_total'
RELOADED = 'mta_exporter_config_last_reload_successful'


class Configured(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.file = self.folder / 'mta_exporter.yml'
        self.number = 0

    def configure(self, text):
        self.file.write_text(text.replace('FOLDER', str(self.folder)))

    def write(self, log, count, name='postfix'):
        with open(self.folder / log, 'a', encoding='utf-8') as out:
            for _ in range(count):
                self.number += 1
                out.write(mail_lines.delivery(self.number).replace(' postfix/', ' %s/' % name))

    def serve(self, *arguments):
        return self.enterContext(exporter.Serving('--config.file', self.file, *arguments))

    def check(self):
        done = exporter.run('check-config', self.file)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def reload(self, serving):
        """SIGHUP, and the first scrape that shows that it was answered."""
        answered = serving.logged().count('reloaded')
        os.kill(serving.process.pid, signal.SIGHUP)
        exporter.wait_until(lambda: serving.logged().count('reloaded') > answered, 'the reload is answered')


class Checking(Configured):

    def test_a_good_file_says_what_would_be_followed(self):
        self.configure('sources: [{name: mx1, mta: postfix, log: FOLDER/a.log, syslog_names: [out]}]\n')
        status, out, err = self.check()
        self.assertEqual((0, ''), (status, err))
        self.assertIn('mx1: log %s/a.log, mta postfix, from its end, instances out' % self.folder, out)

    def test_a_bad_file_gives_every_error_with_its_place(self):
        self.configure('sources:\n  - log: /a\n    formt: cri\ntracking: {max_age: soon}\n')
        status, out, err = self.check()
        self.assertEqual((1, ''), (status, out))
        lines = err.splitlines()
        self.assertEqual(2, len(lines), err)
        self.assertTrue(lines[0].startswith('%s:3:5: sources[0].formt: unknown key; did you mean "format"?' % self.file))
        self.assertTrue(lines[1].startswith('%s:4:21: tracking.max_age: ' % self.file))

    def test_wrong_usage(self):
        self.assertEqual(2, exporter.run('check-config').returncode)
        self.assertEqual(1, exporter.run('check-config', self.folder / 'none.yml').returncode)

    def test_serve_does_not_start_with_a_bad_file(self):
        self.configure('sourcs: []\n')
        done = exporter.run('serve', '--web.listen-address=127.0.0.1:0', '--config.file', self.file)
        self.assertEqual(1, done.returncode)
        self.assertIn(b':1:1: sourcs: unknown key; did you mean "sources"?', done.stderr)


class Serving(Configured):

    def test_each_key_is_honoured(self):
        self.configure('sources:\n'
                       '  - {name: in, mta: postfix, log: FOLDER/mail.log, from: beginning, syslog_names: [postfix]}\n'
                       '  - {name: out, mta: postfix, log: FOLDER/mail.log, from: beginning, syslog_names: [postfix-out]}\n'
                       '  - {name: mx9, log: FOLDER/mail.log, from: beginning, hosts: [mx9], syslog_names: [x]}\n'
                       'internal_relays: ["198.51.100.7:25"]\n'
                       'delay_buckets: [1, 60]\n'
                       'destinations: {limit: 0, groups: {gmail: ["*.test"]}}\n')
        self.write('mail.log', 2)
        self.write('mail.log', 3, name='postfix-out')
        serving = self.serve()
        serving.wait_for(ATTEMPTS, 2, source='in')
        figures = serving.wait_for(ATTEMPTS, 3, source='out')
        self.assertEqual(5, figures.sum('mta_exporter_log_lines_total', source='mx9', result='foreign'))
        self.assertEqual(5, figures.sum(ATTEMPTS, hop='internal'))
        self.assertEqual(5, figures.sum('mta_destination_attempts_total', destination='gmail'))
        self.assertEqual(5, figures.sum('mta_delivery_delay_seconds_bucket', le='1.0'))
        self.assertEqual(0, figures.sum('mta_delivery_delay_seconds_bucket', le='0.5'))
        self.assertEqual(1, figures.sum(RELOADED))

    @unittest.skipIf(os.geteuid() != 0, 'only root can become somebody who may not read')
    def test_what_keeps_a_configured_log_from_being_read_is_said_with_the_cure(self):
        self.folder.chmod(0o755)
        (self.folder / 'secret.log').touch(0o600)
        (self.folder / 'folder').mkdir()
        self.configure('sources: [{log: FOLDER/secret.log}, {log: FOLDER/folder}, {log: FOLDER/later.log}]\n')

        def become_nobody():
            os.setgroups([])
            os.setuid(65534)
        try:
            serving = self.enterContext(exporter.Serving('--config.file', self.file, confined_by=become_nobody))
        except PermissionError:
            self.skipTest('the exporter lies where only root may execute it')
        for says in ('%s/secret.log: permission denied (root:root 0600): no group may read it: setfacl' % self.folder,
                     '%s/folder: no multilog directory' % self.folder, 'the log is not there yet: waiting for it'):
            self.assertIn(says, serving.logged())

    def test_operands_win_over_the_file(self):
        self.configure('sources: [{name: a, log: FOLDER/a.log}]\n')
        self.write('b.log', 1)
        serving = self.serve('--from-beginning', self.folder / 'b.log')
        figures = serving.wait_for(ATTEMPTS, 1)
        self.assertEqual(0, figures.sum('mta_exporter_source_up', source='a'))


class Reloading(Configured):

    def test_nothing_is_lost_or_counted_twice_while_sources_come_change_and_go(self):
        one = 'sources:\n  - {name: a, log: FOLDER/a.log, from: beginning}\n'
        self.configure(one)
        self.write('a.log', 3)
        serving = self.serve()
        serving.wait_for(ATTEMPTS, 3)
        for configuration in (one + '  - {name: b, log: FOLDER/b.log, from: beginning}\n',  # b comes
                              one.replace('log:', 'mta: postfix, log:'),                    # a changes, b goes
                              one + 'tracking: {max_age: 1d}\n'):                           # all are made anew
            self.write('a.log', 5)
            self.configure(configuration)
            self.reload(serving)
            self.write('a.log', 5)
        figures = serving.wait_for(ATTEMPTS, 33, source='a')
        self.assertEqual(1, figures.sum(RELOADED))
        self.assertEqual(33, figures.sum('mta_exporter_log_lines_total', source='a'))

    def test_a_bad_file_changes_nothing_and_is_told(self):
        self.configure('sources: [{name: a, log: FOLDER/a.log, from: beginning}]\n')
        self.write('a.log', 1)
        serving = self.serve()
        serving.wait_for(ATTEMPTS, 1)
        self.configure('sources: [{name: a, lag: FOLDER/a.log}]\n')
        self.reload(serving)
        serving.wait_for(RELOADED, 0)
        self.assertIn('did you mean', serving.logged())
        self.write('a.log', 2)
        serving.wait_for(ATTEMPTS, 3)
        self.configure('sources: [{name: a, log: FOLDER/a.log, from: beginning}]\n')
        self.reload(serving)
        serving.wait_for(RELOADED, 1)
        serving.wait_for(ATTEMPTS, 3)

    def test_a_source_that_cannot_begin_changes_nothing(self):
        socket = self.folder / 'socket'
        socket.write_text('no socket')
        good = 'sources:\n  - {name: a, log: FOLDER/a.log, from: beginning}\n'
        self.configure(good)
        self.write('a.log', 1)
        serving = self.serve()
        serving.wait_for(ATTEMPTS, 1)
        self.configure(good.replace('log:', 'mta: postfix, log:') + '  - {name: s, syslog: {listen: "unix://FOLDER/socket"}}\n')
        self.reload(serving)
        serving.wait_for(RELOADED, 0)
        self.write('a.log', 2)
        serving.wait_for(ATTEMPTS, 3)

    def test_over_http(self):
        self.configure('sources: [{name: a, log: FOLDER/a.log}]\n')
        serving = self.serve('--web.enable-lifecycle')
        self.assertEqual(200, serving.get('/-/reload', method='POST')[0])
        self.configure('sources: {}\n')
        status, _, body = serving.get('/-/reload', method='POST')
        self.assertEqual(500, status)
        self.assertIn(b':1:10: sources: must be a list', body)
        self.configure('sources: [{name: a, log: FOLDER/a.log}]\n')
        self.assertEqual(404, self.serve().get('/-/reload', method='POST')[0])


if __name__ == '__main__':
    exporter.main()
