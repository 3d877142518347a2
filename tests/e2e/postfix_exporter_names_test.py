#!/usr/bin/env python3
"""--compat.postfix-exporter beside Debian's prometheus-postfix-exporter on the same log: every series that one has.

Each is equal, or differs for a reason that stands here and in docs/migration.md.
"""
import functools
import math
import operator
import re
import subprocess
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

import exporter
from exposition import Exposition
from showq import Showq, record

# Recorded logs, one after the other; theirs follows a file from its end, so both are started first.
SAMPLES = ('sent_smtp', 'sent_lmtp', 'sent_pipe', 'deferred_stages', 'bounced_stages', 'tls_in', 'tls_out', 'noqueue_rejects', 'sasl', 'milter',
           'header_checks')
MORE_LINES = '\n'.join('Nov 24 21:00:00 mx postfix/%s' % line for line in (
    'smtp[1]: connect to mx.example.com[192.0.2.1]:25: Connection timed out',
    'smtpd[1]: warning: unknown[192.0.2.2]: SASL LOGIN authentication failed: authentication failure',
    'smtpd[1]: warning: hostname host.example.com does not resolve to address 192.0.2.3',
    'smtpd[1]: lost connection after DATA from unknown[192.0.2.4]',
    # Theirs tells of no line that it understands; this one it does, and it is the last.
    'qmgr[1]: 3FFFFFFFFF: removed')) + '\n'
QUEUE = (('deferred', 3000, 50), ('deferred', 40_000, 5000), ('active', 500, 5), ('hold', 2_000_000, 300_000))  # bytes, seconds ago
TAGS = 'theirs does not know the tags of instances and services'
FORGED = 'theirs holds four stages in one series, and believes the delays in a reply of a remote'
OURS_HAS_NOT = {
    'postfix_smtpd_disconnects_total': 'as many as there are connects, in the end',
    'postfix_smtpd_forward_confirmed_reverse_dns_errors_total': 'mta_daemon_problems_total, with the other warnings of smtpd',
}
# A series of theirs that is not here is one of ours, with the same labels and value.  Else: the labels over which both
# are summed, how ours stands to theirs then, and why.
DIFFERS = {
    'postfix_smtp_delivery_delay_seconds_count': (('stage',), '==', 'theirs holds four stages in one series'),
    'postfix_smtp_delivery_delay_seconds_bucket': (('stage',), '>=', FORGED),
    'postfix_smtp_delivery_delay_seconds_sum': (('stage',), '<=', FORGED),
    'postfix_pipe_delivery_delay_seconds': (('relay',), '==', 'ours has no label relay'),
    'postfix_smtp_tls_connections_total': (('cipher', 'algorithm_bits', 'secret_bits'), '==', 'ours has no labels of the cipher'),
    'postfix_smtpd_tls_connections_total': (('cipher', 'algorithm_bits', 'secret_bits'), '>=', 'ours has no labels of the cipher; ' + TAGS),
    'postfix_smtpd_connections_lost_total': (('after_stage',), '>=', 'commands that are not in mail transactions are OTHER; ' + TAGS),
    'postfix_smtpd_messages_processed_total': (('sasl_method',), '>=', 'ours has no label sasl_method; ' + TAGS),
    'postfix_unsupported_log_entries_total': (('service',), '<', 'ours understands more lines, and has no label service'),
    'postfix_up': (('path',), '==', 'ours has no label path'),
    'postfix_showq_message_age_seconds_sum': ((), '<=', 'at the last scan, not at the scrape'),
    'postfix_smtp_deferred_messages_total': ((), '>', 'theirs counts nothing: always 0'),
    'postfix_cleanup_messages_not_accepted_total': ((), '>', 'theirs counts nothing: always 0'),
    'postfix_smtpd_connects_total': ((), '>=', TAGS),
    'postfix_smtpd_messages_rejected_total': ((), '>=', 'theirs counts those without a queue id only'),
    'postfix_smtpd_sasl_authentication_failures_total': ((), '>=', TAGS),
    'postfix_qmgr_messages_removed_total': ((), '<=', 'ours counts those whose arrival is in the log'),
    'postfix_qmgr_messages_inserted_receipients': ((), '<=', 'theirs counts a message once more at every attempt'),
    'postfix_qmgr_messages_inserted_size_bytes': ((), '<=', 'theirs counts a message once more at every attempt'),
}
COMPARE = {'==': math.isclose, '<': operator.lt, '<=': operator.le, '>': operator.gt, '>=': operator.ge}


@functools.cache
def their_binary():
    packages = exporter.ROOT / 'deploy/lib/packages.sh'
    script = '. %s && folder=$(cache_folder)/prometheus-postfix-exporter && unpacked_packages "$folder" prometheus-postfix-exporter && echo "$folder"'
    done = subprocess.run(['bash', '-c', script % packages], stdout=subprocess.PIPE, check=False)
    return Path(done.stdout.decode().strip()) / 'usr/bin/prometheus-postfix-exporter' if done.returncode == 0 else None


def their_names(exposition):
    return sorted(name for name in exposition.samples if name.startswith('postfix_'))


def family_of(name):
    """Of a histogram the name of all."""
    return re.sub(r'_(bucket|sum|count)$', '', name)


def bounds(exposition, name):
    return {labels.get('le') for labels, _ in exposition.samples.get(name, ())}


class Theirs:
    def __init__(self, log, showq):
        self.log, self.showq = log, showq

    def __enter__(self):
        self.port = exporter.free_port()
        self.process = subprocess.Popen(
            [their_binary(), '--web.listen-address=127.0.0.1:%d' % self.port, '--postfix.logfile_path=%s' % self.log,
             '--postfix.showq_path=%s' % self.showq], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
        log, configuration = folder / 'mail.log', folder / 'mta_exporter.yml'
        log.touch()
        configuration.write_text('sources:\n  - {name: mx, mta: postfix, log: %s, from: beginning, queue: %s/spool}\n' % (log, folder))
        now = int(time.time())
        showq = Showq(folder / 'spool', [record(queue, i, size, now - age) for i, (queue, size, age) in enumerate(QUEUE)])
        cls.addClassCleanup(showq.close)
        with Theirs(log, showq.path) as theirs, exporter.Serving('--config.file=%s' % configuration, '--compat.postfix-exporter') as ours:
            text = b''.join((exporter.ROOT / ('collectors/postfix/samples/%s.log' % name)).read_bytes() for name in SAMPLES) + MORE_LINES.encode()
            with open(log, 'ab') as out:
                out.write(text)
            ours.wait_for('mta_exporter_log_lines_total', text.count(b'\n'))
            ours.wait_for('mta_queue_scan_success', 1)
            removed = text.count(b': removed\n')
            exporter.wait_until(lambda: theirs.scrape().sum('postfix_qmgr_messages_removed_total') == removed, 'theirs has read all')
            cls.ours, cls.theirs = ours.scrape(), theirs.scrape()

    def test_every_series_of_theirs(self):
        self.assertGreater(len({family_of(name) for name in their_names(self.theirs)}), 20)
        for name in their_names(self.theirs):
            if name in OURS_HAS_NOT:
                print('%s: none of ours: %s' % (name, OURS_HAS_NOT[name]))
                self.assertNotIn(name, their_names(self.ours))
                continue
            summed, how, why = DIFFERS.get(name) or DIFFERS.get(family_of(name)) or ((), '==', '')
            common = bounds(self.theirs, name) & bounds(self.ours, name)
            self.assertTrue(common, name)
            for kept in {tuple(sorted((k, v) for k, v in labels.items() if k not in summed)) for labels, _ in self.theirs.samples[name]}:
                if dict(kept).get('le') not in common:
                    continue  # a bucket of other bounds
                with self.subTest(name, labels=kept):
                    theirs, ours = self.theirs.sum(name, dict(kept)), self.ours.sum(name, dict(kept))
                    self.assertTrue(COMPARE[how](ours, theirs), 'ours %g, theirs %g, expected %s' % (ours, theirs, how))
                    if ours != theirs and why:
                        print('%s%s: ours %g, theirs %g: %s' % (name, dict(kept) or '', ours, theirs, why))

    def test_what_theirs_counts_is_in_the_log(self):
        """A comparison of nothing with nothing shows nothing."""
        nothing = {name for name in their_names(self.theirs) if self.theirs.sum(name) == 0 and not name.endswith('_sum')}
        self.assertEqual({'postfix_smtp_deferred_messages_total', 'postfix_cleanup_messages_not_accepted_total'}, nothing)

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
