#!/usr/bin/env python3
"""A real rsyslogd writes a mail log, a real logrotate rotates it, and the exporter is killed in between: every line
counts once.  Both are Debian's, unpacked privately: no service of theirs is installed or started."""
import functools
import os
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

import exporter
import mail_lines

ATTEMPTS = 'mta_delivery_attempts_total'
RSYSLOG = '''
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="{folder}/socket" RateLimit.Interval="0" FlowControl="on")
mail.* action(type="omfile" File="{folder}/mail.log" Template="RSYSLOG_FileFormat")
'''
COMMON = 'rotate 50\nmissingok\ncompress\ndelaycompress\n'
ROTATIONS = {
    'create': 'create\npostrotate\n  kill -HUP $(cat {folder}/rsyslogd.pid)\nendscript\n',
    'create and dateext': 'create\ndateext\ndateformat -%Y%m%d-%s\npostrotate\n  kill -HUP $(cat {folder}/rsyslogd.pid)\nendscript\n',
    'copytruncate': 'copytruncate\n',
    'copytruncate and dateext': 'copytruncate\ndateext\ndateformat -%Y%m%d-%s\n',
}


@functools.cache
def prefix():
    """The folder with sbin/rsyslogd and sbin/logrotate; SkipTest where the packages cannot be had."""
    done = subprocess.run(['bash', '-euo', 'pipefail', '-c', '. "$1" && syslog_prefix', 'bash', exporter.ROOT / 'deploy/lib/packages.sh'],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise unittest.SkipTest('no rsyslog or logrotate package to be had: ' + done.stderr.strip()[-200:])
    return Path(done.stdout.split()[-1])


def environment():
    libraries = [str(folder) for folder in prefix().glob('lib/*-linux-gnu*')]
    return dict(os.environ, LD_LIBRARY_PATH=':'.join(libraries))


class Rsyslogd:
    """Writes what it gets on a socket to folder/mail.log; in the foreground, as this user, in this folder alone."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        config = self.folder / 'rsyslog.conf'
        config.write_text(RSYSLOG.format(folder=self.folder))
        modules, = prefix().glob('lib/*/rsyslog')
        self.process = subprocess.Popen(
            [prefix() / 'sbin/rsyslogd', '-n', '-f', config, '-i', self.folder / 'rsyslogd.pid', '-M', modules],
            env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        exporter.wait_until(self.connects, 'rsyslogd listens')
        return self

    def connects(self):
        if self.process.poll() is not None:
            raise AssertionError('rsyslogd ended with %d' % self.process.returncode)
        try:
            self.socket.connect(str(self.folder / 'socket'))
            return True
        except OSError:
            return False

    def send(self, line):
        """A line of a log file, as its program would have sent it; waits where the daemon is slow."""
        _, _, text = line.rstrip('\n').split(' ', 2)
        self.socket.send(('<22>%s %s' % (time.strftime('%b %e %H:%M:%S'), text)).encode())

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        self.process.wait(timeout=exporter.DEADLINE_SECONDS)


class Sender(threading.Thread):
    """Sends deliveries until told to end."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.daemon_, self.sent, self.ending, self.busy = daemon, 0, threading.Event(), threading.Lock()

    def run(self):
        while not self.ending.wait(0.002):
            with self.busy:
                for _ in range(5):
                    self.sent += 1
                    self.daemon_.send(mail_lines.delivery(self.sent))

    def end(self):
        self.ending.set()
        self.join()


class Rotated(unittest.TestCase):

    def setUp(self):
        prefix()
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.log = self.folder / 'mail.log'

    def rotate(self, how):
        config = self.folder / 'logrotate.conf'
        config.write_text('%s {\n%s%s}\n' % (self.log, COMMON, ROTATIONS[how].format(folder=self.folder)))
        config.chmod(0o600)
        done = subprocess.run([prefix() / 'sbin/logrotate', '-f', '-s', self.folder / 'logrotate.state', config], env=environment(),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertEqual((0, ''), (done.returncode, done.stderr))

    def lines_in_files(self, sent):
        """True once rsyslogd has written all that was sent."""
        files = [f for f in self.folder.glob('mail.log*')]
        return sum(self.text_of(f).count('status=sent') for f in files) >= sent

    @staticmethod
    def text_of(file):
        if file.suffix == '.gz':
            return subprocess.run(['zcat', file], capture_output=True, text=True, check=True).stdout
        return file.read_text()

    def check(self, how):
        with Rsyslogd(self.folder) as daemon:
            sender = Sender(daemon)
            sender.daemon_.send(mail_lines.delivery(0))
            exporter.wait_until(self.log.exists, 'rsyslogd writes')
            with exporter.Serving('--from-beginning', self.log, state=self.folder / 'state') as serving:
                sender.start()
                for number in range(4):
                    time.sleep(1.1)  # lines come, and dated names differ
                    if number % 2:
                        serving.kill()
                    if how.startswith('copytruncate'):  # in between is what nobody can read: nothing is written then
                        with sender.busy:
                            exporter.wait_until(lambda: self.lines_in_files(sender.sent + 1), 'rsyslogd has written all')
                            self.rotate(how)
                    else:
                        self.rotate(how)
                    if number % 2:
                        serving.start()
                        exporter.wait_until(serving.answers, 'the exporter answers')
                sender.end()
                figures = serving.wait_for(ATTEMPTS, sender.sent + 1)
                self.assertEqual(0, figures.sum('mta_exporter_log_lost_bytes_total'))
                self.assertEqual(0, figures.sum('mta_exporter_log_lines_total', result='unrecognized'))
                self.assertEqual(4, figures.sum('mta_exporter_log_rotations_total'))
                print('%s: %d lines' % (how, sender.sent + 1), flush=True)

    def test_create(self):
        self.check('create')

    def test_create_and_dateext(self):
        self.check('create and dateext')

    def test_copytruncate(self):
        self.check('copytruncate')

    def test_copytruncate_and_dateext(self):
        self.check('copytruncate and dateext')


if __name__ == '__main__':
    exporter.main()
