"""Journal files as journald writes them, without one: systemd-journal-remote makes them from the export format.

One JournalFile is one file and the process that appends to it; every record is there when write() returns.
"""
import contextlib
import functools
import os
import subprocess
import time
import unittest
from pathlib import Path

import exporter

BOOT = '0123456789abcdef0123456789abcdef'


@functools.cache
def prefix():
    """The folder with lib/systemd/systemd-journal-remote; SkipTest where the package cannot be had."""
    done = subprocess.run(['bash', '-euo', 'pipefail', '-c', '. "$1" && journal_prefix', 'bash', exporter.ROOT / 'deploy/lib/packages.sh'],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise unittest.SkipTest('no systemd-journal-remote package to be had: ' + done.stderr.strip()[-200:])
    return Path(done.stdout.split()[-1])


def environment():
    folders = [*prefix().glob('lib/*-linux-gnu*'), *prefix().glob('lib/*-linux-gnu*/systemd'), prefix() / 'lib/systemd']
    return dict(os.environ, LD_LIBRARY_PATH=':'.join(map(str, folders)))


def mail(message, identifier='postfix/smtp', **fields):
    """A record of facility mail."""
    return {'PRIORITY': '6', 'SYSLOG_FACILITY': '2', 'SYSLOG_IDENTIFIER': identifier, 'SYSLOG_PID': '4711', '_PID': '4711',
            '_HOSTNAME': 'mx1', '_TRANSPORT': 'syslog', 'MESSAGE': message, **fields}


def number(data, at):
    return int.from_bytes(data[at:at + 8], 'little')


class JournalFile:
    clock_us = 0  # of all files: stamps rise

    def __init__(self, path):
        self.path, self.records = Path(path), 0
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen([prefix() / 'lib/systemd/systemd-journal-remote', '-o', self.path, '-'], env=environment(),
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def write(self, *records, wait=True):
        data = b''
        for record in records:
            JournalFile.clock_us = max(JournalFile.clock_us + 1, time.time_ns() // 1000)
            stamps = {'__REALTIME_TIMESTAMP': str(self.clock_us), '__MONOTONIC_TIMESTAMP': str(self.clock_us), '_BOOT_ID': BOOT}
            for name, value in {**stamps, **record}.items():
                value = value.encode(errors='surrogateescape')
                if b'\n' in value:
                    data += name.encode() + b'\n' + len(value).to_bytes(8, 'little') + value + b'\n'
                else:
                    data += name.encode() + b'=' + value + b'\n'
            data += b'\n'
        self.process.stdin.write(data)
        self.process.stdin.flush()
        self.records += len(records)
        if wait:
            exporter.wait_until(lambda: self.written() == self.records, '%d records are in the file' % self.records)

    def written(self):
        """The head of a journal file tells how many records it has (n_entries)."""
        try:
            with open(self.path, 'rb') as file:
                return number(file.read(160), 152)
        except OSError:
            return 0

    @contextlib.contextmanager
    def unlinked(self, field):
        """Within it the last record that has `field` (NAME=VALUE) is not found by it: journald has not come to that yet."""
        data = self.path.read_bytes()
        payload = data.find(field.encode())
        # A data object: its kind (1), its size at 8, how many records have it at 56, then (in newer files behind 8 bytes) the field.
        begin = next(payload - head for head in (64, 72)
                     if data[payload - head] == 1 and number(data, payload - head + 8) == head + len(field))
        with open(self.path, 'r+b', buffering=0) as file:
            os.pwrite(file.fileno(), (number(data, begin + 56) - 1).to_bytes(8, 'little'), begin + 56)
            yield
            os.pwrite(file.fileno(), data[begin + 56:begin + 64], begin + 56)

    def close(self):
        if not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait(timeout=exporter.DEADLINE_SECONDS)
