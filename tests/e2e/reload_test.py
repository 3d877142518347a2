#!/usr/bin/env python3
"""Configurations that are exchanged again and again while lines come: none is lost, none counts twice."""
import os
import socket
import tempfile
import threading
import unittest
from pathlib import Path

import exporter
import mail_lines

ATTEMPTS = 'mta_delivery_attempts_total'
RELOADS = 60


class Writer(threading.Thread):
    """Writes deliveries, a few at a time, until it is told to end; .number of them in all."""

    def __init__(self, write):
        super().__init__()
        self.write, self.number, self.done = write, 0, threading.Event()

    def run(self):
        while not self.done.wait(0.001):
            self.write(''.join(mail_lines.delivery(self.number + n) for n in range(5)))
            self.number += 5

    def end(self):
        self.done.set()
        self.join()
        return self.number


class Reload(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.file = self.folder / 'mta_exporter.yml'
        self.log = self.folder / 'mail.log'
        self.log.touch()

    def configure(self, *sources, more=''):
        text = 'sources:\n' + ''.join('  - {%s}\n' % source for source in sources) + more
        self.file.write_text(text.replace('FOLDER', str(self.folder)))

    def serve(self, **options):
        return self.enterContext(exporter.Serving('--config.file', self.file, '--web.enable-lifecycle', **options))

    def reload(self, serving, status=200):
        answer, _, body = serving.get('/-/reload', method='POST')
        self.assertEqual(status, answer, body)

    def write(self, text):
        with open(self.log, 'a', encoding='utf-8') as out:
            out.write(text)

    def rotate(self):
        for number in range(9, -1, -1):
            name = self.folder / ('mail.log.%d' % number if number else 'mail.log')
            if name.exists():
                os.rename(name, self.folder / ('mail.log.%d' % (number + 1)))

    def writing(self, write):
        writer = Writer(write)
        writer.start()
        self.addCleanup(writer.end)
        return writer

    def test_a_log_under_load_and_rotation(self):
        kept, changed = 'name: a, log: FOLDER/mail.log, from: beginning', 'name: a, mta: postfix, log: FOLDER/mail.log, from: beginning'
        other = 'name: b, log: FOLDER/b.log'
        ways = [((kept,), ''), ((kept, other), ''), ((changed, other), ''), ((changed,), 'tracking: {max_age: 1d}\n'),
                ((kept,), 'tracking: {max_age: 2d}\ninternal_relays: [127.0.0.9]\n')]
        self.configure(kept)
        serving = self.serve()
        writer = self.writing(self.write)
        for number in range(RELOADS):
            sources, more = ways[number % len(ways)]
            self.configure(*sources, more=more)
            self.reload(serving)
            if number % 20 == 10:
                self.rotate()
            if number % 7 == 3:
                self.configure('nme: a')
                self.reload(serving, status=500)
        written = writer.end()
        self.write(''.join(map(mail_lines.delivery, range(3))))
        figures = serving.wait_for(ATTEMPTS, written + 3, source='a')
        self.assertEqual(written + 3, figures.sum('mta_exporter_log_lines_total', source='a'))

    def test_a_source_that_comes_back_counts_nothing_twice(self):
        one, two = 'name: a, log: FOLDER/mail.log, from: beginning', 'name: b, log: FOLDER/b.log'
        self.configure(one, two)
        self.write(''.join(map(mail_lines.delivery, range(5))))
        serving = self.serve()
        serving.wait_for(ATTEMPTS, 5, source='a')
        self.configure(two)
        self.reload(serving)
        self.assertIn('no longer followed', serving.logged())
        self.write(''.join(map(mail_lines.delivery, range(3))))
        self.configure(one, two)
        self.reload(serving)
        self.write(mail_lines.delivery(9))
        figures = serving.wait_for(ATTEMPTS, 9, source='a')
        self.assertEqual(9, figures.sum('mta_exporter_log_lines_total', source='a'))

    def test_a_line_of_standard_input_that_is_half_written(self):
        self.configure('name: pipe, stdin: true')
        read, write = os.pipe()
        self.addCleanup(os.close, write)
        serving = self.serve(stdin=read)
        os.close(read)
        for number, more in enumerate(['tracking: {max_age: 1d}\n', 'tracking: {max_age: 2d}\n']):
            half = mail_lines.delivery(number).encode()
            os.write(write, half[:80])
            serving.wait_for('mta_exporter_log_bytes_total', number * len(half) + 80, source='pipe')
            self.configure('name: pipe, stdin: true', more=more)
            self.reload(serving)
            os.write(write, half[80:])
            figures = serving.wait_for(ATTEMPTS, number + 1, source='pipe')
        self.assertEqual(2, figures.sum('mta_exporter_log_lines_total', source='pipe'))

    def test_a_listener_keeps_its_connections(self):
        port = exporter.free_port()
        sources = ('name: a, log: FOLDER/mail.log', 'name: s, syslog: {listen: "tcp://127.0.0.1:%d"}' % port)
        self.configure(*sources)
        serving = self.serve()
        with socket.create_connection(('127.0.0.1', port)) as sender:
            writer = self.writing(lambda text: sender.sendall(text.encode()))
            for number in range(RELOADS):
                self.configure(*sources, more=['', 'tracking: {max_age: 1d}\n', 'sendmail_tags: [sm-mta]\n'][number % 3])
                self.reload(serving)
            written = writer.end()
            serving.wait_for(ATTEMPTS, written, source='s')


if __name__ == '__main__':
    exporter.main()
