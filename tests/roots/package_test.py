#!/usr/bin/env python3
"""The Debian package on a clean Debian with Postfix: installed, run as its unit runs it, upgraded, removed, purged.

    package_test.py SUITE DEB      bookworm or trixie, and the package built for it
"""
import configparser
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import unittest
import urllib.request
from pathlib import Path

import debian_root

TREE = debian_root.TREE
sys.path.insert(0, str(TREE / 'tests/e2e'))
from exporter import DEADLINE_SECONDS, wait_until  # noqa: E402  pylint: disable=wrong-import-position
from exposition import Exposition  # noqa: E402  pylint: disable=wrong-import-position

if len(sys.argv) != 3:
    sys.exit(__doc__)
SUITE, DEB = sys.argv[1], Path(sys.argv[2]).resolve()
WITH_POSTFIX = debian_root.DebianRoot(SUITE, ['postfix', 'rsyslog'])
WITH_JOURNAL = debian_root.DebianRoot(SUITE, ['postfix', 'systemd'])  # as Debian is installed: no syslog daemon
CLEAN = debian_root.DebianRoot(SUITE)
DEPENDENCIES = debian_root.CACHE / ('depends-' + SUITE)
POSTFIX = debian_root.CACHE / ('postfix-debs-' + SUITE)


def fetch():
    for root in (WITH_POSTFIX, WITH_JOURNAL, CLEAN):
        with root.mounted():
            shutil.copy(DEB, root.file('/root'))
            root.download(DEPENDENCIES, '/root/' + DEB.name)
    with CLEAN.mounted():
        CLEAN.download(POSTFIX, 'postfix')


class Unit:
    """Does with the installed unit what systemd would."""

    def __init__(self, root):
        self.root = root
        parser = configparser.ConfigParser(strict=False, interpolation=None)
        parser.optionxform = str
        parser.read(root.file('/usr/lib/systemd/system/mta_exporter.service'))
        self.service = parser['Service']
        self.process = self.log = None

    def command(self):
        environment = self.root.file(self.service['EnvironmentFile'].lstrip('-')).read_text()
        arguments = re.search(r'^ARGS="(.*)"$', environment, re.M).group(1)
        return self.service['ExecStart'].replace('$ARGS', arguments).split()

    def start(self):
        user, group = self.service['User'], self.service['Group']
        state = '/var/lib/' + self.service['StateDirectory']
        self.root.run('install', '-d', '-o', user, '-g', group, '-m', self.service['StateDirectoryMode'], state)
        self.root.run('install', '-d', '-o', user, '-g', group, '-m', '755', '/run/' + self.service['RuntimeDirectory'])
        notify = self.root.file('/run/notify')
        notify.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(notify))
            notify.chmod(0o666)
            manager.settimeout(DEADLINE_SECONDS)
            self.log = open(self.root.file('/run/exporter.log'), 'ab')
            self.process = self.root.start(
                'setpriv', '--reuid', user, '--regid', group, '--init-groups', '--no-new-privs', '--bounding-set=-all',
                '--inh-caps=-all', *self.command(), stdout=self.log, stderr=self.log,
                env={'STATE_DIRECTORY': state, 'NOTIFY_SOCKET': '/run/notify'})
            try:
                ready = manager.recv(100) == b'READY=1'
            except TimeoutError:
                ready = False
            if not ready:
                self.kill()
                raise AssertionError('not ready: ' + self.logged())

    def kill(self):
        """At the end of a test that failed."""
        self.process.kill()
        self.process.wait()

    def logged(self):
        return self.root.file('/run/exporter.log').read_text(errors='replace')

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(DEADLINE_SECONDS)
        self.log.close()
        return status


def scrape():
    with urllib.request.urlopen('http://127.0.0.1:9025/metrics', timeout=DEADLINE_SECONDS) as answer:
        return Exposition(answer.read().decode())


class Package(unittest.TestCase):

    def install(self, root, deb=DEB):
        """As a person would: apt install ./mta-exporter_*.deb."""
        shutil.copy(deb, root.file('/root'))
        for package in DEPENDENCIES.glob('*.deb'):
            shutil.copy(package, root.file('/var/cache/apt/archives'))
        return root.run('apt-get', 'install', '-y', '-q', '--no-install-recommends', '/root/' + deb.name)

    def groups(self, root):
        return root.run('id', '-nG', 'mta_exporter').split()

    def expect(self, name, value, **labels):
        try:
            wait_until(lambda: scrape().sum(name, labels) == value, '%s%s is %g' % (name, labels, value))
        except AssertionError as error:
            raise AssertionError('%s; the exporter logged:\n%s' % (error, self.unit.logged())) from None

    def start_mail_system(self, root):
        daemon = root.start('rsyslogd', '-n', stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.kill)
        wait_until(lambda: root.file('/dev/log').exists(), 'rsyslogd listens')
        root.run('postfix', 'start')
        self.addCleanup(root.status, 'postfix', 'abort')

    def start_journald(self, root):
        """Without a systemd: what that would have made is made here, by systemd's own programs."""
        root.run('mkdir', '-p', '/sys/fs/cgroup')
        debian_root.quietly(['mount', '--rbind', '/sys/fs/cgroup', root.file('/sys/fs/cgroup')])
        debian_root.quietly(['mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', root.file('/run')])
        root.run('systemd-machine-id-setup')
        root.run('systemd-tmpfiles', '--create', '--prefix=/var/log', '--prefix=/run')
        daemon = root.start('/usr/lib/systemd/systemd-journald', stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.kill)
        wait_until(lambda: root.file('/run/systemd/journal/dev-log').exists(), 'journald listens')
        root.file('/dev/log').symlink_to('/run/systemd/journal/dev-log')
        root.run('journalctl', '--flush')  # from memory to /var/log/journal, as at every boot

    def send(self, root, count):
        for number in range(count):
            root.feed('Subject: %d\n\ntext\n' % number, 'sendmail', '-f', 'root', 'root')

    def delivered(self, root):
        log = root.file('/var/log/mail.log')
        return log.exists() and 'status=sent' in log.read_text()

    def test_from_installation_to_purge(self):
        with WITH_POSTFIX.mounted() as root:
            self.install(root)
            self.assertLessEqual({'mta_exporter', 'adm', 'postdrop'}, set(self.groups(root)))
            self.assertTrue(root.file('/etc/systemd/system/multi-user.target.wants/mta_exporter.service').is_symlink())
            for example in ('dashboards', 'prometheus', 'scrape', 'syslog', 'mta_exporter.service.d'):
                self.assertTrue(list(root.file('/usr/share/doc/mta-exporter/examples/' + example).iterdir()), example)
            self.start_mail_system(root)
            self.send(root, 1)  # rsyslog makes mail.log at its first line
            wait_until(lambda: self.delivered(root), 'the first mail is delivered')

            self.unit = Unit(root)
            self.unit.start()
            self.addCleanup(self.unit.kill)
            self.send(root, 3)
            self.expect('mta_delivery_attempts_total', 3, mta='postfix', source='mail', transport='local', status='sent', hop='final')
            self.expect('mta_exporter_log_lines_total', 0, result='unrecognized')
            self.expect('mta_queue_scan_success', 1, mta='postfix', source='mail')
            root.run('postconf', '-e', 'defer_transports=local')
            root.run('postfix', 'reload')
            self.send(root, 2)
            self.expect('mta_queue_messages', 2, queue='deferred', mta='postfix', source='mail')  # told by showq
            self.assertNotIn('level=error', self.unit.logged())
            self.assertEqual(0, self.unit.stop())

            self.upgrade(root)
            self.unit.start()
            self.expect('mta_delivery_attempts_total', 3, transport='local', status='sent')  # kept
            self.expect('mta_queue_messages', 2, queue='deferred')
            self.assertEqual(0, self.unit.stop())
            self.remove(root)

    def test_a_machine_without_a_syslog_daemon(self):
        with WITH_JOURNAL.mounted() as root:
            self.install(root)
            self.assertIn('systemd-journal', self.groups(root))
            self.start_journald(root)
            root.run('postfix', 'start')
            self.addCleanup(root.status, 'postfix', 'abort')
            self.unit = Unit(root)
            self.unit.start()
            self.addCleanup(self.unit.kill)
            self.send(root, 3)
            self.expect('mta_delivery_attempts_total', 3, mta='postfix', source='journal', transport='local', status='sent', hop='final')
            self.expect('mta_exporter_log_lines_total', 0, result='unrecognized')
            self.expect('mta_queue_scan_success', 1, mta='postfix')
            self.assertNotIn('level=error', self.unit.logged())
            self.assertEqual(0, self.unit.stop())

    def upgrade(self, root):
        """To a newer version: the administrator's change of the conffile stays."""
        default = root.file('/etc/default/mta_exporter')
        default.write_text(default.read_text() + '# mine\n')
        self.install(root, self.newer_deb())
        self.assertIn('# mine', default.read_text())
        self.assertIn('9.9', root.run('dpkg-query', '-W', 'mta-exporter'))

    def newer_deb(self):
        folder = Path(self.enterContext(debian_root.folder()))
        subprocess.run(['dpkg-deb', '-R', DEB, folder / 'content'], check=True)
        control = folder / 'content/DEBIAN/control'
        control.write_text(re.sub(r'(?m)^Version: .*$', 'Version: 9.9', control.read_text()))
        subprocess.run(['dpkg-deb', '-b', folder / 'content', folder / 'newer.deb'], check=True, stdout=subprocess.DEVNULL)
        return folder / 'newer.deb'

    def remove(self, root):
        root.run('apt-get', 'remove', '-y', '-q', 'mta-exporter')
        self.assertFalse(root.file('/usr/bin/mta_exporter').exists())
        self.assertTrue(root.file('/etc/default/mta_exporter').exists())
        root.run('apt-get', 'purge', '-y', '-q', 'mta-exporter')
        for path in ('/etc/default/mta_exporter', '/etc/mta_exporter', '/var/lib/mta_exporter', '/usr/share/doc/mta-exporter',
                     '/etc/systemd/system/multi-user.target.wants/mta_exporter.service'):
            self.assertFalse(os.path.lexists(root.file(path)), path)

    def test_rsyslog_understands_our_snippets(self):
        with WITH_POSTFIX.mounted() as root:
            for name in ('rsyslog-mail.conf', 'rsyslog-forward.conf'):
                shutil.copy(TREE / 'deploy/syslog' / name, root.file('/etc/rsyslog.d/10-mail.conf'))
                said = root.run('rsyslogd', '-N1', '-f', '/etc/rsyslog.conf')
                self.assertNotRegex(said, 'error|warning')

    def test_postfix_installed_later_opens_its_queue(self):
        with CLEAN.mounted() as root:
            self.install(root)
            self.assertNotIn('postdrop', self.groups(root))
            for package in POSTFIX.glob('*.deb'):
                shutil.copy(package, root.file('/var/cache/apt/archives'))
            root.feed(debian_root.ANSWERS, 'debconf-set-selections')
            root.run('apt-get', 'install', '-y', '-q', '--no-install-recommends', 'postfix')
            self.assertIn('postdrop', self.groups(root))


if __name__ == '__main__':
    debian_root.isolated(__file__, WITH_POSTFIX, WITH_JOURNAL, CLEAN, fetch=fetch)
    unittest.main(argv=sys.argv[:1], verbosity=2)
