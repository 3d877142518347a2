#!/usr/bin/env python3
"""deploy/quickstart.sh as a newcomer runs it: pages that move, and nothing left after Ctrl-C."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import unittest
import urllib.request
from pathlib import Path

import exporter
import prometheus

SCRIPT = exporter.ROOT / 'deploy/quickstart.sh'
# Takes the flags that quickstart gives, and answers where the configuration says.
GRAFANA = '''#!/usr/bin/env python3
import configparser, http.server, shutil, sys
flags = dict(zip(sys.argv[1::2], sys.argv[2::2]))
config = configparser.ConfigParser()
config.read(flags['--config'])
shutil.copytree(config['paths']['provisioning'], '%s')

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer((config['server']['http_addr'], int(config['server']['http_port'])), Page).serve_forever()
'''


def processes_naming(text):
    """Command lines of all running processes that name `text`."""
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/cmdline' % pid, 'rb') as file:
                command = file.read().replace(b'\0', b' ').decode(errors='replace')
        except OSError:
            continue
        if text in command:
            found.append(command)
    return found


class QuickStart(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        prometheus.prefix()  # or skip all

    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.env = dict(os.environ, TMPDIR=self.folder)

    def check_nothing_is_left(self):
        self.assertEqual([], processes_naming(self.folder))
        self.assertEqual([], os.listdir(self.folder))

    def test_check_sees_the_counters_rise(self):
        done = subprocess.run([SCRIPT, '--check'], env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=240)
        self.assertEqual(0, done.returncode, done.stdout.decode())
        self.assertIn(b'rise', done.stdout)
        self.check_nothing_is_left()

    def stand_in_for_grafana(self):
        """An environment in which a grafana-server is installed, and the folder it keeps its provisioning in."""
        program, kept = Path(self.folder) / 'bin/grafana-server', Path(self.folder) / 'kept'
        program.parent.mkdir()
        program.write_text(GRAFANA % kept)
        program.chmod(0o755)
        return dict(self.env, PATH='%s:%s' % (program.parent, self.env['PATH'])), kept

    def check_provisioning(self, kept, said):
        (source,) = re.findall(r"url: '(.*)', isDefault: true", (kept / 'datasources/prometheus.yml').read_text())
        self.assertIn(source, said)
        (dashboards,) = re.findall(r"path: '(.*)'", (kept / 'dashboards/mta.yml').read_text())
        self.assertEqual(5, len(list(Path(dashboards).glob('*.json'))))
        shutil.rmtree(kept)
        shutil.rmtree(kept.parent / 'bin')

    def test_ctrl_c_ends_all_of_it(self):
        env, kept = self.stand_in_for_grafana()
        process = subprocess.Popen([SCRIPT, '--replay'], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, start_new_session=True)
        guard = threading.Timer(240, process.kill)
        guard.start()
        try:
            said = ''
            for line in process.stdout:
                said += line
                if 'Ctrl-C ends all of it' in line:
                    break
            addresses = re.findall(r'http://127\.0\.0\.1:\d+/\S*', said)
            self.assertGreaterEqual(len(addresses), 9, said)
            self.assertTrue(any(address.endswith('/d/mta-overview') for address in addresses), said)
            for address in addresses:
                with urllib.request.urlopen(address, timeout=60) as answer:
                    self.assertEqual(200, answer.status, address)
            self.assertTrue(processes_naming(self.folder))
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does
            said += process.stdout.read()
            self.assertEqual(0, process.wait(), said)
        finally:
            guard.cancel()
            if process.poll() is None:
                process.terminate()
                process.wait()
            process.stdout.close()
        self.check_provisioning(kept, said)
        self.check_nothing_is_left()
        for address in addresses:
            with self.assertRaises(OSError):
                urllib.request.urlopen(address, timeout=5)

    def test_wrong_usage(self):
        done = subprocess.run([SCRIPT, '--nonsense'], capture_output=True, timeout=60)
        self.assertEqual((2, b''), (done.returncode, done.stdout))


if __name__ == '__main__':
    exporter.main()
