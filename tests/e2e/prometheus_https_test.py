#!/usr/bin/env python3
"""A real Prometheus scrapes over HTTPS with a password, by IPv4 and by IPv6, and its API gives the exemplars back."""
import tempfile
import time
import unittest
from pathlib import Path

import exporter
import mail_lines
import prometheus
import web_test

CONFIG = '''global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: mta
    scheme: https
    basic_auth: {username: prometheus, password: s3cret}
    tls_config: {ca_file: %(ca)s, server_name: localhost}
    static_configs:
      - targets: ['127.0.0.1:%(port)d', '[::1]:%(port)d']
'''


class Https(unittest.TestCase):

    def test_exemplars_come_back(self):
        prometheus.prefix()  # or skip
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        web_test.make_certificate(folder, 'server')
        config = folder / 'web.yml'
        config.write_text('tls_server_config: {cert_file: server.crt, key_file: server.key}\nbasic_auth_users: {prometheus: "%s"}\n' % web_test.HASH)
        log = folder / 'mail.log'
        log.write_text(mail_lines.delivery(1, 'deferred', delay=45) + mail_lines.delivery(2, delay=0.3))
        context = web_test.ssl.create_default_context(cafile=folder / 'server.crt')
        serving = self.enterContext(exporter.Serving('--from-beginning', '--web.config.file=%s' % config, log, listen='[::]', scheme='https',
                                                     context=context, login=web_test.LOGIN))
        server = self.enterContext(prometheus.Server(CONFIG % {'ca': folder / 'server.crt', 'port': serving.port}, '--enable-feature=exemplar-storage'))
        server.wait_for('sum(up)', 2)
        now = time.time()

        def exemplars(query):
            data = server.get('query_exemplars', query=query, start=now - 3600, end=now + 60)
            return {(series['seriesLabels']['instance'], one['labels']['queue_id'], float(one['value'])) for series in data for one in series['exemplars']}
        both = ['127.0.0.1:%d' % serving.port, '[::1]:%d' % serving.port]
        for query, number, value in (('mta_delivery_delay_seconds_bucket{status="sent"}', 2, 0.3),
                                     ('mta_delivery_delay_seconds_bucket{status="deferred"}', 1, 45),
                                     ('mta_delivery_failures_total{reason="greylisted"}', 1, 1)):
            expected = {(instance, mail_lines.queue_id(number), value) for instance in both}
            exporter.wait_until(lambda: exemplars(query) == expected, 'the exemplars of %s are %s' % (query, expected))


if __name__ == '__main__':
    exporter.main()
