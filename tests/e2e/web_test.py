#!/usr/bin/env python3
"""The web configuration file: TLS, passwords, headers; and what happens when it changes."""
import base64
import http.client
import json
import os
import socket
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path

import exporter
import mail_lines

# `htpasswd -nbBC 8 prometheus s3cret`, cost 8: cheap enough for many tries, dear enough to be measured
HASH = '$2y$08$N9qo8uLOickgx2ZMRZoMyeKjCPuEo9IKod/wNgxWpyRJs9fx9aAda'
LOGIN = 'Basic ' + base64.b64encode(b'prometheus:s3cret').decode()


def make_certificate(folder, name, issuer=None, sans='DNS:localhost,IP:127.0.0.1,IP:::1'):
    """name.crt and name.key in the folder, signed by the issuer's or by themselves."""
    sign = ['-CA', folder / (issuer + '.crt'), '-CAkey', folder / (issuer + '.key')] if issuer else []
    config = folder / 'openssl.cnf'
    config.write_text('[req]\ndistinguished_name=dn\n[dn]\n')
    request = ['openssl', 'req', '-x509', '-config', config, '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
               '-subj', '/CN=' + name, '-addext', 'subjectAltName=' + sans, '-keyout', folder / (name + '.key'), '-out', folder / (name + '.crt')]
    if not issuer:
        request += ['-addext', 'basicConstraints=critical,CA:TRUE']
    subprocess.run(request + sign, check=True, capture_output=True)


class Web(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.log = self.folder / 'mail.log'
        self.log.write_text(mail_lines.delivery(1))
        self.config = self.folder / 'web.yml'

    def serve(self, config, *flags, **how):
        self.config.write_text(config)
        return self.enterContext(exporter.Serving('--from-beginning', '--web.config.file=%s' % self.config, *flags, self.log, **how))

    def tls(self, name='server', more=''):
        make_certificate(self.folder, name)
        return 'tls_server_config: {cert_file: %s.crt, key_file: %s.key%s}\n' % (name, name, more)

    def context(self, name='server'):
        return ssl.create_default_context(cafile=self.folder / (name + '.crt'))

    def ask(self, serving, path='/metrics', login=LOGIN, context=None, host='localhost'):
        """(status, headers, body); over TLS where there is a context."""
        connect = http.client.HTTPSConnection if context else http.client.HTTPConnection
        more = {'context': context} if context else {}
        connection = connect(host, serving.port, timeout=30, **more)
        try:
            connection.request('GET', path, headers={'Authorization': login} if login else {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


class Tls(Web):

    def serve_tls(self, config):
        return self.serve(config, scheme='https', context=self.context())

    def test_https_only(self):
        serving = self.serve_tls(self.tls())
        self.assertIn(b'mta_delivery_attempts_total', self.ask(serving, context=self.context())[2])
        with self.assertRaises((OSError, http.client.HTTPException)):
            self.ask(serving)
        with self.assertRaises(ssl.SSLError):  # another authority
            self.ask(serving, context=ssl.create_default_context())

    def test_old_versions_are_refused(self):
        serving = self.serve_tls(self.tls())
        for version, good in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)):
            context = self.context()
            context.set_ciphers('ALL:@SECLEVEL=0')
            context.minimum_version = context.maximum_version = version
            with self.subTest(version=version):
                if good:
                    self.assertEqual(200, self.ask(serving, context=context)[0])
                else:  # by the server, not by this client's own library
                    with self.assertRaises(ssl.SSLError) as refused:
                        self.ask(serving, context=context)
                    self.assertEqual('TLSV1_ALERT_PROTOCOL_VERSION', refused.exception.reason)

    def test_version_bounds_and_suites(self):
        serving = self.serve_tls(self.tls(more=', min_version: TLS12, max_version: TLS12, curve_preferences: [CurveP256], '
                                               'cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]'))
        with socket.create_connection(('localhost', serving.port)) as plain, \
                self.context().wrap_socket(plain, server_hostname='localhost') as stream:
            self.assertEqual(('ECDHE-ECDSA-AES128-GCM-SHA256', 'TLSv1.2', 128), stream.cipher())

    def test_nobody_renegotiates_or_resumes(self):
        serving = self.serve_tls(self.tls())
        client = ['openssl', 's_client', '-connect', '127.0.0.1:%d' % serving.port, '-CAfile', self.folder / 'server.crt']
        done = subprocess.run([*client, '-tls1_2'], input=b'R\n', capture_output=True, timeout=60)
        self.assertIn(b'no renegotiation', done.stderr)
        for version in ('-tls1_2', '-tls1_3'):
            ask = b'GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
            done = subprocess.run([*client, version, '-ign_eof'], input=ask, capture_output=True, timeout=60)
            self.assertIn(b'\nhealthy\n', done.stdout)
            self.assertNotIn(b'session ticket', done.stdout)

    def test_http_1_1_is_chosen_of_what_a_client_speaks(self):
        serving = self.serve_tls(self.tls())
        for offered, chosen in ((['h2', 'http/1.1'], 'http/1.1'), (['h2'], None), ([], None)):
            context = self.context()
            context.set_alpn_protocols(offered)
            with socket.create_connection(('localhost', serving.port)) as plain, context.wrap_socket(plain, server_hostname='localhost') as stream:
                self.assertEqual(chosen, stream.selected_alpn_protocol())

    def test_client_certificates(self):
        make_certificate(self.folder, 'ca')
        make_certificate(self.folder, 'friend', 'ca', sans='DNS:friend.test')
        make_certificate(self.folder, 'other', 'ca', sans='DNS:other.test')
        make_certificate(self.folder, 'stranger')
        kinds = {  # who is let in: no certificate, of the CA, of nobody
            'NoClientCert': (True, True, True), 'RequestClientCert': (True, True, True), 'RequireAnyClientCert': (False, True, True),
            'VerifyClientCertIfGiven': (True, True, False), 'RequireAndVerifyClientCert': (False, True, False)}
        for kind, expected in kinds.items():
            ca = ', client_ca_file: ca.crt' if 'Verify' in kind else ''
            self.check_clients(', client_auth_type: %s%s' % (kind, ca), dict(zip((None, 'friend', 'stranger'), expected)))
        self.check_clients(', client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.crt, client_allowed_sans: [friend.test]',
                           {'friend': True, 'other': False})

    def check_clients(self, more, expected):
        config = self.tls(more=more)
        self.config.write_text(config)
        first = self.context()
        first.load_cert_chain(self.folder / 'friend.crt', self.folder / 'friend.key')
        with exporter.Serving('--web.config.file=%s' % self.config, self.log, scheme='https', context=first) as serving:
            for name, good in expected.items():
                context = self.context()
                if name:
                    context.load_cert_chain(self.folder / (name + '.crt'), self.folder / (name + '.key'))
                with self.subTest(more=more, client=name):
                    try:
                        status = self.ask(serving, context=context)[0]
                    except (ssl.SSLError, OSError):
                        status = 0
                    self.assertEqual(200 if good else 0, status)

    def test_a_renewed_certificate_is_used_without_a_restart(self):
        serving = self.serve_tls(self.tls())
        make_certificate(self.folder, 'next')
        for end in ('.key', '.crt'):
            os.replace(self.folder / ('next' + end), self.folder / ('server' + end))
        renewed = self.context()

        def uses_it():
            try:
                return self.ask(serving, context=renewed)[0] == 200
            except ssl.SSLError:
                return False
        exporter.wait_until(uses_it, 'the new certificate is used')

    def test_a_wrong_file_leaves_the_old_one_in_force(self):
        serving = self.serve_tls(self.tls())
        (self.folder / 'server.crt').write_text('no certificate')
        exporter.wait_until(lambda: 'stays in force' in serving.logged(), 'it is logged')
        self.assertIn('server.crt', serving.logged())
        serving.wait_for('mta_exporter_config_last_reload_successful', 0)
        self.assertIn(b'the web configuration is wrong', serving.get('/')[2])
        self.assertIn('server.crt', json.loads(serving.get('/api/v1/status')[2])['warnings'][0])
        make_certificate(self.folder, 'next')
        os.replace(self.folder / 'next.key', self.folder / 'server.key')
        os.replace(self.folder / 'next.crt', self.folder / 'server.crt')
        serving.context = self.context()
        exporter.wait_until(lambda: 'was read again' in serving.logged(), 'the mended one is in force')
        self.assertEqual(1, serving.scrape().sum('mta_exporter_config_last_reload_successful'))
        self.assertEqual([], json.loads(serving.get('/api/v1/status')[2])['warnings'])


class Passwords(Web):

    USERS = 'basic_auth_users: {prometheus: "%s"}\n' % HASH

    def test_every_page_asks(self):
        serving = self.serve(self.USERS, login=LOGIN)
        for path in ('/', '/metrics', '/-/healthy', '/-/ready', '/nothing', '/%2e'):
            status, headers, _ = self.ask(serving, path, login=None)
            self.assertEqual(401, status, path)
            self.assertEqual('Basic realm="mta_exporter"', headers['WWW-Authenticate'])
        self.assertEqual(200, self.ask(serving)[0])
        for wrong in (b'prometheus:S3cret', b'prometheus:', b'nobody:s3cret', b':s3cret'):
            self.assertEqual(401, self.ask(serving, login='Basic ' + base64.b64encode(wrong).decode())[0], wrong)

    def test_no_way_around_by_the_inner_port(self):
        serving = self.serve(self.USERS, login=LOGIN)
        inner = [port for port in listening_ports(serving.process.pid) if port != serving.port]
        self.assertEqual(1, len(inner))
        for headers in ({}, {'X-Mta-Exporter-Secret': ''}, {'X-Mta-Exporter-Secret': '0' * 48}, {'Authorization': LOGIN}):
            connection = http.client.HTTPConnection('127.0.0.1', inner[0], timeout=30)
            connection.request('GET', '/metrics', headers=headers)
            answer = connection.getresponse()
            self.assertEqual(403, answer.status)
            self.assertNotIn(b'mta_delivery', answer.read())
            connection.close()

    def test_failures_are_limited_and_the_right_one_goes_on(self):
        serving = self.serve(self.USERS, login=LOGIN)
        wrong = 'Basic ' + base64.b64encode(b'prometheus:guess').decode()
        answers = [self.ask(serving, login=wrong)[0] for _ in range(30)]
        self.assertEqual([401] * 10, answers[:10])
        self.assertGreaterEqual(answers.count(429), 15)
        self.assertEqual(200, self.ask(serving)[0])

    def test_a_name_cannot_be_told_by_what_it_costs(self):
        """CPU of a verdict: one bcrypt of cost 8, for a wrong password as for an unknown name.  Wall time would measure the machine."""
        least = {}
        for name in (b'prometheus', b'nobody'):
            serving = self.serve(self.USERS, login=LOGIN)
            costs = []
            for i in range(9):
                before = exporter.cpu_seconds(serving.process.pid)
                self.assertEqual(401, self.ask(serving, login='Basic ' + base64.b64encode(name + b':%d' % i).decode())[0])
                costs.append(exporter.cpu_seconds(serving.process.pid) - before)
            least[name] = min(costs)
        self.assertGreater(min(least.values()), 0.004)
        self.assertLess(max(least.values()), 1.3 * min(least.values()), least)

    def test_headers(self):
        serving = self.serve('http_server_config: {http2: false, headers: {X-Frame-Options: deny, Strict-Transport-Security: max-age=31536000}}\n')
        for path in ('/metrics', '/nothing', '/%2e'):
            headers = self.ask(serving, path, login=None)[1]
            self.assertEqual(('deny', 'max-age=31536000'), (headers['X-Frame-Options'], headers['Strict-Transport-Security']))

    def test_users_are_read_again(self):
        serving = self.serve(self.USERS, login=LOGIN)
        self.config.write_text('# nobody is asked\n')
        exporter.wait_until(lambda: self.ask(serving, login=None)[0] == 200, 'nobody is asked')


class Wrong(Web):

    def test_errors_name_the_place(self):
        make_certificate(self.folder, 'server')
        make_certificate(self.folder, 'other')
        good = 'cert_file: server.crt, key_file: server.key'
        for text, says in (
                ('tls_server_config: {cert_file: server.crt}\n', 'web.yml:1:20: tls_server_config: needs key_file'),
                ('a: 1\n', 'web.yml:1:1: a: '), ('basic_auth_users: {x: plain}\n', 'bcrypt'),
                ('tls_server_config: {%s, min_version: TLS11}\n' % good, 'TLS 1.0 and 1.1 are broken'),
                ('tls_server_config: {%s, client_auth_type: Always}\n' % good, 'client_auth_type'),
                ('tls_server_config: {%s, client_auth_type: RequireAndVerifyClientCert}\n' % good, 'needs client_ca_file'),
                ('tls_server_config: {%s, cipher_suites: [NONE]}\n' % good, 'cipher_suites: NONE'),
                ('tls_server_config: {cert_file: none.crt, key_file: server.key}\n', 'none.crt'),
                ('tls_server_config: {cert_file: server.crt, key_file: other.key}\n', 'key_file'),
                ('http_server_config: {headers: {X-Other: y}}\n', 'X-Other'), ('a: [\n', 'not YAML')):
            with self.subTest(text=text):
                self.config.write_text(text)
                done = exporter.run('serve', '--web.listen-address=127.0.0.1:0', '--web.config.file=%s' % self.config, self.log)
                self.assertEqual(1, done.returncode)
                self.assertIn(says, done.stderr.decode())
                self.assertIn('web.yml', done.stderr.decode())
    def complaint(self, *files):
        """What it says of these as cert_file, key_file and client_ca_file."""
        keys = ('cert_file', 'key_file', 'client_ca_file')
        text = ''.join(', %s: %s' % pair for pair in zip(keys, files))
        more = ', client_auth_type: RequireAndVerifyClientCert' if len(files) > 2 else ''
        self.config.write_text('tls_server_config: {%s%s}\n' % (text[2:], more))
        done = exporter.run('serve', '--web.listen-address=127.0.0.1:0', '--web.config.file=%s' % self.config, self.log)
        self.assertEqual(1, done.returncode)
        return done.stderr.decode()

    def test_what_is_wrong_with_a_certificate_or_key_is_said(self):
        make_certificate(self.folder, 'server')
        make_certificate(self.folder, 'other')
        subprocess.run(['openssl', 'ec', '-aes128', '-passout', 'pass:secret', '-in', self.folder / 'server.key', '-out', self.folder / 'locked.key'],
                       check=True, capture_output=True)
        subprocess.run(['openssl', 'genrsa', '-out', self.folder / 'rsa.key', '2048'], check=True, capture_output=True)
        (self.folder / 'folder').mkdir()
        (self.folder / 'text').write_text('no certificate\n')
        for files, says in ((('none.crt', 'server.key'), 'cert_file: cannot open %s/none.crt: No such file' % self.folder),
                            (('folder', 'server.key'), 'cert_file: cannot read %s/folder: Is a directory' % self.folder),
                            (('text', 'server.key'), 'cert_file: %s/text holds no usable certificate in PEM form' % self.folder),
                            (('server.key', 'server.crt'), 'cert_file: %s/server.key holds no usable certificate in PEM form' % self.folder),
                            (('server.crt', 'none.key'), 'key_file: cannot open %s/none.key: No such file' % self.folder),
                            (('server.crt', 'server.crt'), 'key_file: %s/server.crt holds no usable private key in PEM form' % self.folder),
                            (('server.crt', 'other.key'), 'key_file: %s/other.key is not the key of cert_file' % self.folder),
                            (('server.crt', 'rsa.key'), 'key_file: %s/rsa.key is not the key of cert_file' % self.folder),
                            (('server.crt', 'locked.key'), 'key_file: %s/locked.key asks for a passphrase' % self.folder),
                            (('server.crt', 'server.key', 'none.crt'), 'client_ca_file: cannot open %s/none.crt' % self.folder),
                            (('server.crt', 'server.key', 'text'), 'client_ca_file: %s/text holds no usable certificate' % self.folder)):
            with self.subTest(files=files):
                self.assertIn('web.yml: tls_server_config.' + says, self.complaint(*files))

    @unittest.skipIf(os.geteuid() == 0 and not os.path.exists('/usr/bin/setpriv'), 'root may read all')
    def test_who_may_read_a_key_is_said(self):
        make_certificate(self.folder, 'server')
        self.folder.chmod(0o755)
        self.config.write_text('tls_server_config: {cert_file: server.crt, key_file: server.key}\n')
        (self.folder / 'server.key').chmod(0)
        command = [exporter.BINARY, 'serve', '--state.directory=', '--web.listen-address=127.0.0.1:0', '--web.config.file=%s' % self.config, self.log]
        if os.geteuid() == 0:
            command = ['setpriv', '--reuid=nobody', '--clear-groups', '--', *command]
        done = subprocess.run(command, stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stderr.decode(), r'tls_server_config.key_file: %s/server.key: permission denied \(\S+:\S+ 0000\): no group may '
                         r'read it: setfacl -m u:\w+:r %s/server.key\n' % (self.folder, self.folder))

    def test_a_file_that_is_not_there(self):
        done = exporter.run('serve', '--web.listen-address=127.0.0.1:0', '--web.config.file=/nonexistent.yml', self.log)
        self.assertEqual((1, True), (done.returncode, b'/nonexistent.yml' in done.stderr))


class Sockets(Web):

    def test_ipv4_and_ipv6(self):
        with exporter.Serving('--from-beginning', self.log, listen='[::]') as serving:
            for host in ('127.0.0.1', '::1'):
                self.assertEqual(200, self.ask(serving, host=host)[0])

    def test_sockets_of_systemd(self):
        with socket.socket(socket.AF_INET) as one, socket.socket(socket.AF_UNIX) as two:
            one.bind(('127.0.0.1', 0))
            two.bind(str(self.folder / 'socket'))
            for passed in (one, two):
                passed.listen()
            serving = self.enterContext(exporter.Serving(self.log, sockets=(one, two)))
            for passed, kind in ((one.getsockname(), socket.AF_INET), (two.getsockname(), socket.AF_UNIX)):
                with socket.socket(kind) as client:
                    client.settimeout(30)
                    client.connect(passed)
                    client.sendall(b'GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
                    self.assertTrue(client.makefile('rb').read().startswith(b'HTTP/1.1 200'))
            self.assertEqual(0, serving.stop())

    def test_systemd_that_passes_nothing(self):
        done = exporter.run('serve', '--web.systemd-socket', self.log)
        self.assertEqual((1, True), (done.returncode, b'systemd has passed no socket' in done.stderr))


def listening_ports(pid):
    """TCP ports on which the process listens."""
    inodes = set()
    for fd in Path('/proc/%d/fd' % pid).iterdir():
        target = os.readlink(fd)
        if target.startswith('socket:['):
            inodes.add(target[8:-1])
    ports = set()
    for table in ('tcp', 'tcp6'):
        for line in Path('/proc/net/' + table).read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == '0A' and words[9] in inodes:
                ports.add(int(words[1].rpartition(':')[2], 16))
    return ports


if __name__ == '__main__':
    exporter.main()
