"""Three logs of known content that are written, torn, rotated and compressed while somebody reads them.

Each log counts what it has written, as {series: value} of the exposition that must come of it.  A rotated file is
deleted only once `read_lines` says that all of it was counted: what is destroyed unread is lost for any reader.
"""
import collections
import gzip
import os
import time

import mail_lines


class RotatedLog:
    """One log: its file, its expected figures, its rotations."""

    KEEP = 6  # rotated files

    def __init__(self, path, source, random):
        self.path = path
        self.source = source
        self.random = random
        self.expected = collections.Counter()
        self.lines = self.bytes = self.number = self.rotations = 0
        self.rotated = []  # (path, lines written when it was rotated), the youngest last
        self.open()

    def open(self):
        self.file = open(self.path, 'ab', buffering=0)

    def count(self, name, by=1, **labels):
        labels['source'] = self.source
        self.expected['%s{%s}' % (name, ','.join('%s="%s"' % pair for pair in sorted(labels.items())))] += by

    def write(self, text, torn=True):
        """Some lines; one of them in two pieces, at times, and a file's first one early: many files begin like that."""
        data = text.encode()
        self.lines += data.count(b'\n')
        self.bytes += len(data)
        first = os.fstat(self.file.fileno()).st_size == 0
        if torn and self.random.random() < (0.9 if first else 0.3):
            cut = self.random.randrange(1, 20) if first else self.random.randrange(len(data))
            self.file.write(data[:cut])
            time.sleep(self.random.random() * 0.02)
            data = data[cut:]
        self.file.write(data)

    def write_some(self):
        for _ in range(self.random.randrange(1, 30)):
            self.number += 1
            self.write(self.message(self.number))

    def compress(self, path):
        """As gzip does: the archive grows under its own name, then the original goes."""
        archive = path.with_name(path.name + '.gz')
        data = gzip.compress(path.read_bytes())
        with open(archive, 'wb', buffering=0) as out:
            out.write(data[:len(data) // 2])
            time.sleep(self.random.random() * 0.02)
            out.write(data[len(data) // 2:])
        times = path.stat()
        os.utime(archive, ns=(times.st_atime_ns, times.st_mtime_ns))
        path.unlink()

    def clean_up(self, read_lines):
        while len(self.rotated) > self.KEEP and self.rotated[0][1] <= read_lines:
            self.rotated.pop(0)[0].unlink()

    def all_expected(self):
        total = dict(self.expected)
        total['mta_exporter_log_bytes_total{source="%s"}' % self.source] = self.bytes
        total['mta_exporter_log_lines_total{source="%s"}' % self.source] = self.lines
        total['mta_exporter_log_lines_total{result="unrecognized",source="%s"}' % self.source] = 0
        total['mta_exporter_log_lost_bytes_total{source="%s"}' % self.source] = 0
        return total


class PostfixLog(RotatedLog):
    """logrotate with create, delaycompress: renamed, made anew, a writer that is late, the one before it compressed."""

    def message(self, number):
        self.count('mta_messages_received_total', origin='smtp')
        self.count('mta_delivery_attempts_total', status='sent', transport='smtp')
        self.count('mta_delivery_delay_seconds_count', status='sent')
        self.count('mta_message_size_bytes_count')
        text = mail_lines.queued(number) + mail_lines.delivery(number)
        if number > 5:  # the end of one that began a while ago
            text += '%s mx1 postfix/qmgr[4711]: %s: removed\n' % (mail_lines.stamp(), mail_lines.queue_id(number - 5))
            self.count('mta_message_lifetime_seconds_count')
        return text

    def rotate(self):
        for at in range(len(self.rotated), 0, -1):
            for end in ('', '.gz'):
                old = self.path.with_name('%s.%d%s' % (self.path.name, at, end))
                if old.exists():
                    old.rename(self.path.with_name('%s.%d%s' % (self.path.name, at + 1, end)))
        first = self.path.with_name(self.path.name + '.1')
        self.path.rename(first)
        self.write_some()  # the daemon has not heard of it yet
        self.file.close()
        self.open()
        self.rotations += 1
        second = self.path.with_name(self.path.name + '.2')
        if second.exists():
            self.compress(second)
        names = [self.path.with_name('%s.%d' % (self.path.name, at)) for at in range(len(self.rotated) + 1, 0, -1)]
        lines = [written for _, written in self.rotated] + [self.lines]
        self.rotated = [(p if p.exists() else p.with_name(p.name + '.gz'), n) for p, n in zip(names, lines)]


class SendmailLog(RotatedLog):
    """logrotate with copytruncate and dateext, while the writer holds still: in between is what nobody can read."""

    def message(self, number):
        self.count('mta_messages_received_total', origin='smtp')
        self.count('mta_delivery_attempts_total', status='sent', transport='esmtp')
        self.count('mta_delivery_delay_seconds_count', status='sent')
        head = time.strftime('%b %e %H:%M:%S', time.gmtime()) + ' mx2 sm-mta[77]: 6AM%05X%06d: ' % (number, number)
        return (head + 'from=<a@client.test>, size=18, class=0, nrcpts=1, msgid=<%d@client.test>, proto=ESMTP, daemon=MTA-v4, '
                       'relay=client50.isp.test [198.51.100.6]\n' % number +
                head + 'to=<x@dom1.example>, delay=00:00:01, xdelay=00:00:00, mailer=esmtp, pri=30018, '
                       'relay=mx.dom1.example. [198.51.100.9], dsn=2.0.0, stat=Sent (OK %d)\n' % number)

    def rotate(self):
        copy = self.path.with_name('%s-%d' % (self.path.name, 20260101 + self.rotations))
        data = self.path.read_bytes()
        with open(copy, 'wb', buffering=0) as out:
            out.write(data[:len(data) // 3])
            time.sleep(self.random.random() * 0.02)
            out.write(data[len(data) // 3:])
        os.truncate(self.path, 0)
        self.rotations += 1
        self.rotated.append((copy, self.lines))


class QmailLog(RotatedLog):
    """multilog: current becomes @STAMP.s, now and then in the middle of a line."""

    def stamp(self):
        now = time.time_ns()
        return '@%016x%08x' % (2**62 + 10 + now // 10**9, now % 10**9)

    def message(self, number):
        self.count('mta_messages_received_total')
        self.count('mta_delivery_attempts_total', status='sent', transport='remote')
        self.count('mta_delivery_delay_seconds_count', status='sent')
        self.count('mta_delivery_attempt_duration_seconds_count', status='sent')
        self.count('mta_message_lifetime_seconds_count')
        return ''.join('%s %s\n' % (self.stamp(), text) for text in (
            'new msg %d' % (1000 + number % 7),
            'info msg %d: bytes 105 from <sender@qmail.test> qp %d uid 0' % (1000 + number % 7, number),
            'starting delivery %d: msg %d to remote x@ok.test' % (number, 1000 + number % 7),
            'status: local 0/10 remote 1/20',
            'delivery %d: success: 198.51.100.4_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_C39/' % number,
            'status: local 0/10 remote 0/20',
            'end msg %d' % (1000 + number % 7)))

    def rotate(self):
        rest = ''
        if self.random.random() < 0.5:
            self.number += 1
            text = self.message(self.number)
            cut = self.random.randrange(len(text))
            self.file.write(text[:cut].encode())
            rest = text[cut:]
            self.lines += text[:cut].count('\n')
            self.bytes += cut
        self.file.close()
        finished = self.path.with_name(self.stamp() + '.s')
        self.path.rename(finished)
        self.open()
        if rest:
            self.write(rest, torn=False)
        self.rotations += 1
        self.rotated.append((finished, self.lines))
