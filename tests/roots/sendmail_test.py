#!/usr/bin/env python3
"""A real sendmail, Debian 12's and 13's, between a client that counts and sinks that count: the exporter's figures are theirs.

Runs in roots and a network of its own: no DNS, nothing but loopback.  Each sink is reached by a mailer with a port of
its own.
"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import debian_root
import sinks

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'e2e'))
import exporter  # noqa: E402  pylint: disable=wrong-import-position

PACKAGES = ['sendmail', 'sendmail-bin', 'sendmail-cf', 'm4', 'rsyslog']
ROOTS = {suite: debian_root.DebianRoot(suite, PACKAGES) for suite in ('bookworm', 'trixie')}
MAILERS = {'accept': 'esmtp', 'defer': 'smtp', 'reject': 'smtp8', 'later': 'dsmtp', 'stall': 'relay', 'refused': 'own'}
CONFIGURATION = '''divert(-1)
divert(0)dnl
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(`debian')dnl
DOMAIN(`generic')dnl
define(`confDOMAIN_NAME', `mx.test')dnl
define(`confSERVICE_SWITCH_FILE', `/etc/mail/service.switch')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confTO_INITIAL', `2s')dnl
define(`confLOG_LEVEL', `10')dnl
%s
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`accept_unqualified_senders')dnl
FEATURE(`access_db', `hash -T<TMPF> /etc/mail/access')dnl
FEATURE(`blocklist_recipients')dnl
FEATURE(`mailertable', `hash -o /etc/mail/mailertable')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Name=MTA-v4, Family=inet, Addr=127.0.0.1, Port=25')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
MAILER_DEFINITIONS
Mown, P=[IPC], F=mDFMuX, S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP, E=\\r\\n, L=990, T=DNS/RFC822/SMTP, A=TCP $h %d
'''


class Sendmail:
    """The tests, for one suite."""

    def setUp(self):
        self.root = self.enterContext(ROOTS[self.suite].mounted())
        self.sinks = sinks.Sinks()
        ports = dict(self.sinks.ports, later=self.sinks.ports['accept'])
        arguments = '\n'.join("define(`%s_MAILER_ARGS', `TCP $h %d')dnl" % (MAILERS[name].upper(), port) for name, port in ports.items())
        mail = self.root.file('/etc/mail')
        (mail / 'service.switch').write_text('hosts files\naliases files\n')
        (mail / 'test.mc').write_text(CONFIGURATION % (arguments, ports['refused']))
        (mail / 'mailertable').write_text(''.join('%s.test\t%s:[127.0.0.1]\n' % item for item in MAILERS.items()))
        (mail / 'access').write_text('To:nobody@accept.test\tERROR:5.1.1:550 not here\nConnect:127.0.0.1\tRELAY\n')
        self.root.file('/etc/hosts').write_text('127.0.0.1 localhost mx.test mx\n')
        self.root.run('sh', '-c', 'cd /etc/mail && chown root:root . && chmod 755 . && rm -f *.db sendmail.cf && m4 test.mc > sendmail.cf && makemap hash mailertable < mailertable && makemap hash access < access'
                                  ' && newaliases && chown root:root /var/spool/mqueue && chmod 700 /var/spool/mqueue')
        logger = self.root.start('rsyslogd', '-n', stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(logger.wait)
        self.addCleanup(logger.kill)
        exporter.wait_until(lambda: self.root.file('/dev/log').exists(), 'rsyslogd listens')
        self.root.run('install', '-d', '-o', 'root', '-g', 'root', '-m', '755', '/run/sendmail/mta')
        self.root.run('/usr/sbin/sendmail', '-bd')
        self.addCleanup(self.root.status, 'sh', '-c', 'kill $(head -n 1 /run/sendmail/mta/sendmail.pid)')
        exporter.wait_until(lambda: self.root.file('/var/log/mail.log').exists(), 'sendmail logs')
        self.client = sinks.Client(25)

    def serve(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        configuration = folder / 'mta_exporter.yml'
        configuration.write_text('sources:\n  - {name: mx, mta: sendmail, log: %s, from: beginning, queue: %s}\n'
                                 % (self.root.file('/var/log/mail.log'), self.root.file('/var/spool/mqueue')))
        return self.enterContext(exporter.Serving('--config.file=%s' % configuration))

    def test_the_figures_are_those_of_sinks_and_client(self):
        serving = self.serve()
        for number in range(10):
            self.client.send('sender@accept.test', 'u%d@accept.test' % number, 'v%d@accept.test' % number)
        for number in range(3):
            self.client.send('sender@accept.test', 'u%d@defer.test' % number)
        for number in range(4):
            self.client.send('sender@accept.test', 'u%d@reject.test' % number)
        for _ in range(2):
            self.client.send('sender@accept.test', 'nobody@accept.test')
        for number in range(2):
            self.client.send('sender@accept.test', 'u%d@stall.test' % number)
            self.client.send('sender@accept.test', 'u%d@refused.test' % number)
        self.client.send('sender@accept.test', 'u@later.test')  # dsmtp delivers on demand only

        attempts, failures = 'mta_delivery_attempts_total', 'mta_delivery_failures_total'
        bounces = 4
        serving.wait_for(attempts, 3 + 2 + 2, status='deferred')
        serving.wait_for(attempts, bounces, status='bounced')
        figures = serving.wait_for(attempts, 2 * 10 + bounces, status='sent')
        self.assertEqual(self.sinks.accept.recipients, figures.sum(attempts, status='sent', transport='esmtp'))
        self.assertEqual(self.sinks.reject.recipients, figures.sum(attempts, status='bounced', transport='smtp8'))
        self.assertEqual(bounces, figures.sum(failures, reason='user_unknown', status='bounced'))
        self.assertEqual(self.sinks.defer.recipients, figures.sum(attempts, status='deferred', transport='smtp'))
        self.assertEqual(3, figures.sum(failures, reason='greylisted', status='deferred'))
        self.assertEqual(2, self.sinks.stall.connections)
        self.assertEqual(2, figures.sum(failures, reason='connection_timeout', status='deferred', transport='relay'))
        self.assertEqual(2, figures.sum(failures, reason='connection_refused', status='deferred', transport='other'))
        self.assertEqual(2, figures.sum('mta_connection_errors_total', cause='timeout'))
        self.assertEqual(1, figures.sum('mta_sendmail_queued_total'))
        self.assertEqual(self.sinks.accept.recipients, figures.sum('mta_delivery_delay_seconds_count', status='sent'))
        self.assertEqual(self.client.accepted, figures.sum('mta_messages_received_total', origin='smtp'))
        self.assertEqual(self.client.connections, figures.sum('mta_connections_total'))
        self.assertEqual(self.client.refused, figures.sum('mta_rejects_total', command='rcpt'))
        self.assertEqual(bounces, figures.sum('mta_bounce_messages_total', kind='nondelivery'))
        self.assertEqual(0, figures.sum('mta_exporter_log_lines_total', result='unrecognized'))
        figures = serving.wait_for('mta_queue_messages', 3 + 2 + 2 + 1, queue='mqueue')
        self.assertEqual(1, figures.sum('mta_queue_scan_success', mta='sendmail', source='mx'))


class OfDebian12(Sendmail, unittest.TestCase):
    suite = 'bookworm'


class OfDebian13(Sendmail, unittest.TestCase):
    suite = 'trixie'


if __name__ == '__main__':
    debian_root.isolated(__file__, *ROOTS.values())
    exporter.main()
