#!/usr/bin/env python3
"""A reload that needs more than the sandbox allows: the process begins anew by itself, and nobody who sends or asks sees it."""
import os
import signal
import socket
import tempfile
import threading
import unittest
from pathlib import Path

import exporter
import mail_lines
import web_test

ATTEMPTS = 'mta_delivery_attempts_total'
TURNS = 10
RELOADED = 'mta_exporter_config_last_reload_successful'


class Writer(threading.Thread):
    """Writes deliveries, one at a time, until it is told to end; .number of them in all."""

    def __init__(self, write):
        super().__init__()
        self.write, self.number, self.done = write, 0, threading.Event()

    def run(self):
        while not self.done.wait(0.002):
            self.write(mail_lines.delivery(self.number).encode())
            self.number += 1

    def end(self):
        self.done.set()
        self.join()
        return self.number


class BeginAnew(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.elsewhere = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.file = self.folder / 'mta_exporter.yml'
        self.log = self.folder / 'a.log'
        self.log.touch()
        self.written = 0
        self.sources = ['name: a, log: FOLDER/a.log, from: beginning']
        self.settings = ''  # lines of the configuration besides its sources

    def configure(self, *more):
        self.sources += more
        text = self.settings + 'sources:\n' + ''.join('  - {%s}\n' % source for source in self.sources)
        self.file.write_text(text.replace('FOLDER', str(self.folder)).replace('ELSEWHERE', str(self.elsewhere)))

    def serve(self, *flags, **options):
        options.setdefault('state', self.folder / 'state')
        serving = self.enterContext(exporter.Serving('--config.file', self.file, '--web.enable-lifecycle', *flags, **options))
        if 'landlock=on' not in serving.logged():
            self.skipTest('no Landlock here, so nothing is out of reach')
        return serving

    def write(self, count, path=None):
        """Deliveries, each another one."""
        with open(path or self.log, 'a', encoding='utf-8') as out:
            out.write(''.join(map(mail_lines.delivery, range(self.written, self.written + count))))
        self.written += count

    def starts(self, serving):
        return serving.logged().count('mta_exporter has started')

    def begins_anew(self, serving, ask):
        before = self.starts(serving)
        ask()
        exporter.wait_until(lambda: self.starts(serving) > before and serving.answers(), 'it begins anew')
        self.assertIsNone(serving.process.poll())  # the same process all along

    def hang_up(self, serving):
        return lambda: os.kill(serving.process.pid, signal.SIGHUP)

    def post(self, serving):
        return lambda: self.assertEqual(200, serving.get('/-/reload', method='POST')[0])

    def test_a_log_elsewhere(self):
        self.configure()
        self.write(3)
        serving = self.serve()
        serving.wait_for(ATTEMPTS, 3)
        for name, ask in (('b', self.hang_up(serving)), ('c', self.post(serving))):
            (self.elsewhere / name).mkdir()
            self.write(4, self.elsewhere / name / (name + '.log'))
            self.configure('name: %s, log: ELSEWHERE/%s/%s.log, from: beginning' % (name, name, name))
            self.write(5)
            self.begins_anew(serving, ask)
            self.write(5)
            serving.wait_for(ATTEMPTS, 4, source=name)
        figures = serving.wait_for(ATTEMPTS, 23, source='a')
        self.assertEqual(23, figures.sum('mta_exporter_log_lines_total', source='a'))
        self.assertEqual(0, serving.stop())

    def test_sockets_of_systemd_stay(self):
        self.configure()
        with socket.create_server(('127.0.0.1', 0)) as passed:
            serving = self.serve(sockets=(passed,))
            for name in 'bc':
                (self.elsewhere / name).mkdir()
                self.configure('name: %s, log: ELSEWHERE/%s/mail.log, from: beginning' % (name, name))
                self.begins_anew(serving, self.hang_up(serving))
                self.write(4, self.elsewhere / name / 'mail.log')
                serving.wait_for(ATTEMPTS, 4, source=name)
            self.assertEqual(0, serving.stop())

    def test_what_is_read_for_a_reload_may_lie_outside_of_the_sandbox(self):
        port = exporter.free_port()
        self.settings = 'web: {listen_addresses: ["localhost:%d"]}\n' % port  # looked up in /etc
        self.configure()
        serving = self.serve(listen=None, port=port)
        self.post(serving)()
        self.hang_up(serving)()
        exporter.wait_until(lambda: serving.logged().count('is reloaded') == 2, 'both are answered')

    def test_a_unix_socket_elsewhere(self):
        self.configure('name: s, syslog: {listen: "unix://ELSEWHERE/log"}')
        serving = self.serve()
        self.configure('name: t, syslog: {listen: "unix-stream://ELSEWHERE/stream"}')
        self.begins_anew(serving, self.hang_up(serving))
        self.sources[-1] = self.sources[-1].replace('}', ', mode: "0600"}')
        self.configure()
        self.begins_anew(serving, self.post(serving))
        self.assertEqual(0o600, (self.elsewhere / 'stream').stat().st_mode & 0o777)
        with socket.socket(socket.AF_UNIX) as sender:
            sender.connect(str(self.elsewhere / 'stream'))
            sender.sendall(mail_lines.delivery(1).encode())
            serving.wait_for(ATTEMPTS, 1, source='t')

    def test_certificates_elsewhere(self):
        self.configure()
        web = self.folder / 'web.yml'
        web.write_text('{}\n')
        serving = self.serve('--web.config.file=%s' % web)
        web_test.make_certificate(self.elsewhere, 'server')
        web.write_text('tls_server_config: {cert_file: %s/server.crt, key_file: %s/server.key}\n' % (self.elsewhere, self.elsewhere))
        context = web_test.ssl.create_default_context(cafile=self.elsewhere / 'server.crt')
        os.kill(serving.process.pid, signal.SIGHUP)
        serving.scheme, serving.context = 'https', context

        def speaks_tls():
            try:
                return serving.answers()
            except web_test.ssl.SSLError:
                return False
        exporter.wait_until(speaks_tls, 'it speaks TLS')
        self.assertEqual(1, serving.scrape().sum(RELOADED))

    def goes_on_as_it_is(self, serving, words):
        """What a program that starts now would stumble over, `words`, holds up the reload and nothing else."""
        os.kill(serving.process.pid, signal.SIGHUP)
        exporter.wait_until(lambda: 'not reloaded' in serving.logged(), 'it says so')
        self.write(3)
        serving.wait_for(ATTEMPTS, 3, source='a')
        self.assertEqual(0, serving.scrape().sum(RELOADED))
        self.assertIn(words, serving.get('/')[2].decode())
        status, _, body = serving.get('/-/reload', method='POST')
        self.assertEqual((500, True), (status, words in body.decode()), body)
        self.assertEqual(1, self.starts(serving))

    def test_with_a_web_configuration_that_is_wrong_it_goes_on_as_it_is(self):
        self.configure()
        web = self.folder / 'web.yml'
        web.write_text('{}\n')
        serving = self.serve('--web.config.file=%s' % web)
        web.write_text('tls_server_config: {}\n')
        self.configure('name: b, log: ELSEWHERE/b.log')
        self.goes_on_as_it_is(serving, 'tls_server_config')
        web.write_text('{}\n')
        self.begins_anew(serving, self.hang_up(serving))
        serving.wait_for(RELOADED, 1)

    def test_with_an_address_that_is_taken_it_goes_on_as_it_is(self):
        port = exporter.free_port()
        self.settings = 'web: {listen_addresses: ["127.0.0.1:%d"]}\n' % port
        self.configure()
        serving = self.serve(listen=None, port=port)
        with socket.create_server(('127.0.0.1', 0)) as other:
            taken = '127.0.0.1:%d' % other.getsockname()[1]
            self.settings = 'web: {listen_addresses: ["127.0.0.1:%d", "%s"]}\n' % (port, taken)
            self.configure('name: b, log: ELSEWHERE/b.log')
            self.goes_on_as_it_is(serving, 'web.listen_addresses: cannot listen on %s: another process' % taken)
        self.begins_anew(serving, self.hang_up(serving))
        socket.create_connection(('127.0.0.1', int(taken.split(':')[1]))).close()

    def test_it_listens_wider_where_it_listens_already(self):
        port = exporter.free_port()
        self.settings = 'web: {listen_addresses: ["127.0.0.1:%d"]}\n' % port
        self.configure()
        serving = self.serve(listen=None, port=port)
        self.settings = 'web: {listen_addresses: [":%d"]}\n' % port
        self.configure('name: b, log: ELSEWHERE/b.log')
        self.begins_anew(serving, self.hang_up(serving))
        self.assertIn('url=http://[::]:%d/' % port, serving.logged())

    def test_with_a_state_directory_that_cannot_be_it_goes_on_as_it_is(self):
        self.settings = 'state: {directory: %s/state}\n' % self.folder
        self.configure()
        serving = self.serve(state=None)
        self.settings = 'state: {directory: %s/a.log}\n' % self.folder
        self.configure('name: b, log: ELSEWHERE/b.log')
        self.goes_on_as_it_is(serving, 'state.directory: cannot make the directory %s' % self.log)
        self.settings = 'state: {directory: %s/other}\n' % self.elsewhere
        self.configure()
        self.begins_anew(serving, self.hang_up(serving))
        serving.wait_for(ATTEMPTS, 3, source='a')

    def test_a_symbolic_link_that_is_turned_to_elsewhere(self):
        real = self.folder / 'one'
        real.mkdir()
        self.log.unlink()
        self.log.symlink_to(real / 'mail.log')
        self.write(3, real / 'mail.log')
        self.configure()
        serving = self.serve()
        serving.wait_for(ATTEMPTS, 3)
        self.write(4, self.elsewhere / 'mail.log')

        def turn():
            os.symlink(self.elsewhere / 'mail.log', self.folder / 'next')
            os.replace(self.folder / 'next', self.log)
        self.begins_anew(serving, turn)
        figures = serving.wait_for(ATTEMPTS, 7)
        self.assertEqual(1, figures.sum('mta_exporter_source_up'))
        self.assertIn('outside of the sandbox now', serving.logged())

    def writing(self, write):
        writer = Writer(write)
        writer.start()
        self.addCleanup(writer.end)
        return writer

    def connected(self, family, kind, address):
        sender = self.enterContext(socket.socket(family, kind))
        sender.connect(address)
        return sender

    def begin_anew_under_load(self, **options):
        """Lines come by all ways, and scrapes, while the process begins anew again and again: none is lost, none counts twice."""
        tcp, udp = exporter.free_port(), exporter.free_port()
        self.configure('name: tcp, syslog: {listen: "tcp://127.0.0.1:%d"}' % tcp, 'name: udp, syslog: {listen: "udp://127.0.0.1:%d"}' % udp,
                       'name: stream, syslog: {listen: "unix-stream://FOLDER/stream"}', 'name: datagram, syslog: {listen: "unix://FOLDER/datagram"}',
                       'name: pipe, stdin: true')
        read, pipe = os.pipe()
        self.addCleanup(os.close, pipe)
        serving = self.serve(stdin=read, **options)
        os.close(read)
        senders = {'tcp': self.connected(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', tcp)),
                   'udp': self.connected(socket.AF_INET, socket.SOCK_DGRAM, ('127.0.0.1', udp)),
                   'stream': self.connected(socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / 'stream')),
                   'datagram': self.connected(socket.AF_UNIX, socket.SOCK_DGRAM, str(self.folder / 'datagram'))}
        log = self.enterContext(open(self.log, 'ab', buffering=0))
        writers = {name: self.writing(sender.sendall) for name, sender in senders.items()}
        writers.update(a=self.writing(log.write), pipe=self.writing(lambda data: os.write(pipe, data)))
        asked, refused = [], []

        def ask(_):
            try:
                asked.append(serving.get('/metrics')[0])
            except OSError as error:
                refused.append(error)
        scraper = self.writing(ask)
        for number in range(TURNS):
            self.configure('name: more%d, log: ELSEWHERE/%d/mail.log' % (number, number))
            (self.elsewhere / str(number)).mkdir()
            self.begins_anew(serving, self.hang_up(serving))
        scraper.end()
        for name, writer in writers.items():
            serving.wait_for(ATTEMPTS, writer.end(), source=name)
        figures = serving.scrape()
        for name, writer in writers.items():
            self.assertEqual(writer.number, figures.sum('mta_exporter_log_lines_total', source=name), name)
            self.assertEqual(0, figures.sum('mta_exporter_input_dropped_total', source=name), name)
        self.assertEqual(([], {200}), (refused, set(asked)))
        print('    %d replacements, %d lines, %d scrapes' % (TURNS, sum(writer.number for writer in writers.values()), len(asked)))

    def test_under_load_nothing_is_lost(self):
        self.begin_anew_under_load()

    def test_under_load_nothing_is_lost_where_no_state_is_kept(self):
        self.begin_anew_under_load(state='')

    def test_a_message_that_is_half_sent(self):
        port = exporter.free_port()
        self.configure('name: tcp, syslog: {listen: "tcp://127.0.0.1:%d"}' % port)
        serving = self.serve()
        message = mail_lines.delivery(1).rstrip('\n').encode()
        for number, framed in enumerate((message + b'\n', b'%d %s' % (len(message), message))):
            for at in (1, 2, 5, 100):
                sender = self.connected(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', port))
                sender.sendall(message + b'\n' + framed[:at])
                done = 8 * number + 2 * (1, 2, 5, 100).index(at)
                serving.wait_for(ATTEMPTS, done + 1)
                (self.elsewhere / str(done)).mkdir()
                self.configure('name: more%d, log: ELSEWHERE/%d/mail.log' % (done, done))
                self.begins_anew(serving, self.hang_up(serving))
                sender.sendall(framed[at:])
                serving.wait_for(ATTEMPTS, done + 2)

    def test_a_listener_that_is_taken_out_leaves_no_file(self):
        self.configure()
        kept = list(self.sources)
        self.configure('name: s, syslog: {listen: "unix-stream://FOLDER/stream"}')
        serving = self.serve()
        self.connected(socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / 'stream'))
        self.sources = kept
        self.configure('name: b, log: ELSEWHERE/b.log')
        self.begins_anew(serving, self.hang_up(serving))
        self.assertFalse((self.folder / 'stream').exists())


if __name__ == '__main__':
    exporter.main()
