#!/usr/bin/env python3
"""What systemd is told: the exporter beside a socket that stands for systemd's."""
import os
import signal
import socket
import tempfile
import unittest
from pathlib import Path

import exporter
import mail_lines


class ServiceManager(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / 'mail.log').touch()
        self.socket = self.enterContext(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self.socket.bind(str(self.folder / 'notify'))
        self.socket.settimeout(exporter.DEADLINE_SECONDS)

    def next(self, *without):
        """The next message that is none of these."""
        while True:
            message = self.socket.recv(4096).decode()
            if message not in without:
                return message

    def serve(self, **environment):
        return exporter.Serving(self.folder / 'mail.log', env=dict(NOTIFY_SOCKET=str(self.folder / 'notify'), **environment))

    def test_started_reloading_and_ending(self):
        with self.serve() as serving:
            self.assertEqual('READY=1', self.next())
            self.assertEqual(200, serving.get('/-/healthy')[0])
            serving.process.send_signal(signal.SIGHUP)
            self.assertRegex(self.next(), r'^RELOADING=1\nMONOTONIC_USEC=\d+$')
            self.assertEqual('READY=1', self.next())
            serving.process.terminate()
            self.assertEqual('STOPPING=1', self.next())

    def test_a_line_written_once_it_has_started_is_new(self):
        logs = [self.folder / ('%d.log' % number) for number in range(200)]  # the first look takes its time
        for log in logs:
            log.touch()
        serving = exporter.Serving(self.folder / '*.log', env={'NOTIFY_SOCKET': str(self.folder / 'notify')})
        serving.start()
        self.addCleanup(serving.__exit__, None, None, None)
        self.assertEqual('READY=1', self.next())
        for number, log in enumerate(logs):
            log.write_text(mail_lines.delivery(number))
        serving.wait_for('mta_exporter_log_lines_total', len(logs))

    def test_signs_of_life_come_as_often_as_the_watchdog_wants(self):
        with self.serve(WATCHDOG_USEC='4000000') as serving:
            self.assertEqual('READY=1', self.next('WATCHDOG=1'))
            for _ in range(2):
                self.assertEqual('WATCHDOG=1', self.next())
            serving.process.send_signal(signal.SIGSTOP)  # a hung exporter
            self.socket.settimeout(3)
            with self.assertRaises(socket.timeout):
                for _ in range(5):
                    self.next()
            serving.process.send_signal(signal.SIGCONT)
            self.socket.settimeout(exporter.DEADLINE_SECONDS)
            self.assertEqual('WATCHDOG=1', self.next())


if __name__ == '__main__':
    exporter.main()
