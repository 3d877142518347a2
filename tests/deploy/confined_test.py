#!/usr/bin/env python3
"""The exporter under the system call filter and the address families of its unit, as systemd would put it there: all it does, it may."""
import ctypes
import errno
import gzip
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'e2e'))
import exporter  # noqa: E402  pylint: disable=wrong-import-position
import mail_lines  # noqa: E402  pylint: disable=wrong-import-position

ALLOW, REFUSE = 0x7fff0000, 0x00050000 | errno.EPERM  # SCMP_ACT_ALLOW, SCMP_ACT_ERRNO
EQUAL = 4  # SCMP_CMP_EQ
LIBRARY = ctypes.CDLL('libseccomp.so.2')


class Comparison(ctypes.Structure):  # struct scmp_arg_cmp
    _fields_ = [('argument', ctypes.c_uint), ('operator', ctypes.c_int), ('a', ctypes.c_uint64), ('b', ctypes.c_uint64)]


LIBRARY.seccomp_init.argtypes, LIBRARY.seccomp_init.restype = [ctypes.c_uint32], ctypes.c_void_p
LIBRARY.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(Comparison)]
LIBRARY.seccomp_load.argtypes = [ctypes.c_void_p]


def calls_of(group):
    """The names of a group, those of the groups in it included."""
    text = subprocess.run(['systemd-analyze', 'syscall-filter', '--no-pager', group], capture_output=True, text=True, check=True).stdout
    names = set()
    for word in (line.strip() for line in text.splitlines()[1:]):
        if word.startswith('@'):
            names |= calls_of(word)
        elif word and not word.startswith('#'):
            names.add(word)
    return names


class Filter:
    """What the unit allows, read from it."""

    def __init__(self):
        filters, self.families = [], set()
        for line in (exporter.ROOT / 'deploy/systemd/mta_exporter.service').read_text().splitlines():
            key, _, value = line.partition('=')
            if key == 'SystemCallFilter':
                filters.append(value)
            elif key == 'RestrictAddressFamilies':
                self.families = {getattr(socket, name) for name in value.split()}
        self.names = calls_of('@default')
        for value in filters:
            words = [word for word in value.lstrip('~').split()]
            names = set().union(*(calls_of(word) if word.startswith('@') else {word} for word in words))
            self.names = self.names - names if value.startswith('~') else self.names | names

    def load(self):
        """For this process and all it becomes."""
        ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
        rules = LIBRARY.seccomp_init(REFUSE)
        for name in self.names - {'socket'}:
            number = LIBRARY.seccomp_syscall_resolve_name(name.encode())
            if number >= 0:  # else a call of another architecture
                LIBRARY.seccomp_rule_add_array(rules, ALLOW, number, 0, None)
        call = LIBRARY.seccomp_syscall_resolve_name(b'socket')
        for family in self.families:
            LIBRARY.seccomp_rule_add_array(rules, ALLOW, call, 1, ctypes.byref(Comparison(0, EQUAL, family, 0)))
        if LIBRARY.seccomp_load(rules):
            os._exit(99)


@unittest.skipUnless(shutil.which('systemd-analyze'), 'no systemd-analyze here')
class Confined(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.filter = Filter()

    def test_the_filter_filters(self):
        for call in ('os.sched_setaffinity(0, {0})', 'socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)', "os.chroot('/')"):
            with self.subTest(call):
                done = subprocess.run([sys.executable, '-c', 'import os, socket; ' + call], preexec_fn=self.filter.load, capture_output=True, check=False)
                self.assertIn(b'PermissionError', done.stderr)

    def test_logs_listeners_queue_state_reload_and_end(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        log, configuration, state = folder / 'mail.log', folder / 'mta_exporter.yml', folder / 'state'
        log.write_text(mail_lines.delivery(1))
        with gzip.open(folder / 'mail.log.2.gz', 'wt') as archive:
            archive.write(mail_lines.delivery(0))
        for queue in ('incoming', 'active', 'deferred', 'hold', 'maildrop'):
            (folder / 'spool' / queue).mkdir(parents=True)
        source = '  - {name: %s, mta: postfix, %s}\n'
        sources = ''.join(source % item for item in (
            ('mx', 'log: %s, from: beginning, queue: %s/spool' % (log, folder)), ('near', 'syslog: {listen: "unix://%s/log"}' % folder),
            ('tcp', 'syslog: {listen: "tcp://127.0.0.1:0"}')))
        configuration.write_text('sources:\n' + sources)
        with exporter.Serving('--config.file=%s' % configuration, state=state, confined_by=self.filter.load) as serving:
            serving.wait_for('mta_delivery_attempts_total', 2, source='mx')
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.sendto(b'<22>' + mail_lines.delivery(2).encode(), str(folder / 'log'))
            serving.wait_for('mta_delivery_attempts_total', 1, source='near')
            log.rename(folder / 'mail.log.1')
            log.write_text(mail_lines.delivery(3))
            serving.wait_for('mta_delivery_attempts_total', 3, source='mx')
            serving.wait_for('mta_queue_scan_success', 1, source='mx')
            (folder / 'more.log').touch()
            configuration.write_text('sources:\n' + sources + source % ('more', 'log: %s/more.log' % folder))
            serving.process.send_signal(signal.SIGHUP)
            figures = serving.wait_for('mta_exporter_source_up', 4)
            self.assertEqual(1, figures.sum('mta_exporter_config_last_reload_successful'))
            self.assertEqual(0, serving.stop())
            self.assertTrue(list(state.iterdir()))
            said = serving.logged()
            for part in ('no_new_privs=on', 'landlock=on', 'seccomp=on'):
                self.assertIn(part, said)
            self.assertNotRegex(said, 'level=(error|warn)|not permitted')


if __name__ == '__main__':
    exporter.main()
