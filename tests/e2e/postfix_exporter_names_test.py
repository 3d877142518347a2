#!/usr/bin/env python3
"""--compat.postfix-exporter beside Debian's prometheus-postfix-exporter on the same log: every series that one has.

Each is equal, or differs for a reason that stands here and in docs/migration.md.
"""
import re
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

import exporter
from exposition import Exposition

# Recorded logs, one after the other; theirs follows a file from its end, so both are started first.
SAMPLES = ('sent_smtp', 'sent_lmtp', 'sent_pipe', 'deferred_stages', 'bounced_stages', 'tls_in', 'tls_out', 'noqueue_rejects', 'sasl', 'milter',
           'header_checks')
OURS_HAS_NOT = {
    'postfix_showq_message_size_bytes': 'mta_queue_bytes and mta_queue_messages',
    'postfix_showq_message_age_seconds': 'mta_queue_oldest_message_timestamp_seconds',
    'postfix_up': 'mta_exporter_source_up and mta_queue_scan_success',
    'postfix_smtpd_disconnects_total': 'as many as there are connects, in the end',
    'postfix_smtpd_forward_confirmed_reverse_dns_errors_total': 'mta_daemon_problems_total, with the other warnings of smtpd',
}
# Name: how the sum of ours stands to that of theirs, and why.
DIFFERS = {
    'postfix_unsupported_log_entries_total': ('<', 'ours understands more lines'),
    'postfix_smtp_deferred_messages_total': ('>', 'theirs counts nothing: always 0'),
    'postfix_cleanup_messages_not_accepted_total': ('>', 'theirs counts nothing: always 0'),
    'postfix_cleanup_messages_rejected_total': ('>=', 'theirs does not know the tags of instances and services'),
    'postfix_smtpd_connects_total': ('>=', 'theirs does not know the tags of instances and services'),
    'postfix_smtpd_messages_rejected_total': ('>=', 'theirs counts those without a queue id only'),
    'postfix_smtpd_tls_connections_total': ('>=', 'theirs does not know the tags of instances and services'),
    'postfix_smtpd_connections_lost_total': ('>=', 'theirs does not know the tags of instances and services'),
    'postfix_smtpd_sasl_authentication_failures_total': ('>=', 'theirs does not know the tags of instances and services'),
    'postfix_smtpd_messages_processed_total': ('>=', 'theirs does not know the tags of instances and services'),
    'postfix_qmgr_messages_removed_total': ('<=', 'ours counts those whose arrival is in the log'),
    'postfix_qmgr_messages_inserted_receipients': ('<=', 'theirs counts a message once more at every attempt'),
    'postfix_qmgr_messages_inserted_size_bytes': ('<=', 'theirs counts a message once more at every attempt'),
}


def their_binary():
    packages = exporter.ROOT / 'deploy/lib/packages.sh'
    script = '. %s && folder=$(cache_folder)/prometheus-postfix-exporter && unpacked_packages "$folder" prometheus-postfix-exporter && echo "$folder"'
    done = subprocess.run(['bash', '-c', script % packages], stdout=subprocess.PIPE, check=False)
    return Path(done.stdout.decode().strip()) / 'usr/bin/prometheus-postfix-exporter' if done.returncode == 0 else None


def their_names(exposition):
    """The names that begin as theirs do; of a histogram the name of all."""
    return sorted({re.sub(r'_(bucket|sum|count)$', '', name) for name in exposition.samples if name.startswith('postfix_')})


class Theirs:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        self.port = exporter.free_port()
        self.process = subprocess.Popen(
            [their_binary(), '--web.listen-address=127.0.0.1:%d' % self.port, '--postfix.logfile_path=%s' % self.log,
             '--postfix.showq_path=%s/none' % self.log.parent], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        exporter.wait_until(self.answers, 'their exporter answers')
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def answers(self):
        try:
            return self.scrape()
        except OSError:
            return None

    def scrape(self):
        with urllib.request.urlopen('http://127.0.0.1:%d/metrics' % self.port, timeout=10) as answer:
            return Exposition(answer.read().decode())


@unittest.skipUnless(their_binary(), 'the package prometheus-postfix-exporter cannot be had')
class Names(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        log = folder / 'mail.log'
        log.touch()
        with Theirs(log) as theirs, exporter.Serving(log, '--from-beginning', '--compat.postfix-exporter') as ours:
            lines = 0
            with open(log, 'ab') as out:
                for name in SAMPLES:
                    text = (exporter.ROOT / ('collectors/postfix/samples/%s.log' % name)).read_bytes()
                    lines += text.count(b'\n')
                    out.write(text)
                # Theirs tells of no line that it understands; this one it does, and it is the last.
                out.write(b'Nov 24 21:00:00 mx postfix/qmgr[1]: 3FFFFFFFFF: removed\n')
            ours.wait_for('mta_exporter_log_lines_total', lines + 1)
            removed = log.read_bytes().count(b': removed\n')
            exporter.wait_until(lambda: theirs.scrape().sum('postfix_qmgr_messages_removed_total') == removed, 'theirs has read all')
            cls.theirs, cls.ours = theirs.scrape(), ours.scrape()

    def total(self, exposition, name):
        return exposition.sum(name) + exposition.sum(name + '_count')

    def test_every_name_of_theirs(self):
        names = their_names(self.theirs)
        self.assertGreater(len(names), 15)
        for name in names:
            with self.subTest(name):
                if name in OURS_HAS_NOT:
                    self.assertNotIn(name, their_names(self.ours))
                    continue
                theirs, ours = self.total(self.theirs, name), self.total(self.ours, name)
                how = DIFFERS.get(name, ('==', ''))[0]
                self.assertTrue(eval('ours %s theirs' % how), 'ours %g, theirs %g, expected %s' % (ours, theirs, how))

    def test_the_four_stages_are_four(self):
        """All of theirs lie in one series."""
        stages = ('before_queue_manager', 'queue_manager', 'connection_setup', 'transmission')
        theirs = self.theirs.sum('postfix_smtp_delivery_delay_seconds_count')
        self.assertEqual(theirs, self.theirs.sum('postfix_smtp_delivery_delay_seconds_count', {'stage': ''}))
        for stage in stages:
            self.assertEqual(theirs / 4, self.ours.sum('postfix_smtp_delivery_delay_seconds_count', {'stage': stage}))

    def test_without_the_flag_there_is_none(self):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / 'mail.log'
            log.touch()
            with exporter.Serving(log) as ours:
                self.assertFalse(their_names(ours.scrape()))


if __name__ == '__main__':
    exporter.main()
