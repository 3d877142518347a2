"""Debian roots to install packages into and to run daemons in, thrown away after the test.

    def main():
        root = debian_root.DebianRoot('bookworm', ['postfix', 'rsyslog'])    # made at the first run, then cached
        debian_root.isolated(__file__, root)     # from here on: own mounts, own processes, a network of loopback only
        with root.mounted():
            root.run('postfix', 'start')

What is changed lies in an overlay of the run, never in the cache.  All processes end with the test.  Needs root and
unshare(1); where that, or the network for the packages, is missing, the test is skipped (status 77).
"""
import contextlib
import fcntl
import hashlib
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
TREE = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'mta_exporter'
ENVIRONMENT = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'HOME': '/root', 'LC_ALL': 'C.UTF-8', 'DEBIAN_FRONTEND': 'noninteractive',
               'TZ': 'UTC'}
DEVICES = ('null', 'zero', 'full', 'random', 'urandom')
ANSWERS = 'postfix postfix/main_mailer_type select Local only\npostfix postfix/mailname string mx.example\n'


def skip(why):
    print('skipped: ' + why)
    sys.exit(SKIPPED)


def quietly(command, **options):
    """Runs it; its output only when it fails, which is an error."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode:
        sys.stderr.write(done.stdout.decode(errors='replace')[-4000:])
        raise RuntimeError('%s: status %d' % (' '.join(map(str, command)), done.returncode))
    return done.stdout.decode(errors='replace')


def folder():
    """A temporary one, for a with statement."""
    return tempfile.TemporaryDirectory(prefix='mta_root.')


def mirror():
    """Where this machine's packages come from, as debootstrap's last arguments; none: its own default."""
    for name in ('/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'):
        for line in Path(name).read_text().splitlines() if Path(name).exists() else []:
            words = line.split()
            if len(words) > 1 and (words[0] == 'URIs:' or (words[0] == 'deb' and words[1].startswith('http'))):
                return [words[1]]
    return []


def isolated(script, *roots, fetch=None, network=False):
    """Makes the roots, then runs the script anew in namespaces of its own, and returns in that process only.

    fetch: called before, with mounts of its own but the network of this machine, to get what the test needs from there.
    network: the test itself is given that network, for tests that bring their own packages.
    """
    stage = os.environ.get('MTA_ISOLATED')
    if stage == 'test':
        if not network:
            loopback_up()
        return
    if stage == 'fetch':
        fetch()
        sys.exit()
    if os.geteuid() != 0 or not shutil.which('unshare'):
        skip('needs root and unshare(1) for a Debian root of its own')
    own_mounts = ['unshare', '--mount', '--propagation', 'private']
    again = [sys.executable, '-B', script, *sys.argv[1:]]
    try:
        for root in roots:
            root.prepare()
        if fetch:
            quietly([*own_mounts, *again], env=dict(os.environ, MTA_ISOLATED='fetch'))
    except (RuntimeError, OSError) as error:
        skip('no Debian root: %s' % error)
    sys.stdout.flush()
    own_network = [] if network else ['--net']
    os.execvpe('unshare', [*own_mounts, *own_network, '--pid', '--fork', '--kill-child', '--mount-proc', *again],
               dict(os.environ, MTA_ISOLATED='test'))


def loopback_up():
    set_flags, up_and_running = 0x8914, 0x41
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack('16sH22x', b'lo', up_and_running))


class DebianRoot:
    """One root: a clean Debian of the suite with some packages, as apt installs them."""

    def __init__(self, suite, packages=()):
        self.suite, self.packages = suite, sorted(packages)
        self.base = CACHE / ('clean-' + suite)
        name = hashlib.sha1(' '.join(self.packages).encode()).hexdigest()[:10]
        self.layer = CACHE / ('layer-%s-%s' % (suite, name)) if packages else None
        self.path = None

    def prepare(self):
        """What needs a network; done once."""
        CACHE.mkdir(parents=True, exist_ok=True)
        with open(CACHE / ('roots-%s.lock' % self.suite), 'w') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self.base / 'etc/debian_version').exists():
                self.bootstrap()
            if self.layer and not self.layer.exists():
                self.install()

    def bootstrap(self):
        if not shutil.which('debootstrap'):
            raise RuntimeError('the package debootstrap is missing')
        making = self.base.with_suffix('.new')
        shutil.rmtree(making, ignore_errors=True)
        print('making a clean root of Debian %s in %s' % (self.suite, self.base), flush=True)
        quietly(['debootstrap', '--variant=minbase', self.suite, making, *mirror()])
        making.rename(self.base)

    def install(self):
        making = self.layer.with_suffix('.new')
        shutil.rmtree(making, ignore_errors=True)
        print('installing %s into it' % ' '.join(self.packages), flush=True)
        # In a mount namespace of its own, with the network of this machine.
        quietly(['unshare', '--mount', '--propagation', 'private', sys.executable, '-B', __file__, self.suite, making, *self.packages])
        shutil.rmtree(making / 'work', ignore_errors=True)
        making.rename(self.layer)

    @contextlib.contextmanager
    def mounted(self, writable=None):
        """Mounts it, writable in a folder that goes, or in one that is given."""
        folder = Path(writable or tempfile.mkdtemp(prefix='mta_root.'))
        for name in ('upper', 'work', 'root'):
            (folder / name).mkdir(parents=True, exist_ok=True)
        lower = [str(self.base)] if self.layer is None or not self.layer.exists() else [str(self.layer / 'upper'), str(self.base)]
        self.path = folder / 'root'
        quietly(['mount', '-t', 'overlay', 'overlay', '-o',
                 'lowerdir=%s,upperdir=%s,workdir=%s' % (':'.join(lower), folder / 'upper', folder / 'work'), self.path])
        try:
            quietly(['mount', '-t', 'proc', 'proc', self.path / 'proc'])
            quietly(['mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', self.path / 'dev'])
            for device in DEVICES:
                (self.path / 'dev' / device).touch()
                quietly(['mount', '--bind', '/dev/' + device, self.path / 'dev' / device])
            (self.path / 'dev/shm').mkdir(mode=0o1777)
            (self.path / 'dev/fd').symlink_to('/proc/self/fd')
            (self.path / 'dev/pts').mkdir()
            quietly(['mount', '-t', 'devpts', '-o', 'newinstance,ptmxmode=0666,mode=620', 'devpts', self.path / 'dev/pts'])
            (self.path / 'dev/ptmx').symlink_to('pts/ptmx')
            policy = self.path / 'usr/sbin/policy-rc.d'
            policy.write_text('#!/bin/sh\nexit 101\n')  # no package starts a service
            policy.chmod(0o755)
            yield self
        finally:
            subprocess.run(['umount', '-R', '-l', self.path], check=False)
            if writable is None:
                shutil.rmtree(folder, ignore_errors=True)

    def command(self, *words):
        return ['chroot', str(self.path), *map(str, words)]

    def run(self, *words, **options):
        """Its output, both streams; fails where it fails."""
        return quietly(self.command(*words), env=ENVIRONMENT, **options)

    def status(self, *words):
        return subprocess.run(self.command(*words), env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode

    def start(self, *words, env=None, **options):
        return subprocess.Popen(self.command(*words), env=dict(ENVIRONMENT, **(env or {})), stdin=subprocess.DEVNULL, **options)

    def feed(self, text, *words):
        """Runs it with the text on its standard input."""
        subprocess.run(self.command(*words), env=ENVIRONMENT, input=text.encode(), check=True)

    def download(self, folder, *what):
        """The packages that apt would fetch to install these, kept in the folder from run to run."""
        shutil.copy('/etc/resolv.conf', self.file('/etc/resolv.conf'))
        folder.mkdir(parents=True, exist_ok=True)
        archives = self.file('/var/cache/apt/archives')
        for package in folder.glob('*.deb'):
            shutil.copy(package, archives)
        self.run('apt-get', 'update', '-q')
        self.run('apt-get', 'install', '-y', '-q', '--download-only', '--no-install-recommends', *what)
        for package in archives.glob('*.deb'):
            shutil.copy(package, folder)

    def copy_tree(self, path):
        """This tree as it stands, without what was built of it.  Returns where: the path in the root."""
        shutil.rmtree(self.file(path), ignore_errors=True)
        shutil.copytree(TREE, self.file(path), symlinks=True, ignore=shutil.ignore_patterns('build', '.git', 'node_modules'))
        return path

    def file(self, path):
        return self.path / path.lstrip('/')


def install_layer(suite, folder, packages):
    root = DebianRoot(suite)
    with root.mounted(folder):
        shutil.copy('/etc/resolv.conf', root.file('/etc/resolv.conf'))
        root.feed(ANSWERS, 'debconf-set-selections')
        root.run('apt-get', 'update', '-q')
        root.run('apt-get', 'install', '-y', '-q', '--no-install-recommends', *packages)


if __name__ == '__main__':
    install_layer(sys.argv[1], sys.argv[2], sys.argv[3:])
