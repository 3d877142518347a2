#!/usr/bin/env python3
"""A real Postfix, Debian 12's and 13's, between a client that counts and sinks that count: the exporter's figures are theirs.

Runs in roots and a network of its own: no DNS, nothing but loopback.
"""
import sys
import tempfile
import unittest
from pathlib import Path

import debian_root
import sinks

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'e2e'))
import exporter  # noqa: E402  pylint: disable=wrong-import-position

ROOTS = {suite: debian_root.DebianRoot(suite, ['postfix', 'rsyslog']) for suite in ('bookworm', 'trixie')}
CONFIGURATION = {
    'maillog_file': '/var/log/postfix.log', 'inet_interfaces': 'loopback-only', 'inet_protocols': 'ipv4', 'mydestination': '',
    'mynetworks': '127.0.0.0/8', 'myhostname': 'mx.test', 'smtp_dns_support_level': 'disabled', 'smtp_host_lookup': 'native',
    'relay_domains': 'inline:{accept.test=x defer.test=x reject.test=x stall.test=x refused.test=x}', 'relay_recipient_maps': '',
    'smtpd_recipient_restrictions': 'check_recipient_access inline:{nobody@accept.test=REJECT}, reject_unauth_destination',
    'smtp_helo_timeout': '2s', 'smtp_tls_security_level': 'none', 'smtpd_tls_security_level': 'none', 'transport_maps': 'texthash:/etc/postfix/transport',
    'relay_transport': 'smtp',
}


class Postfix:
    """The tests, for one suite."""

    def setUp(self):
        self.root = self.enterContext(ROOTS[self.suite].mounted())
        self.sinks = sinks.Sinks()
        self.root.file('/etc/postfix/transport').write_text(
            ''.join('%s.test smtp:[127.0.0.1]:%d\n' % item for item in self.sinks.ports.items()))
        self.root.run('postconf', '-e', *('%s=%s' % item for item in CONFIGURATION.items()))
        self.root.run('postfix', 'start')
        self.addCleanup(self.root.status, 'postfix', 'abort')
        self.client = sinks.Client(25)

    def serve(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        configuration = folder / 'mta_exporter.yml'
        configuration.write_text('sources:\n  - {name: mx, mta: postfix, log: %s, from: beginning, queue: %s}\n'
                                 % (self.root.file('/var/log/postfix.log'), self.root.file('/var/spool/postfix')))
        return self.enterContext(exporter.Serving('--config.file=%s' % configuration))

    def send_all(self):
        for number in range(20):
            self.client.send('sender@accept.test', 'u%d@accept.test' % number, 'v%d@accept.test' % number)
        for number in range(5):
            self.client.send('sender@accept.test', 'u%d@defer.test' % number, 'v%d@accept.test' % number)
        for number in range(4):
            self.client.send('sender@accept.test', 'u%d@reject.test' % number)
        for _ in range(3):
            self.client.send('sender@accept.test', 'nobody@accept.test')
        for number in range(2):
            self.client.send('sender@accept.test', 'u%d@stall.test' % number)
            self.client.send('sender@accept.test', 'u%d@refused.test' % number)

    def test_the_figures_are_those_of_sinks_and_client(self):
        serving = self.serve()
        self.send_all()
        attempts, failures = 'mta_delivery_attempts_total', 'mta_delivery_failures_total'
        deferred = 5 + 2 + 2
        bounces = 4

        serving.wait_for(attempts, deferred, status='deferred')
        figures = serving.wait_for(attempts, 2 * 20 + 5 + bounces, status='sent')
        self.assertEqual(self.sinks.accept.recipients, figures.sum(attempts, status='sent'))
        self.assertEqual(self.sinks.reject.recipients, figures.sum(attempts, status='bounced'))
        self.assertEqual(self.sinks.defer.recipients, figures.sum(failures, reason='greylisted', status='deferred'))
        self.assertEqual(bounces, figures.sum(failures, reason='user_unknown', status='bounced'))
        # Postfix leaves a destination alone for a while once it is unreachable: the second mail may not be tried at all.
        refused = figures.sum(failures, status='deferred', reason='connection_refused')
        timeouts = figures.sum(failures, status='deferred', reason='connection_timeout')
        self.assertEqual(self.sinks.stall.connections, timeouts)
        self.assertEqual(refused, figures.sum('mta_connection_errors_total', cause='refused'))
        self.assertGreaterEqual(refused, 1)
        self.assertEqual(2 + 2, refused + timeouts + figures.sum(failures, status='deferred', reason='suspended'))
        self.assertEqual(self.sinks.accept.recipients, figures.sum('mta_delivery_delay_seconds_count', status='sent'))
        self.assertEqual(self.client.connections, figures.sum('mta_connections_total', listener='smtpd'))
        self.assertEqual(self.client.accepted, figures.sum('mta_messages_received_total', origin='smtp'))
        self.assertEqual(self.client.refused, figures.sum('mta_rejects_total', command='rcpt', rejected_by='policy'))
        self.assertEqual(bounces, figures.sum('mta_bounce_messages_total', kind='nondelivery'))
        self.assertEqual(bounces, figures.sum('mta_messages_received_total', origin='internal'))
        self.assertEqual(deferred, figures.sum('mta_messages_in_flight'))
        self.assertEqual(deferred, figures.sum('mta_messages_deferred_total'))
        self.assertEqual(0, figures.sum('mta_exporter_log_lines_total', result='unrecognized'))
        figures = serving.wait_for('mta_queue_messages', deferred, queue='deferred')
        self.assertEqual(1, figures.sum('mta_queue_scan_success', mta='postfix', source='mx'))
        self.assertEqual(0, figures.sum('mta_queue_messages', queue='active'))

        self.sinks.defer.reply = '250 2.1.5 ok'  # back later
        self.root.run('postqueue', '-f')
        serving.wait_for(attempts, self.sinks.accept.recipients + 5, status='sent')
        serving.wait_for('mta_queue_messages', 2 + 2, queue='deferred')


class OfDebian12(Postfix, unittest.TestCase):
    suite = 'bookworm'


class OfDebian13(Postfix, unittest.TestCase):
    suite = 'trixie'


if __name__ == '__main__':
    debian_root.isolated(__file__, *ROOTS.values())
    exporter.main()
