"""Journal files as journald writes them, without one: systemd-journal-remote makes them from the export format.

One JournalFile is one file and the process that appends to it; every record is there when write() returns.
"""
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
                return int.from_bytes(file.read(160)[152:160], 'little')
        except OSError:
            return 0

    def close(self):
        if not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait(timeout=exporter.DEADLINE_SECONDS)
