#!/usr/bin/env python3
"""What deploy/ holds, by those who read it: systemd-analyze, promtool, amtool, bash; and that the files it names are there."""
import contextlib
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'e2e'))
import exporter  # noqa: E402  pylint: disable=wrong-import-position
import prometheus  # noqa: E402  pylint: disable=wrong-import-position
import rotation_test  # noqa: E402  pylint: disable=wrong-import-position

DEPLOY = exporter.ROOT / 'deploy'


def output_of(*command, status=0, **options):
    done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, **options)
    text = done.stdout.decode(errors='replace')
    if done.returncode != status:
        raise AssertionError('%s: status %d: %s' % (command, done.returncode, text))
    return text


@unittest.skipUnless(shutil.which('systemd-analyze'), 'no systemd-analyze here')
class Unit(unittest.TestCase):

    def exposure(self, folder):
        text = output_of('systemd-analyze', 'security', '--offline=true', '--no-pager', '--threshold=100', Path(folder) / 'mta_exporter.service')
        return float(re.search(r'exposure level for mta_exporter.service: ([\d.]+)', text).group(1))

    def copied(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        shutil.copytree(DEPLOY / 'systemd', folder / 'units')
        return folder / 'units'

    def test_exposure_is_at_most_one_and_a_half_with_the_drop_in_and_without(self):
        units = self.copied()
        self.assertLessEqual(self.exposure(units), 1.5)
        shutil.rmtree(units / 'mta_exporter.service.d')
        self.assertLessEqual(self.exposure(units), 1.3)

    def test_systemd_understands_every_line(self):
        units = self.copied()
        for name in ('mta_exporter.service', 'mta_exporter.socket'):
            unit = units / name
            unit.write_text(unit.read_text().replace('/usr/bin/mta_exporter', exporter.BINARY).replace('Documentation=man:', '#'))
            self.assertEqual('', output_of('systemd-analyze', 'verify', unit))

    def test_the_flags_it_uses_are_flags(self):
        command = re.search(r'^ExecStart=\S+ (.*)$', (DEPLOY / 'systemd/mta_exporter.service').read_text(), re.M).group(1)
        text = exporter.run('serve', '--help').stdout.decode() + (DEPLOY / 'systemd/mta_exporter.socket').read_text()
        for flag in re.findall(r'--[\w.-]+', command):
            self.assertIn(flag, text)


    def test_the_sockets_and_state_of_the_example_lie_where_it_may_write(self):
        unit = (DEPLOY / 'systemd/mta_exporter.service').read_text()
        places = ['/%s/%s/' % (top, re.search('^%sDirectory=(.*)$' % kind, unit, re.M).group(1))
                  for top, kind in (('run', 'Runtime'), ('var/lib', 'State'))]
        example = (DEPLOY / 'mta_exporter.yml').read_text()
        paths = re.findall(r'unix://(/[^"]+)', example) + re.findall(r'^#state:\n#  directory: (.*)$', example, re.M)
        self.assertEqual(2, len(paths))
        for path in paths:
            self.assertTrue((path + '/').startswith(tuple(places)), path)


class Prometheus(unittest.TestCase):

    def promtool(self, *words, **options):
        return output_of(prometheus.prefix() / 'bin/promtool', *words, **options)

    def test_scrape_examples(self):
        for name in ('scrape/one_host.yml', 'scrape/fleet.yml', 'scrape/federation.yml', 'container/prometheus.yml'):
            with self.subTest(name):
                self.promtool('check', 'config', '--syntax-only', DEPLOY / name)

    def test_rules_of_a_fleet(self):
        self.assertIn('SUCCESS', self.promtool('check', 'rules', '--lint-fatal', DEPLOY / 'scrape/fleet.rules.yml'))

    def test_rules_of_a_fleet_add_up(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / 'test.yml').write_text(json.dumps({
            'rule_files': [str(DEPLOY / 'scrape/fleet.rules.yml')], 'evaluation_interval': '1m', 'tests': [{
                'interval': '1m',
                'input_series': [{'series': 'mta_queue_messages{instance="%s",mta="postfix",source="mail",queue="deferred"}' % host, 'values': values}
                                 for host, values in (('a', '5x10'), ('b', '7x10'))] +
                                [{'series': 'mta_delivery_attempts_total{instance="%s",hop="final",mta="postfix",status="sent",transport="smtp"}' % host,
                                  'values': '0+60x10'} for host in 'ab'],
                'promql_expr_test': [
                    {'expr': 'fleet:mta_queue_messages:sum', 'eval_time': '9m',
                     'exp_samples': [{'labels': 'fleet:mta_queue_messages:sum{mta="postfix",queue="deferred"}', 'value': 12}]},
                    {'expr': 'fleet:mta_delivery_attempts:rate5m', 'eval_time': '9m',
                     'exp_samples': [{'labels': 'fleet:mta_delivery_attempts:rate5m{mta="postfix",status="sent"}', 'value': 2}]}]}]}))
        self.promtool('test', 'rules', folder / 'test.yml')

    def test_the_rules_for_the_operator_are_the_rules(self):
        text = output_of(DEPLOY / 'kubernetes/prometheus_rules.py')
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        spec = text.split('\nspec:\n', 1)[1]
        (folder / 'rules.yml').write_text(re.sub(r'(?m)^  ', '', spec))
        found = self.promtool('check', 'rules', folder / 'rules.yml')
        ours = sum(f.read_text().count('- alert: ') + f.read_text().count('- record: ') for f in (DEPLOY / 'prometheus').glob('*.yml'))
        self.assertIn('SUCCESS: %d rules found' % ours, found)


def amtool():
    script = '. "$1" && folder=$(cache_folder)/alertmanager && unpacked_packages "$folder" prometheus-alertmanager && echo "$folder"'
    done = subprocess.run(['bash', '-c', script, 'bash', DEPLOY / 'lib/packages.sh'], stdout=subprocess.PIPE, check=False)
    return Path(done.stdout.decode().strip()) / 'usr/bin/amtool' if done.returncode == 0 else None


@unittest.skipUnless(amtool(), 'the package prometheus-alertmanager cannot be had')
class Alertmanager(unittest.TestCase):
    CONFIG = DEPLOY / 'scrape/alertmanager.yml'

    def route(self, *labels):
        return output_of(amtool(), 'config', 'routes', 'test', '--config.file', self.CONFIG, *labels).split()[-1]

    def test_the_configuration_and_its_routes(self):
        self.assertIn('SUCCESS', output_of(amtool(), 'check-config', self.CONFIG))
        self.assertEqual('mail_pager', self.route('alertname=MtaDeferredSpike', 'severity=critical'))
        self.assertEqual('mail_team', self.route('alertname=MtaDeferredSpike', 'severity=warning'))

    def test_the_alerts_it_names_are_there(self):
        alerts = {name for file in (DEPLOY / 'prometheus').glob('*.yml') for name in re.findall(r'- alert: (\w+)', file.read_text())}
        named = set(re.findall(r'alertname!?="(\w+)"', self.CONFIG.read_text()))
        self.assertTrue(named)
        self.assertLessEqual(named, alerts)


class Logrotate(unittest.TestCase):

    def test_logrotate_understands_our_snippet(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        snippet = folder / 'mail'
        shutil.copy(DEPLOY / 'syslog/logrotate-mail', snippet)
        snippet.chmod(0o644)  # logrotate leaves out what others may write
        said = output_of(rotation_test.prefix() / 'sbin/logrotate', '--debug', '--state', folder / 'state', snippet, env=rotation_test.environment())
        self.assertIn('Handling 1 logs', said)
        self.assertNotIn('error:', said)


class Container(unittest.TestCase):

    def test_the_files_that_compose_mounts_are_there(self):
        folder = DEPLOY / 'container'
        mounted = re.findall(r'- (\.\.?/[^:]+):', (folder / 'compose.yaml').read_text())
        self.assertGreater(len(mounted), 4)
        for name in mounted:
            self.assertTrue((folder / name).exists(), name)

    def test_the_configurations_in_the_manifests_are_good(self):
        for name in ('sidecar', 'daemonset'):
            text = (DEPLOY / ('kubernetes/%s.yaml' % name)).read_text()
            block = text.split('mta_exporter.yml: |\n', 1)[1]
            folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
            (folder / 'mta_exporter.yml').write_text(re.sub(r'(?m)^    ', '', block))
            done = exporter.run('check-config', folder / 'mta_exporter.yml')
            self.assertEqual(0, done.returncode, (done.stdout + done.stderr).decode())


class Scripts(unittest.TestCase):

    SAYS = 'set -euo pipefail; . %s; quietly sh -c "echo one; echo two; exit 3" || echo "status $?"; quietly sh -c "echo three"' % (DEPLOY / 'lib/packages.sh')

    def on_a_terminal(self, script):
        child, terminal = pty.fork()
        if child == 0:
            os.execvp('bash', ['bash', '-c', script])
        said = b''
        with contextlib.suppress(OSError):  # the terminal is gone with the child
            while more := os.read(terminal, 4096):
                said += more
        os.close(terminal)
        self.assertEqual(0, os.waitpid(child, 0)[1])
        return said

    def test_long_work_shows_its_latest_line_on_a_terminal_and_its_output_if_it_fails(self):
        shown, failed = b'\r\x1b[Kone\r\x1b[Ktwo\r\x1b[K', b'one\r\ntwo\r\nstatus 3\r\n'
        self.assertEqual(shown + failed + b'\r\x1b[Kthree\r\x1b[K', self.on_a_terminal(self.SAYS))

    def test_it_is_silent_elsewhere(self):
        self.assertEqual('one\ntwo\nstatus 3\n', output_of('bash', '-c', self.SAYS))


@unittest.skipUnless(shutil.which('scdoc'), 'no scdoc here')
class Pages(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        output_of(sys.executable, '-B', DEPLOY / 'package/cli_pages.py', exporter.BINARY, cls.folder, env=dict(os.environ, SOURCE_DATE_EPOCH='0'))

    def test_the_help_of_either_version_of_the_library_is_understood(self):
        sys.path.insert(0, str(DEPLOY / 'package'))
        import cli_pages  # pylint: disable=import-outside-toplevel,import-error
        for value in ('TEXT:{auto,qmail}=auto', 'TEXT:{auto,qmail} [auto] '):
            option, = cli_pages.read_options('  --mta %s\n%sWhose log it is\n' % (value, 30 * ' '))
            self.assertEqual(('--mta', ['auto', 'qmail'], 'auto', 'Whose log it is'), (option.long, option.choices, option.default, option.text))

    def test_the_manual_has_every_flag_of_every_command(self):
        manual = (self.folder / 'mta_exporter.1').read_text().replace('\\-', '-').replace('\\&', '').replace('\\fB', '')
        commands = re.findall(r'^  ([a-z][\w-]*)\s{2,}', exporter.run('--help').stdout.decode().split('Subcommands:')[1], re.M)
        self.assertGreater(len(commands), 1)
        for command in commands:
            flags = set(re.findall(r'^  (?:-\w,)?(--[\w.-]+)', exporter.run(command, '--help').stdout.decode(), re.M))
            self.assertTrue(flags)
            for flag in flags:
                self.assertIn(flag, manual, command)

    def complete(self, *words):
        script = '. %s; COMP_WORDS=(%s); COMP_CWORD=%d; COMPREPLY=(); _mta_exporter; printf "%%s\\n" "${COMPREPLY[@]}"'
        quoted = ' '.join("'%s'" % w for w in words)
        return set(output_of('bash', '-c', script % (self.folder / 'mta_exporter.bash', quoted, len(words) - 1)).split())

    def test_bash_completes_commands_flags_and_choices(self):
        self.assertLessEqual({'serve', 'scan'}, self.complete('mta_exporter', 's'))
        self.assertEqual({'--from-beginning'}, self.complete('mta_exporter', 'serve', '--from'))
        self.assertEqual({'--from-beginning'}, self.complete('mta_exporter', '--from'))
        self.assertEqual({'postfix'}, self.complete('mta_exporter', 'scan', '--mta', 'p'))
        self.assertEqual({'postfix'}, self.complete('mta_exporter', 'scan', '--mta', '=', 'p'))


if __name__ == '__main__':
    exporter.main()
