#!/usr/bin/env python3
"""However the bytes come, `scan` counts the same; whatever the bytes are, it counts and goes on."""
import bz2
import gzip
import lzma
import random
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import exporter
import mail_lines
from exposition import Exposition

LINES = 'mta_exporter_log_lines_total'
ATTEMPTS = 'mta_delivery_attempts_total'


def in_chunks(data, mta, seed):
    """`scan -` fed through a pipe in pieces of random size, most of them shorter than a line."""
    sizes = random.Random(seed)
    process = subprocess.Popen([exporter.BINARY, 'scan', '--mta=' + mta, '-'], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with process:
        at = 0
        while at < len(data):
            size = sizes.choice((1, 7, 100, 4096))
            process.stdin.write(data[at:at + size])
            process.stdin.flush()
            at += size
        process.stdin.close()
        text = process.stdout.read().decode()
    if process.returncode:
        raise AssertionError('scan - ended with %d' % process.returncode)
    return Exposition(text)


def some_samples():
    """One file of each kind of line: all MTAs, all envelopes."""
    names = {'sent_smtp.log', 'mixed_rcpts.log', 'postscreen.rfc5424.log', '02_remote_errors.log',
             '01_sent_basic.rfc3339.log', 'tai64nlocal.log', 'maillog.syslog23'}
    return [(mta, log) for mta, log, _ in exporter.samples() if log.name in names]


class SameBytes(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_chunks_of_any_size(self):
        for seed, (mta, log) in enumerate(some_samples()):
            with self.subTest(log=str(log), seed=seed):
                whole = exporter.scan(log, mta=mta).counted()
                self.assertTrue(whole)
                self.assertEqual(whole, in_chunks(log.read_bytes(), mta, seed).counted())

    def test_compressed_logs(self):
        packers = {'.gz': gzip.compress, '.bz2': bz2.compress, '.xz': lzma.compress}
        if shutil.which('zstd'):
            packers['.zst'] = lambda data: subprocess.run(['zstd', '-q', '-c'], input=data, stdout=subprocess.PIPE, check=True).stdout
        for mta, log in some_samples():
            whole = exporter.scan(log, mta=mta).counted()
            for suffix, pack in packers.items():
                with self.subTest(log=str(log), suffix=suffix):
                    packed = self.folder / ('log' + suffix)
                    packed.write_bytes(pack(log.read_bytes()))
                    self.assertEqual(whole, exporter.scan(packed, mta=mta).counted())

    def test_two_members_in_one_gzip_file(self):
        log = self.folder / 'log.gz'
        log.write_bytes(gzip.compress(mail_lines.delivery(1).encode()) + gzip.compress(mail_lines.delivery(2).encode()))
        self.assertEqual(2, exporter.scan(log).sum(ATTEMPTS))

    def test_operands_are_one_stream(self):
        for mta, log in some_samples():
            lines = log.read_bytes().splitlines(keepends=True)
            third = len(lines) // 3
            parts = []
            for number, part in enumerate((lines[:third], lines[third:2 * third], lines[2 * third:])):
                parts.append(self.folder / ('part%d' % number))
                parts[-1].write_bytes(b''.join(part))
            parts[1] = self.pack(parts[1])
            with self.subTest(log=str(log)):
                self.assertEqual(exporter.scan(log, mta=mta).counted(), exporter.scan(*parts, mta=mta).counted())

    def pack(self, path):
        packed = path.with_name(path.name + '.gz')
        packed.write_bytes(gzip.compress(path.read_bytes()))
        return packed

    def test_a_multilog_directory_is_its_files_in_order(self):
        for mta, log, _ in exporter.samples('qmail'):
            if log.is_dir():
                files = sorted(log.glob('@*')) + [log / 'current']
                with self.subTest(log=str(log)):
                    stream = b''.join(f.read_bytes() for f in files)
                    self.assertEqual(exporter.scan(log, mta=mta).counted(), in_chunks(stream, mta, 1).counted())


class DamagedLines(unittest.TestCase):
    """Between two good lines stands something bad: both good ones are counted, and so is the bad one."""

    def figures(self, bad):
        good = mail_lines.delivery(1).encode()
        done = exporter.run('scan', '--mta=postfix', '-', input=good + bad + good)
        self.assertEqual(0, done.returncode, done.stderr)
        return Exposition(done.stdout.decode())  # which is strict about UTF-8

    def check(self, bad, unrecognized, attempts=2):
        figures = self.figures(bad)
        self.assertEqual(attempts, figures.sum(ATTEMPTS))
        self.assertEqual(unrecognized, figures.sum(LINES, result='unrecognized'))
        self.assertEqual(2 + bad.count(b'\n'), figures.sum(LINES))
        self.assertEqual(len(bad) + 2 * len(mail_lines.delivery(1)), figures.sum('mta_exporter_log_bytes_total'))
        return figures

    def test_a_line_of_a_mebibyte(self):
        figures = self.check(mail_lines.delivery(2).encode()[:-1] + b'x' * (1 << 20) + b'\n', unrecognized=1)
        self.assertEqual(1, figures.sum('mta_exporter_log_oversized_lines_total'))

    def test_a_line_of_exactly_64_kibibytes_is_read(self):
        for length, oversized in ((65536, 0), (65537, 1)):
            line = mail_lines.delivery(2).encode()[:-2]
            line += b'x' * (length - len(line) - 1) + b')'
            figures = self.figures(line + b'\n')
            self.assertEqual(oversized, figures.sum('mta_exporter_log_oversized_lines_total'), length)
            self.assertEqual(3 - oversized, figures.sum(ATTEMPTS), length)

    def test_nul_bytes(self):
        self.check(b'\0\0\0\n' + mail_lines.stamp().encode() + b' mx1 postfix/smtp[1]: \0\0\n', unrecognized=2)

    def test_invalid_utf8_in_what_could_become_a_label(self):
        line = mail_lines.delivery(2).encode()
        for old, new in ((b'gmail.test>', b'\xff\xfe.test>'), (b'dsn=2.0.0', b'dsn=2.\xff.0'), (b'status=sent', b'status=s\xc3'),
                         (b'postfix/smtp', b'postfix/s\xff'), (b'relay=mx1', b'relay=\x80')):
            with self.subTest(new=new):
                self.assertGreaterEqual(self.figures(line.replace(old, new)).sum(ATTEMPTS), 2)

    def test_crlf(self):
        self.check(mail_lines.delivery(2).replace('\n', '\r\n').encode(), unrecognized=0, attempts=3)

    def test_the_last_line_is_cut(self):
        line = mail_lines.delivery(1).encode()
        for end in range(1, len(line), 17):
            done = exporter.run('scan', '--mta=postfix', '-', input=line + line[:end])
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertIn(Exposition(done.stdout.decode()).sum(ATTEMPTS), (1, 2))

    def test_noise(self):
        noise = random.Random(1).randbytes(1 << 20)
        figures = self.figures(noise + b'\n')
        self.assertEqual(2 + noise.count(b'\n') + 1, figures.sum(LINES))

    def test_nothing_at_all(self):
        done = exporter.run('scan', '-', input=b'')
        self.assertEqual((0, b''), (done.returncode, done.stderr))
        self.assertEqual(0, Exposition(done.stdout.decode()).sum(LINES))


class DamagedArchives(unittest.TestCase):
    """What cannot be unpacked is said in one line; what could be unpacked before is counted."""

    def test_a_cut_archive(self):
        lines = ''.join(mail_lines.delivery(n) for n in range(2000)).encode()
        with tempfile.TemporaryDirectory() as folder:
            for suffix, pack in (('.gz', gzip.compress), ('.bz2', bz2.compress), ('.xz', lzma.compress)):
                log = Path(folder) / ('log' + suffix)
                packed = pack(lines)
                log.write_bytes(packed[:len(packed) // 2])
                done = exporter.run('scan', log)
                with self.subTest(suffix=suffix):
                    self.assertEqual(1, done.returncode)
                    self.assertEqual(1, done.stderr.count(b'\n'), done.stderr)
                    self.assertIn(log.name.encode(), done.stderr)


if __name__ == '__main__':
    exporter.main()
