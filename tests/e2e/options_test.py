#!/usr/bin/env python3
"""Every option of the configuration file does what docs/configuration.md says, seen in the metrics."""
import gzip
import json
import os
import socket
import tempfile
import time
import unittest
from pathlib import Path

import exporter
import mail_lines

ATTEMPTS = 'mta_delivery_attempts_total'
LINES = 'mta_exporter_log_lines_total'
DESTINATIONS = 'mta_destination_attempts_total'
SENDMAIL = ('%s mx1 %s[2029]: 6AMAgYtE002023: to=<x@dom1.test>, delay=00:00:01, xdelay=00:00:00, mailer=esmtp, pri=30018, '
            'relay=mx.dom1.test. [198.51.100.9], dsn=2.0.0, stat=Sent (OK 1795344155 x11si2wfd.2)\n')
TAI64 = 1 << 62


class Options(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.file = self.folder / 'mta_exporter.yml'

    def configure(self, text):
        self.file.write_text(text.replace('FOLDER', str(self.folder)))

    def serve(self, text, **options):
        self.configure(text)
        return self.enterContext(exporter.Serving('--config.file', self.file, **options))

    def write(self, log, *lines):
        path = self.folder / log
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, 'a', encoding='utf-8') as out:
            out.writelines(lines)


class OfSources(Options):

    def test_from_says_whether_what_is_there_counts(self):
        self.write('mail.log', *map(mail_lines.delivery, range(3)))
        self.write('other.log', *map(mail_lines.delivery, range(3)))
        serving = self.serve('sources:\n  - {name: all, log: FOLDER/mail.log, from: beginning}\n'
                             '  - {name: new, log: FOLDER/other.log}\n')
        serving.wait_for(ATTEMPTS, 3, source='all')
        self.write('other.log', mail_lines.delivery(4))
        serving.wait_for(ATTEMPTS, 1, source='new')

    def test_mta_takes_no_line_of_another(self):
        for log in ('all', 'sendmail'):
            self.write(log, mail_lines.delivery(1), SENDMAIL % (mail_lines.stamp(), 'sm-mta'))
        serving = self.serve('sources:\n  - {name: all, log: FOLDER/all, from: beginning}\n'
                             '  - {name: one, log: FOLDER/sendmail, mta: sendmail, from: beginning}\n')
        for mta in ('postfix', 'sendmail'):
            serving.wait_for(ATTEMPTS, 1, source='all', mta=mta)
        figures = serving.wait_for(ATTEMPTS, 1, source='one', mta='sendmail')
        self.assertEqual(1, figures.sum(LINES, source='one', result='foreign'))
        self.assertEqual(1, figures.sum(ATTEMPTS, source='one'))

    def test_hosts_take_no_line_of_another(self):
        self.write('mail.log', mail_lines.delivery(1), *(mail_lines.delivery(n).replace(' mx1 ', ' mx2 ') for n in (2, 3)))
        serving = self.serve('sources:\n  - {name: one, log: FOLDER/mail.log, from: beginning, hosts: [mx1, mx3]}\n'
                             '  - {name: two, log: FOLDER/mail.log, from: beginning, hosts: [mx2]}\n')
        serving.wait_for(ATTEMPTS, 1, source='one')
        serving.wait_for(ATTEMPTS, 2, source='two')

    def test_instances_of_one_log_are_counted_apart_over_rotation_and_restart(self):
        text = ('sources:\n  - {name: in, mta: postfix, log: FOLDER/mail.log, from: beginning, syslog_names: [postfix]}\n'
                '  - {name: out, mta: postfix, log: FOLDER/mail.log, from: beginning, syslog_names: [postfix-out, postfix-bulk]}\n'
                'state: {directory: FOLDER/state, save_interval: 200ms}\n')
        (self.folder / 'state').mkdir()

        def one_of_each(number):
            for name in ('postfix', 'postfix-out', 'postfix-bulk', 'postfix-other'):
                self.write('mail.log', mail_lines.delivery(number).replace(' postfix/', ' %s/' % name))
        one_of_each(1)
        serving = self.serve(text, state=None)
        serving.wait_for(ATTEMPTS, 1, source='in')
        serving.wait_for(ATTEMPTS, 2, source='out')
        one_of_each(2)
        os.rename(self.folder / 'mail.log', self.folder / 'mail.log.1')
        one_of_each(3)
        serving.wait_for(ATTEMPTS, 3, source='in')
        serving.wait_for(ATTEMPTS, 6, source='out')
        self.assertEqual(0, serving.stop())
        one_of_each(4)
        serving = self.serve(text, state=None)
        serving.wait_for(ATTEMPTS, 4, source='in')
        figures = serving.wait_for(ATTEMPTS, 8, source='out')
        for source, foreign in (('in', 12), ('out', 8)):
            self.assertEqual(16, figures.sum(LINES, source=source))
            self.assertEqual(foreign, figures.sum(LINES, source=source, result='foreign'))

    def test_tai_offset_moves_the_stamps_of_one_source(self):
        now = int(time.time())
        for log, ahead in (('multilog', 10), ('s6', 37)):
            self.write(log, '@%016x00000000 status: local 0/10 remote 0/20\n' % (TAI64 + now + ahead))
        serving = self.serve('sources:\n  - {name: multilog, mta: qmail, log: FOLDER/multilog, from: beginning}\n'
                             '  - {name: s6, mta: qmail, log: FOLDER/s6, from: beginning, tai_offset: 37s}\n')
        for source in ('multilog', 's6'):
            serving.wait_for('mta_exporter_log_last_line_timestamp_seconds', now, source=source)

    def test_a_multilog_directory_and_a_pattern(self):
        self.write('multilog/current', '@%016x00000000 status: local 0/10 remote 0/20\n' % (TAI64 + int(time.time()) + 10))
        for number in (1, 2):
            self.write('pods/p%d/mail.log' % number, mail_lines.delivery(number))
        serving = self.serve('sources:\n  - {name: qmail, mta: qmail, log: FOLDER/multilog, from: beginning}\n'
                             '  - {name: pods, log: "FOLDER/pods/*/mail.log", from: beginning}\n')
        serving.wait_for('mta_qmail_concurrency_limit', 30, source='qmail')
        serving.wait_for(ATTEMPTS, 2, source='pods')
        self.write('pods/p3/mail.log', mail_lines.delivery(3))
        serving.wait_for(ATTEMPTS, 3, source='pods')

    def test_a_queue_is_scanned_under_the_name_of_its_source(self):
        for queue in ('incoming', 'active', 'deferred', 'hold', 'maildrop', 'corrupt'):
            (self.folder / 'spool' / queue).mkdir(parents=True)
        (self.folder / 'spool/deferred/A').mkdir()
        message = self.folder / 'spool/deferred/A/A1B2C3D4E5'
        message.touch()
        message.chmod(0o700)  # it is whole
        serving = self.serve('sources: [{name: mx, mta: postfix, log: FOLDER/mail.log, queue: FOLDER/spool}]\n')
        serving.wait_for('mta_queue_messages', 1, source='mx', mta='postfix', queue='deferred')

    def test_a_format_that_is_insisted_on_takes_no_other(self):
        docker = json.dumps({'log': mail_lines.delivery(1), 'stream': 'stdout', 'time': '2026-11-22T10:41:23Z'}) + '\n'
        cri = '2026-11-22T10:41:23.5Z stdout F ' + mail_lines.delivery(2)
        for name in ('auto', 'docker', 'cri'):
            self.write(name + '.log', docker, cri)
        serving = self.serve('sources:\n' + ''.join(
            '  - {name: %s, log: FOLDER/%s.log, from: beginning, format: %s}\n' % (n, n, n) for n in ('auto', 'docker', 'cri')))
        for name, attempts in (('auto', 2), ('docker', 1), ('cri', 1)):
            serving.wait_for(LINES, 2, source=name)
            serving.wait_for(ATTEMPTS, attempts, source=name)

    def test_rotated_container_logs_are_read_to_their_end_over_a_restart(self):
        """As dockerd (-json.log.1) and the kubelet (0.log.STAMP, later .gz) rotate, while nobody reads."""
        text = ('sources:\n  - {name: docker, log: "FOLDER/containers/*/*-json.log", from: beginning}\n'
                '  - {name: cri, log: "FOLDER/pods/*/*/*.log", from: beginning, format: cri}\n'
                'state: {directory: FOLDER/state}\n')
        (self.folder / 'state').mkdir()
        docker, cri = 'containers/c0ffee/c0ffee-json.log', 'pods/mail_mx_1/postfix/0.log'

        def write(number):
            stamp = time.strftime('%Y-%m-%dT%H:%M:%S.5Z', time.gmtime())
            line = mail_lines.delivery(number)
            self.write(docker, json.dumps({'log': line, 'stream': 'stdout', 'time': stamp}) + '\n')
            self.write(cri, '%s stdout F %s' % (stamp, line))
        for number in range(5):
            write(number)
        serving = self.serve(text, state=None)
        for source in ('docker', 'cri'):
            serving.wait_for(ATTEMPTS, 5, source=source)
        self.assertEqual(0, serving.stop())
        for number in range(5, 8):
            write(number)
        os.rename(self.folder / docker, self.folder / (docker + '.1'))
        rotated = self.folder / (cri + '.20261122-104123')
        os.rename(self.folder / cri, rotated)
        with gzip.open(str(rotated) + '.gz', 'wb') as packed:
            packed.write(rotated.read_bytes())
        rotated.unlink()
        for number in range(8, 12):
            write(number)
        serving = self.serve(text, state=None)
        for source in ('docker', 'cri'):
            serving.wait_for(ATTEMPTS, 12, source=source)
        write(12)
        for source in ('docker', 'cri'):
            figures = serving.wait_for(ATTEMPTS, 13, source=source)
            self.assertEqual(13, figures.sum(LINES, source=source))
            self.assertEqual(0, figures.sum('mta_exporter_log_lost_bytes_total', source=source))


class OfAll(Options):

    def test_internal_relays_are_a_hop_within(self):
        self.write('mail.log', *(mail_lines.delivery(n).replace('198.51.100.7]:25', '198.51.100.7]:%d' % port)
                                 for n, port in enumerate((10024, 10025, 10025))))
        figures = self.serve('sources: [{log: FOLDER/mail.log, from: beginning}]\n'
                             'internal_relays: ["198.51.100.7:10024"]\n').wait_for(ATTEMPTS, 3)
        self.assertEqual(1, figures.sum(ATTEMPTS, hop='internal'))
        self.assertEqual(2, figures.sum(ATTEMPTS, hop='final'))

    def test_sendmail_tags_replace_the_known_ones(self):
        stamp = mail_lines.stamp()
        self.write('mail.log', SENDMAIL % (stamp, 'sm-mta'), SENDMAIL % (stamp, 'edge'), SENDMAIL % (stamp, 'edge'))
        figures = self.serve('sources: [{name: s, log: FOLDER/mail.log, from: beginning}]\n'
                             'sendmail_tags: [edge]\n').wait_for(LINES, 3)
        self.assertEqual(2, figures.sum(ATTEMPTS, mta='sendmail', status='sent'))
        self.assertEqual(1, figures.sum(LINES, result='foreign'))

    def test_tracking_is_bounded_in_number(self):
        self.write('mail.log', *map(mail_lines.queued, range(150)))
        figures = self.serve('sources: [{name: s, log: FOLDER/mail.log, from: beginning}]\n'
                             'tracking: {max_messages: 100}\n').wait_for(LINES, 450)
        self.assertEqual(100, figures.sum('mta_exporter_tracked_messages'))
        self.assertEqual(50, figures.sum('mta_exporter_tracked_messages_evicted_total'))

    def test_tracking_is_bounded_in_time(self):
        now = time.time()
        self.write('mail.log', *(mail_lines.queued(n, now - 7200) for n in range(5)), mail_lines.queued(9, now))
        for name, tracking, kept in (('hour', '1h', 1), ('day', '1d', 6)):
            figures = self.serve('sources: [{name: %s, log: FOLDER/mail.log, from: beginning}]\n'
                                 'tracking: {max_age: %s}\n' % (name, tracking)).wait_for(LINES, 18)
            self.assertEqual(kept, figures.sum('mta_exporter_tracked_messages'))
            self.assertEqual(6 - kept, figures.sum('mta_exporter_tracked_messages_evicted_total'))

    def test_destinations_are_grouped_and_limited(self):
        def to(domain, count):
            return [mail_lines.delivery(n).replace('@gmail.test>', '@%s>' % domain) for n in range(count)]
        self.write('mail.log', *to('gmail.test', 2), *to('mx.googlemail.test', 3), *to('first.test', 5), *to('second.test', 5))
        figures = self.serve('sources: [{log: FOLDER/mail.log, from: beginning}]\n'
                             'destinations: {limit: 1, groups: {google: [gmail.test, "*.googlemail.test"]}}\n').wait_for(ATTEMPTS, 15)
        self.assertEqual(5, figures.sum(DESTINATIONS, destination='google'))
        self.assertEqual(3, figures.sum(DESTINATIONS, destination='first.test'))
        self.assertEqual(7, figures.sum(DESTINATIONS, destination='other'))

    def test_other_buckets_begin_at_0_and_the_rest_goes_on(self):
        text = ('sources: [{name: s, log: FOLDER/mail.log, from: beginning}]\nstate: {directory: FOLDER/state}\n'
                'delay_buckets: [0.1, 1]\n')
        (self.folder / 'state').mkdir()
        self.write('mail.log', *map(mail_lines.delivery, range(4)))
        serving = self.serve(text, state=None)
        figures = serving.wait_for(ATTEMPTS, 4)
        self.assertEqual(4, figures.sum('mta_delivery_delay_seconds_count'))
        self.assertEqual(0, serving.stop())
        self.write('mail.log', mail_lines.delivery(5))
        serving = self.serve(text.replace('[0.1, 1]', '[0.2, 2, 20]'), state=None)
        figures = serving.wait_for(ATTEMPTS, 5)
        self.assertEqual(1, figures.sum('mta_delivery_delay_seconds_count'))
        self.assertEqual(1, figures.sum('mta_delivery_delay_seconds_bucket', le='2.0'))
        self.assertIn('other buckets', serving.logged())

    def test_the_flag_wins_over_the_state_directory_of_the_file(self):
        for name in ('one', 'two'):
            (self.folder / name).mkdir()
        self.write('mail.log', mail_lines.delivery(1))
        serving = self.serve('sources: [{log: FOLDER/mail.log, from: beginning}]\nstate: {directory: FOLDER/one}\n',
                             state=self.folder / 'two')
        serving.wait_for(ATTEMPTS, 1)
        self.assertEqual(0, serving.stop())
        self.assertEqual([], os.listdir(self.folder / 'one'))
        self.assertIn('snapshot', os.listdir(self.folder / 'two'))

    def test_where_to_answer_is_configured_unless_flags_say(self):
        port = exporter.free_port()
        text = 'sources: [{log: FOLDER/mail.log}]\nweb: {listen_addresses: ["127.0.0.1:%d"], telemetry_path: /mail}\n' % port
        self.configure(text)
        with exporter.Serving('--config.file', self.file, '--web.enable-lifecycle', listen=None, port=port, path='/mail') as serving:
            self.assertEqual(404, serving.get('/metrics')[0])
            self.configure(text.replace('/mail}', '/post}'))
            self.assertEqual(200, serving.get('/-/reload', method='POST')[0])
            self.assertEqual(404, serving.get('/post')[0])
            self.assertRegex(serving.logged(), 'at the next start only.* key=web')
        with exporter.Serving('--config.file', self.file, '--web.telemetry-path=/metrics') as serving:
            self.assertNotEqual(port, serving.port)
            self.assertEqual(404, serving.get('/post')[0])
            with self.assertRaises(OSError):
                socket.create_connection(('127.0.0.1', port))

    def test_a_source_with_another_name_is_another_source(self):
        (self.folder / 'state').mkdir()
        text = 'sources: [{name: old, log: FOLDER/mail.log, from: beginning}]\nstate: {directory: FOLDER/state}\n'
        self.write('mail.log', *map(mail_lines.delivery, range(3)))
        serving = self.serve(text, state=None)
        serving.wait_for(ATTEMPTS, 3, source='old')
        self.assertEqual(0, serving.stop())
        serving = self.serve(text.replace('name: old', 'name: new'), state=None)
        figures = serving.wait_for(ATTEMPTS, 3, source='new')
        self.assertEqual(0, figures.sum(ATTEMPTS, source='old'))
        self.assertEqual(1, figures.sum('mta_exporter_state_dropped_parts', cause='removed'))
        self.assertIn('a source is no longer followed', serving.logged())


if __name__ == '__main__':
    exporter.main()
