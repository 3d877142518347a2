#!/usr/bin/env python3
"""Every way in besides plain files: syslog over sockets, standard input, logs of containers."""
import json
import os
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

import exporter
import mail_lines

ATTEMPTS = 'mta_delivery_attempts_total'
DROPPED = 'mta_exporter_input_dropped_total'


def framed(numbers, kind):
    """Deliveries as RFC 3164 or 5424 senders frame them: newline, octets, or bare for a datagram."""
    for number in numbers:
        stamp, rest = mail_lines.delivery(number).rstrip('\n').split(' ', 1)
        host, tag, message = rest.split(' ', 2)
        if number % 2:
            text = '<22>Nov 22 10:41:23 %s %s %s' % (host, tag, message)
        else:
            text = '<22>1 %s %s %s 4711 - - %s' % (stamp, host, tag.split('[')[0], message)
        data = text.encode()
        yield data if kind == 'bare' else data + b'\n' if kind == 'newline' else b'%d %s' % (len(data), data)


class Inputs(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def serve(self, sources, **options):
        file = self.folder / 'mta_exporter.yml'
        file.write_text(sources.replace('FOLDER', str(self.folder)))
        return self.enterContext(exporter.Serving('--config.file', file, **options))

    def connected(self, kind, address):
        """A sender's socket."""
        sender = self.enterContext(socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET, kind))
        sender.connect(address)
        return sender

    def test_syslog_over_every_transport(self):
        ports = [exporter.free_port(), exporter.free_port()]
        serving = self.serve('sources:\n'
                             '  - {name: tcp, syslog: {listen: "tcp://127.0.0.1:%d"}}\n'
                             '  - {name: udp, syslog: {listen: "udp://127.0.0.1:%d"}}\n'
                             '  - {name: datagram, syslog: {listen: "unix://FOLDER/datagram"}}\n'
                             '  - {name: stream, syslog: {listen: "unix-stream://FOLDER/stream"}}\n' % tuple(ports))
        senders = {'tcp': (socket.SOCK_STREAM, ('127.0.0.1', ports[0])), 'udp': (socket.SOCK_DGRAM, ('127.0.0.1', ports[1])),
                   'datagram': (socket.SOCK_DGRAM, str(self.folder / 'datagram')),
                   'stream': (socket.SOCK_STREAM, str(self.folder / 'stream'))}
        for name, (kind, address) in senders.items():
            sender = self.connected(kind, address)
            if kind == socket.SOCK_STREAM:
                sender.sendall(b''.join(framed(range(50), 'newline')) + b''.join(framed(range(50, 100), 'octets')))
            else:
                for data in framed(range(100), 'bare'):
                    sender.send(data)
            figures = serving.wait_for(ATTEMPTS, 100, source=name)
            self.assertEqual(100, figures.sum('mta_exporter_log_lines_total', source=name, result='parsed'), name)
            self.assertEqual(0, figures.sum(DROPPED, source=name))
            self.assertEqual(1, figures.sum('mta_exporter_source_up', source=name))

    def test_two_sources_share_a_listener_by_host(self):
        serving = self.serve('sources:\n'
                             '  - {name: one, hosts: [mx1], syslog: {listen: "unix-stream://FOLDER/log"}}\n'
                             '  - {name: two, hosts: [mx2], syslog: {listen: "unix-stream://FOLDER/log"}}\n')
        data = b''.join(framed(range(10), 'newline'))
        sender = self.connected(socket.SOCK_STREAM, str(self.folder / 'log'))
        sender.sendall(data + data.replace(b' mx1 ', b' mx2 ') * 2)
        serving.wait_for(ATTEMPTS, 10, source='one')
        serving.wait_for(ATTEMPTS, 20, source='two')

    def test_what_has_come_is_counted_before_an_orderly_end(self):
        (self.folder / 'mta_exporter.yml').write_text('sources: [{name: s, syslog: {listen: "unix-stream://%s/log"}}]\n' % self.folder)
        for turn in range(1, 4):
            with exporter.Serving('--config.file', self.folder / 'mta_exporter.yml', state=self.folder / 'state') as serving:
                self.assertEqual(100 * (turn - 1), serving.scrape().sum(ATTEMPTS))
                self.connected(socket.SOCK_STREAM, str(self.folder / 'log')).sendall(b''.join(framed(range(100), 'newline')))
                self.assertEqual(0, serving.stop())

    def test_connections_beyond_the_limit_are_refused_and_counted(self):
        serving = self.serve('sources: [{name: s, syslog: {listen: "unix-stream://FOLDER/log", max_connections: 1}}]\n')
        first = self.connected(socket.SOCK_STREAM, str(self.folder / 'log'))
        first.sendall(next(framed([1], 'newline')))
        serving.wait_for(ATTEMPTS, 1)
        second = self.connected(socket.SOCK_STREAM, str(self.folder / 'log'))
        self.assertEqual(b'', second.recv(1))
        serving.wait_for(DROPPED, 1, cause='connection_limit')

    def test_standard_input(self):
        file = self.folder / 'mta_exporter.yml'
        file.write_text('sources: [{name: pipe, stdin: true}]\n')
        port = exporter.free_port()
        serving = exporter.Serving()
        serving.port = port
        with tempfile.TemporaryFile() as serving.errors, subprocess.Popen(
                [exporter.BINARY, 'serve', '--state.directory=', '--web.listen-address=127.0.0.1:%d' % port, '--config.file', file],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=serving.errors) as serving.process:
            try:
                exporter.wait_until(serving.answers, 'the exporter answers')
                for number in range(5):
                    serving.process.stdin.write(mail_lines.delivery(number).encode())
                serving.process.stdin.flush()
                serving.wait_for(ATTEMPTS, 5, source='pipe')
                serving.process.stdin.write(mail_lines.delivery(5).rstrip('\n').encode())
                serving.process.stdin.close()
                serving.wait_for(ATTEMPTS, 6, source='pipe')
                serving.wait_for('mta_exporter_source_up', 0, source='pipe')
                self.assertEqual(0, serving.stop())
            finally:
                if serving.process.poll() is None:
                    serving.process.kill()

    def test_containers_with_pieces_and_rotation(self):
        pods = self.folder / 'mail_postfix_1/postfix'
        pods.mkdir(parents=True)
        log, docker = pods / '0.log', self.folder / 'x-json.log'
        serving = self.serve('sources:\n'
                             '  - {name: pods, log: "FOLDER/*_postfix_*/*/*.log", from: beginning}\n'
                             '  - {name: docker, log: FOLDER/x-json.log, from: beginning, format: docker}\n')

        def cri(text, tag='F'):
            return '2026-11-22T10:41:23.5Z stdout %s %s\n' % (tag, text)
        lines = [mail_lines.delivery(number).rstrip('\n') for number in range(10)]
        with open(log, 'w', encoding='utf-8') as out:
            out.write(''.join(map(cri, lines[:9])) + cri(lines[9][:80], 'P'))
        serving.wait_for(ATTEMPTS, 9, source='pods')
        os.rename(log, pods / '0.log.20261122-104123')
        with open(log, 'w', encoding='utf-8') as out:
            out.write(cri(lines[9][80:]) + ''.join(map(cri, lines)))
        serving.wait_for(ATTEMPTS, 20, source='pods')
        with open(docker, 'a', encoding='utf-8') as out:
            for line in lines:
                out.write(json.dumps({'log': line[:50], 'stream': 'stdout'}) + '\n')
                out.write(json.dumps({'log': line[50:] + '\n', 'stream': 'stdout'}) + '\n')
        figures = serving.wait_for(ATTEMPTS, 10, source='docker')
        self.assertEqual(0, figures.sum('mta_exporter_log_lines_total', result='unrecognized'))
        self.assertEqual(20, figures.sum('mta_exporter_log_lines_total', source='docker'))


if __name__ == '__main__':
    exporter.main()
