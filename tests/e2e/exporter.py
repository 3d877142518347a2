"""The exporter under test: the binary that MTA_EXPORTER names, scanning and serving.

Nothing here sleeps for correctness: every wait asks again until an answer comes or a deadline passes.
"""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from exposition import Exposition

BINARY = os.environ.get('MTA_EXPORTER', '')
ROOT = Path(__file__).resolve().parents[2]
SKIPPED = 77  # ctest's SKIP_RETURN_CODE
# A sanitizer build on a busy machine is slow; a test that needs this long has hung.
DEADLINE_SECONDS = 60


def samples(mta='*'):
    """(mta, log, expected file) of every recorded log that has expected figures."""
    for expected in sorted(ROOT.glob('collectors/%s/samples/**/*.expected.json' % mta)):
        log = expected.with_name(expected.name[:-len('.expected.json')])
        if not log.exists():
            log = log.with_name(log.name + '.log')
        yield expected.relative_to(ROOT).parts[1], log, expected


def run(*arguments, **options):
    """The exporter run to its end, with its output as bytes.  `serve` keeps no state unless it is told where."""
    arguments = [str(a) for a in arguments]
    if arguments[:1] == ['serve'] and not any(a.startswith('--state.directory') for a in arguments):
        arguments.append('--state.directory=')
    options.setdefault('stdin', None if 'input' in options else subprocess.DEVNULL)
    if options['stdin'] is None:
        del options['stdin']
    options.setdefault('stdout', subprocess.PIPE)
    return subprocess.run([BINARY, *arguments], stderr=subprocess.PIPE, timeout=2 * DEADLINE_SECONDS, **options)


def cpu_seconds(pid):
    """Of all threads, to the nanosecond; those that have ended are missing."""
    return sum(int(f.read_text().split()[0]) for f in Path('/proc/%d/task' % pid).glob('*/schedstat')) / 1e9


def scan(*operands, mta='auto', **options):
    """The Exposition of `scan`, which must succeed silently."""
    done = run('scan', '--mta=' + mta, *operands, **options)
    if done.returncode or done.stderr:
        raise AssertionError('scan %s: status %d: %s' % (operands, done.returncode, done.stderr.decode(errors='replace')))
    return Exposition(done.stdout.decode())


def wait_until(condition, what):
    """The first true value of condition(); fails after the deadline, saying `what` did not happen."""
    end = time.monotonic() + DEADLINE_SECONDS
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError('did not happen in %d s: %s' % (DEADLINE_SECONDS, what))
        time.sleep(0.02)


def free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


def activated(sockets, command):
    """The command with the sockets as systemd passes them."""
    script = ('import os, sys\n'
              'count = int(sys.argv[1])\n'
              'for i, fd in enumerate(map(int, sys.argv[2:2 + count])):\n    os.dup2(fd, 53 + i)\n'
              'for i in range(count):\n    os.dup2(53 + i, 3 + i)\n    os.close(53 + i)\n'
              'os.environ.update(LISTEN_FDS=str(count), LISTEN_PID=str(os.getpid()))\n'
              'os.execv(sys.argv[2 + count], sys.argv[2 + count:])')
    return ['python3', '-c', script, str(len(sockets)), *[str(s.fileno()) for s in sockets], *map(str, command)]


class Serving:
    """`serve` on a free loopback port, from start to SIGTERM.

        with Serving(log, '--from-beginning') as exporter:
            exporter.scrape().sum('mta_delivery_attempts_total')

    It keeps no state, unless there is a state= directory; with None the configuration says where.  With listen=None
    the configuration says where it listens, on the port= that is given; with sockets= systemd does.
    """

    def __init__(self, *arguments, state='', env=None, listen='127.0.0.1', scheme='http', context=None, login=None, port=0,
                 path='/metrics', stdin=subprocess.DEVNULL, sockets=(), confined_by=None):
        self.arguments = ['--state.directory=%s' % state] if state is not None else []
        self.arguments += map(str, arguments)
        self.env = dict(os.environ, **(env or {}))
        self.process = self.errors = None
        self.listen, self.scheme, self.context = listen, scheme, context
        self.headers = {'Authorization': login} if login else {}  # of every request
        self.port, self.path, self.stdin, self.sockets = port, path, stdin, sockets
        self.confined_by = confined_by  # called in the process before it becomes the exporter

    def start(self):
        """Starts it, and does not wait until it answers."""
        self.errors = self.errors or tempfile.TemporaryFile()
        arguments = self.arguments
        if self.sockets:
            self.port = self.sockets[0].getsockname()[1]
            arguments = ['--web.systemd-socket', *arguments]
        elif self.listen is not None:
            self.port = free_port()  # taken by another before we use it: then the exporter says so and the test fails
            arguments = ['--web.listen-address=%s:%d' % (self.listen, self.port), *arguments]
        command = [BINARY, 'serve', *arguments]
        self.process = subprocess.Popen(
            activated(self.sockets, command) if self.sockets else command, pass_fds=[s.fileno() for s in self.sockets],
            stdin=self.stdin, stdout=subprocess.DEVNULL, stderr=self.errors, env=self.env, preexec_fn=self.confined_by)

    def kill(self):
        """SIGKILL, and what comes after it is another process."""
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        self.start()
        try:
            wait_until(self.answers, 'the exporter answers')
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            self.kill()
        if kind:
            print('--- what the exporter logged last\n' + '\n'.join(self.logged().splitlines()[-50:]), file=sys.stderr)
        self.errors.close()

    def logged(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors='replace')

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError('the exporter ended with %d: %s' % (self.process.returncode, self.logged()))
        try:
            return self.get(self.path)[0] == 200
        except OSError:
            return False

    def get(self, path, method='GET', headers=None):
        """(status, headers, body) of one request."""
        request = urllib.request.Request('%s://127.0.0.1:%d%s' % (self.scheme, self.port, path), method=method,
                                         headers={**self.headers, **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE_SECONDS, context=self.context) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def scrape(self):
        status, _, body = self.get(self.path)
        if status != 200:
            raise AssertionError('%s answered %d' % (self.path, status))
        return Exposition(body.decode())

    def wait_for(self, name, value, **labels):
        """The first scrape in which the sum of the series is `value`."""
        last = []

        def reached():
            last[:] = [self.scrape()]
            return last[0].sum(name, labels) == value
        try:
            wait_until(reached, '%s%s is %g' % (name, labels, value))
        except AssertionError as error:
            raise AssertionError('%s; it is %g' % (error, last[0].sum(name, labels))) from None
        return last[0]

    def stop(self, signal_number=signal.SIGTERM):
        """Exit status after a signal."""
        self.process.send_signal(signal_number)
        return self.process.wait(timeout=DEADLINE_SECONDS)


def main():
    """unittest.main() for ctest: status 77 where every test was skipped, with the reasons on stdout."""
    if not os.access(BINARY, os.X_OK):
        sys.exit('MTA_EXPORTER must name the exporter to test')
    result = unittest.main(exit=False, verbosity=2).result
    if result.testsRun and len(result.skipped) == result.testsRun:
        for test, reason in result.skipped:
            print('skipped: %s: %s' % (test.id(), reason))
        sys.exit(SKIPPED)
    sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)
