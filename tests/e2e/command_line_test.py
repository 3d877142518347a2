#!/usr/bin/env python3
"""The command line: status 2 for wrong usage, 1 for what could not be done, each with one clear line on stderr."""
import os
import socket
import tempfile
import unittest
from pathlib import Path

import exporter
import mail_lines

NOBODY = 65534


class CommandLine(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.log = self.folder / 'mail.log'
        self.log.write_text(mail_lines.delivery(1))

    def fails(self, status, *arguments, says=(), **options):
        done = exporter.run(*arguments, **options)
        text = done.stderr.decode()
        self.assertEqual(status, done.returncode, text)
        self.assertEqual(1, text.count('\n'), 'one line expected: %r' % text)
        self.assertTrue(text.endswith('\n'))
        for word in says:
            self.assertIn(word, text)
        return done

    def only_error(self, done):
        """The one line on stderr that is no news of `serve`."""
        errors = [line for line in done.stderr.decode().splitlines() if 'level=info' not in line and 'level=warn' not in line]
        self.assertEqual(1, len(errors), done.stderr)
        return errors[0]

    def test_wrong_usage(self):
        for arguments, says in (
                (['scan'], []),
                (['scan', '--mta=exim', self.log], ['exim', 'postfix']),
                (['scan', '--nonsense', self.log], ['--nonsense']),
                (['serve', '--nonsense'], ['--nonsense', 'see mta_exporter serve --help']),
                (['serve', '--web.listen-adress=:1'], ['--web.listen-adress', 'did you mean "--web.listen-address"?']),
                (['--conifg.file', '/a'], ['did you mean "--config.file"?']),
                (['scan', '--fromat=text', self.log], ['did you mean "--format"?', 'see mta_exporter scan --help']),
                (['serve', '--web.systemd-socket', '--web.listen-address=:1'], ['--web.listen-address excludes --web.systemd-socket']),
                (['--nonsense'], ['--nonsense']),
                (['nonsense'], ['nonsense']),
                (['serve', '--log.level=loud'], ['loud']),
                (['serve', '--log.format=xml'], ['xml']),
                (['serve', '--web.telemetry-path=metrics'], ['metrics']),
                (['serve', '--web.listen-address'], ['--web.listen-address'])):
            with self.subTest(arguments=arguments):
                done = self.fails(2, *arguments, says=says)
                self.assertEqual(b'', done.stdout)

    def test_a_listen_address_that_is_none(self):
        for address in ('nonsense', ':', '127.0.0.1', '127.0.0.1:', ':99999', ':-1', '[::1', 'host name:80', ''):
            with self.subTest(address=address):
                done = exporter.run('serve', '--web.listen-address=' + address, self.log)
                self.assertEqual(done.returncode, 2)
                self.assertIn(address, self.only_error(done))

    def test_a_file_that_is_not_there(self):
        self.fails(1, 'scan', self.folder / 'missing.log', says=['missing.log', 'No such file'])

    def test_a_file_that_may_not_be_read(self):
        if os.getuid() != 0:
            self.log.chmod(0)
            self.fails(1, 'scan', self.log, says=['mail.log', 'ermission'])
            return
        self.folder.chmod(0o755)
        self.log.chmod(0o600)
        try:
            self.fails(1, 'scan', self.log, says=['mail.log', 'ermission'], user=NOBODY)
        except PermissionError:
            self.skipTest('the exporter lies where only root may execute it')

    def test_one_bad_operand_does_not_hide_the_good_ones(self):
        done = exporter.run('scan', self.folder / 'missing.log', self.log)
        self.assertEqual(1, done.returncode)
        self.assertEqual(1, done.stderr.count(b'\n'), done.stderr)

    def test_standard_output_that_takes_nothing(self):
        with open('/dev/full', 'wb') as full:
            self.fails(1, 'scan', self.log, stdout=full, says=['standard output'])

    def test_a_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 0))
            taken.listen()
            address = '127.0.0.1:%d' % taken.getsockname()[1]
            done = exporter.run('serve', '--web.listen-address=' + address, self.log)
            self.assertEqual(1, done.returncode)
            self.assertIn(address, self.only_error(done))

    def test_what_is_asked_for_is_on_standard_output(self):
        for arguments, says in ((['--version'], 'mta_exporter '), (['--help'], 'scan'), (['serve', '--help'], '--web.listen-address'),
                                (['scan', '--help'], '--mta')):
            with self.subTest(arguments=arguments):
                done = exporter.run(*arguments)
                self.assertEqual((0, b''), (done.returncode, done.stderr))
                self.assertIn(says, done.stdout.decode())


if __name__ == '__main__':
    exporter.main()
