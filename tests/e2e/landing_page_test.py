#!/usr/bin/env python3
"""The landing page in a browser (headless Chromium): it renews itself under its own security policy, fits a phone, and
says the same as /api/v1/status.

    landing_page_test.py --screenshot FILE    a picture of the page, for docs/images
"""
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import exporter
import mail_lines

CHROMIUM = shutil.which('chromium') or shutil.which('chromium-browser')


def browse(address, *arguments, folder):
    """What Chromium prints; it may not touch the network beyond this machine."""
    return subprocess.run(
        [CHROMIUM, '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars', '--no-first-run',
         '--disable-background-networking', '--disable-component-update', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
         '--user-data-dir=%s' % (folder / 'profile'), *arguments, address],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=100)


def fetch_axe(folder):
    """The source of axe-core; nothing where there is no npm or no network."""
    if not shutil.which('npm'):
        return None
    fetched = subprocess.run(['npm', 'install', '--prefix', folder, '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', 'axe-core@4.14.1'],
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    return (folder / 'node_modules/axe-core/axe.min.js').read_text() if fetched.returncode == 0 else None


def serve(folder):
    """A relay with some mail, a sendmail, and an old qmail."""
    log, old = folder / 'mail.log', folder / 'qmail'
    kinds = ['sent'] * 46 + ['deferred'] * 3 + ['bounced']
    log.write_text(''.join(mail_lines.queued(i) + mail_lines.delivery(i, kinds[i % 50], delay=0.1 * (i % 70)) for i in range(2000)))
    shutil.copytree(exporter.ROOT / 'collectors/qmail/samples/01_basic/multilog', old)
    submission = folder / 'sendmail.log'
    shutil.copy(exporter.ROOT / 'collectors/sendmail/samples/01_sent_basic.log', submission)
    os.chdir(folder)  # so that the page shows short names
    return exporter.Serving('--from-beginning', log.name, submission.name, old.name, state=folder / 'state')


@unittest.skipUnless(CHROMIUM, 'chromium is not installed')
class Page(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.serving = self.enterContext(serve(self.folder))
        self.serving.wait_for('mta_exporter_log_lines_total', 8000, source='mail')
        self.address = 'http://127.0.0.1:%d/' % self.serving.port

    def test_figures_renew_in_place(self):
        done = browse(self.address, '--dump-dom', '--virtual-time-budget=35000', '--enable-logging=stderr', folder=self.folder)
        self.assertIn('<h1>mta_exporter</h1>', done.stdout)
        self.assertRegex(done.stdout, r'<html[^>]* data-renewals="[1-9]')
        self.assertNotIn('Content Security Policy', done.stderr)
        self.assertIn('8,000', done.stdout)

    def test_it_fits_a_phone(self):
        """Nothing is wider than the window it is shown in."""
        page = self.serving.get('/')[2].decode()
        probe = self.folder / 'probe.html'
        for width in (320, 390, 1280):
            probe.write_text(
                '<iframe width="%d" height="900" style="border:0" srcdoc="%s"></iframe><script>onload = () => document.body.dataset.width = '
                'document.querySelector("iframe").contentDocument.documentElement.scrollWidth</script>' % (width, html.escape(page)))
            done = browse(probe.as_uri(), '--dump-dom', '--window-size=1400,1000', folder=self.folder)
            self.assertIn('data-width="%d"' % width, done.stdout)

    def test_headings_landmarks_and_names(self):
        page = self.serving.get('/')[2].decode()
        for needed in ('<html lang="en">', '<title>', '<header>', '<main>', '<nav>', '<h1>', '<h2>', 'name="viewport"'):
            self.assertIn(needed, page)
        levels = [int(level) for level in re.findall(r'<h(\d)', page)]
        self.assertEqual(1, levels[0])
        self.assertTrue(all(b - a <= 1 for a, b in zip(levels, levels[1:])), levels)

    def test_people_who_see_little_can_use_it(self):
        """axe-core (npm) has nothing to say about it by WCAG 2.1 AA, in light and in dark; skipped where npm cannot fetch it."""
        axe = fetch_axe(self.folder)
        if not axe:
            self.skipTest('npm cannot fetch axe-core')
        run = ('axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}).then(found => { document.title = '
               'JSON.stringify({passes: found.passes.length, violations: found.violations.map(v => [v.id, v.nodes.map(n => n.html)])}) })')
        page = re.sub(r'<noscript>.*?</noscript>|<script>.*?</script>', '', self.serving.get('/')[2].decode(), flags=re.DOTALL)
        probe = self.folder / 'probe.html'
        for body in (page, page.replace('</main>', '<img src="x.png"></main>')):
            probe.write_text(body.replace('</body>', '<script>%s</script><script>%s</script></body>' % (axe.replace('</script', '<\\/script'), run)))
            for scheme in ([], ['--force-dark-mode']):
                done = browse(probe.as_uri(), '--dump-dom', '--virtual-time-budget=20000', *scheme, folder=self.folder)
                found = json.loads(html.unescape(re.search(r'<title>(.*?)</title>', done.stdout)[1]))
                self.assertGreater(found['passes'], 15)
                self.assertEqual([] if body == page else ['image-alt'], [name for name, _ in found['violations']], found)

    def test_the_same_as_json(self):
        status, headers, body = self.serving.get('/api/v1/status')
        self.assertEqual((200, 'application/json'), (status, headers['Content-Type']))
        sources = {source['name']: source for source in json.loads(body)['sources']}
        mail = sources['mail']
        self.assertEqual({'sent': 1840, 'deferred': 120, 'bounced': 40}, mail['deliveries'])
        self.assertEqual((8000, 1.0, 0), (sum(mail['lines'].values()), mail['recognised_share'], mail['lag_bytes']))
        self.assertGreater(mail['lines_per_second'], 0)
        self.assertEqual(2000, mail['open_messages'])
        self.assertEqual((self.folder / 'mail.log').stat().st_size, mail['position_bytes'])


def screenshot(path):
    with tempfile.TemporaryDirectory() as name, serve(Path(name)) as serving:
        serving.wait_for('mta_exporter_log_lines_total', 8000, source='mail')
        browse('http://127.0.0.1:%d/' % serving.port, '--window-size=1140,620', '--screenshot=%s' % path, folder=Path(name))


if __name__ == '__main__':
    if sys.argv[1:2] == ['--screenshot']:
        screenshot(Path(sys.argv[2]).resolve())
    else:
        exporter.main()
