"""A real Prometheus on a free loopback port, and promtool: Debian's, as installed or unpacked privately."""
import functools
import json
import os
import subprocess
import tempfile
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

import exporter

CONFIG = '''global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: mta
    static_configs:
      - targets: ['127.0.0.1:%d']
'''


@functools.cache
def prefix():
    """The folder with bin/prometheus and bin/promtool; SkipTest where the package cannot be had."""
    script = '. "$1" && prometheus_prefix'
    done = subprocess.run(['bash', '-euo', 'pipefail', '-c', script, 'bash', exporter.ROOT / 'deploy/lib/packages.sh'],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise unittest.SkipTest('no prometheus here, and its package cannot be fetched: ' + done.stderr.strip()[-200:])
    return Path(done.stdout.split()[-1])


def use():
    """Puts promtool and prometheus first in the PATH; SkipTest as prefix()."""
    folder = str(prefix() / 'bin')
    if not os.environ['PATH'].startswith(folder + ':'):
        os.environ['PATH'] = folder + ':' + os.environ['PATH']


class Server:
    """Prometheus on a free port with a configuration, from start to the end of the with block; its data goes with it,
    unless it stands in a folder of the caller's."""

    def __init__(self, config, *flags, data=None):
        self.config, self.flags, self.data = config, flags, data
        self.port = exporter.free_port()
        self.folder = self.process = None

    def __enter__(self):
        binary = prefix() / 'bin/prometheus'
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        (folder / 'prometheus.yml').write_text(self.config)
        with open(folder / 'log', 'wb') as log:
            self.process = subprocess.Popen(
                [binary, '--config.file=%s' % (folder / 'prometheus.yml'), '--storage.tsdb.path=%s' % (self.data or folder / 'data'),
                 '--web.listen-address=127.0.0.1:%d' % self.port, '--web.local-assets=%s' % (prefix() / 'share/prometheus/web'), *self.flags],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder)
        try:
            exporter.wait_until(self.is_ready, 'Prometheus is ready')
        except BaseException:
            print((folder / 'log').read_text())
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.kill()  # its data goes with it
        self.process.wait()
        self.folder.cleanup()

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError('Prometheus ended with %d' % self.process.returncode)
        try:
            with urllib.request.urlopen('http://127.0.0.1:%d/-/ready' % self.port, timeout=10) as answer:
                return answer.status == 200
        except OSError:
            return False

    def get(self, path, **parameters):
        """The data of an API call."""
        address = 'http://127.0.0.1:%d/api/v1/%s?%s' % (self.port, path, urllib.parse.urlencode(parameters))
        with urllib.request.urlopen(address, timeout=60) as answer:
            return json.load(answer)['data']

    def query(self, expression):
        """[(labels, value)] of an instant query; of a range selector, value is [(time, value)]."""
        data = self.get('query', query=expression)
        if data['resultType'] == 'matrix':
            return [(series['metric'], [(t, float(v)) for t, v in series['values']]) for series in data['result']]
        return [(series['metric'], float(series['value'][1])) for series in data['result']]

    def value(self, expression):
        """The value of a query that gives one series; None where it gives none."""
        result = self.query(expression)
        if len(result) > 1:
            raise AssertionError('%s gives %d series' % (expression, len(result)))
        return result[0][1] if result else None

    def wait_for(self, expression, value):
        exporter.wait_until(lambda: self.value(expression) == value, 'Prometheus has %s = %g' % (expression, value))


class Prometheus(Server):
    """Scrapes 127.0.0.1:`target_port` every second."""

    def __init__(self, target_port):
        super().__init__(CONFIG % target_port)
