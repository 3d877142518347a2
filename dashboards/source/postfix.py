"""Postfix: where the time goes, which service does what, and what stops mail at the door."""
import expressions
import graphs
import tiles
from dashboard import dashboard
from grafana import BAD, BOUNCED, DEFERRED, PLAIN, QUANTILES, SENT, STATUS, WARN, stat, timeseries

PHASES = {'before_queue_manager': '#9aa0a6', 'queue_manager': '#f2a900', 'connection_setup': '#6cb4ee', 'transmission': '#16a085'}


def phases_mean(width=12):
    phase = 'mta_postfix_delivery_phase_seconds_%s{@source, status="sent", phase!="before_queue_manager"}'
    return timeseries(
        'Where the time of a delivery goes',
        (
            'Mean seconds of a delivered recipient in each part of `delays=a/b/c/d`, stacked: in the queue manager (no free delivery slot),'
            ' connection set-up (DNS, TCP, TLS: their side or your resolver), transmission. The part that grows says where to look. Part a is left'
            ' out here, as it holds the wait of retried mail: it is in the 90 % below.'
        ),
        [(f'sum by (phase) (rate({phase % "sum"}[15m])) / (sum by (phase) (rate({phase % "count"}[15m])) > 0)', '{{phase}}')],
        's',
        width,
        stacked=True,
        colors=PHASES,
    )


def phases_p90(width=12):
    return timeseries(
        'The same, 90 % of deliveries',
        (
            '90 % of the delivered recipients spent at most so long in each part (logarithmic). `queue_manager` over a second: concurrency or process'
            ' limits are reached. `connection_setup` over 5 s: DNS or a slow destination.'
        ),
        [('histogram_quantile(0.9, sum by (phase, le) (rate(mta_postfix_delivery_phase_seconds_bucket{@source, status="sent"}[15m])))', '{{phase}}')],
        's',
        width,
        logarithmic=True,
        fill=0,
        colors=PHASES,
    )


def by_transport():
    return [
        graphs.deliveries_by(
            'transport',
            'Delivered recipients by delivery program, a minute. A transport that falls to nothing while others run: its service or its next hop.',
        ),
        graphs.deferred_by(
            'transport',
            (
                'Share of attempts that were deferred over 15 minutes, by delivery program. `error`, mail whose destination Postfix holds for dead, is'
                ' all deferred and left out. `lmtp`, `local`, `virtual`, `pipe`: your own mailboxes.'
            ),
            but='transport!="error"',
        ),
        graphs.within_by_transport(
            '90 % delivered within, by transport',
            'Delay of the delivered mail from its arrival (logarithmic), by delivery program.',
            {0.9: '{{transport}}'},
            expressions.delays(),
        ),
    ]


def attempt_duration(width=8):
    return timeseries(
        'Time of an attempt',
        (
            '90 % of the attempts took at most so long for connection and transmission together, by outcome (logarithmic). Deferred at 30 s and more:'
            ' timeouts.'
        ),
        [('histogram_quantile(0.9, sum by (status, le) (rate(mta_delivery_attempt_duration_seconds_bucket{@}[15m])))', '{{status}}')],
        's',
        width,
        logarithmic=True,
        fill=0,
        colors=STATUS,
    )


def filter_hop():
    return graphs.inner_hop(
        'Content filter',
        (
            'Hand-overs to a filter on this host (hop internal): how many a minute by outcome. Deferred here means the filter is down or full, and'
            ' all mail waits for it.'
        ),
    )


def filter_delay(width=8):
    return timeseries(
        'Content filter, time',
        (
            'Half, 90 % and 99 % of the hand-overs to a filter on this host took at most so long (logarithmic). A filter that slows down shows here'
            ' first, then in `active`.'
        ),
        expressions.quantiles('mta_delivery_delay_seconds_bucket{@, status="sent", hop="internal"}', '[15m]'),
        's',
        width,
        logarithmic=True,
        fill=0,
        colors=QUANTILES,
    )


def postscreen(width=8):
    colors = {
        'pass_new': '#6fcf97',
        'pass_old': SENT,
        'allowlisted': '#2d9cdb',
        'denylisted': '#8e44ad',
        'dnsbl': BOUNCED,
        'pregreet': DEFERRED,
        'hangup': '#9aa0a6',
    }
    return graphs.per_minute(
        'postscreen',
        (
            'What postscreen decided, a minute: clients that passed (new, or known), and those it found out. No `pass` at all while connections come:'
            ' its tests are too strict, or its cache is gone.'
        ),
        'event',
        'mta_postfix_postscreen_events_total{@source}',
        width,
        stacked=True,
        colors=colors,
    )


def probes(width=8):
    return timeseries(
        'Address probes',
        (
            'Recipient and sender addresses that Postfix verified, in the last hour, by the answer. Many `undeliverable`: somebody tries addresses,'
            ' or the next hop forgot its users.'
        ),
        [('sum by (status) (increase(mta_postfix_address_probes_total{@source}[1h]))', '{{status}}')],
        'short',
        width,
        fill=0,
        colors={'deliverable': SENT, 'undeliverable': BOUNCED},
        decimals=0,
    )


def cleanup_actions(width=8):
    return graphs.per_minute(
        'Header, body and milter checks',
        (
            'What cleanup did on account of header and body checks and milters, a minute. A `milter_reject` that leaps up: a filter with new rules,'
            ' or a wave of spam.'
        ),
        'action',
        'mta_postfix_cleanup_actions_total{@source}',
        width,
        stacked=True,
    )


def smtpd_actions(width=8):
    return graphs.per_minute(
        'Access actions',
        (
            'What smtpd did on account of access maps and milters besides rejecting (hold, discard, redirect, filter, warn …), a minute. `discard`'
            ' and `hold` make mail vanish from users\' sight: every one should be meant.'
        ),
        'action',
        'mta_postfix_smtpd_actions_total{@source}',
        width,
        stacked=True,
    )


def anvil(width=8):
    return timeseries(
        'Peaks that anvil saw',
        (
            'The largest rates and counts of one client, as anvil last reported them. Set `smtpd_client_…_limit` above what good clients need and'
            ' below this line in an attack.'
        ),
        [('max by (statistic) (mta_postfix_anvil_peak{@source, statistic!="cache_size"})', '{{statistic}}')],
        'short',
        width,
        fill=0,
        interval='1m',
    )


def activations(width=8):
    return timeseries(
        'Times a message is taken up',
        (
            'How often the queue manager takes up a message, divided by messages accepted: 1 is delivery at the first try; 2 and more is a queue that'
            ' retries. With the oldest message this answers what `qshape deferred` is asked for.'
        ),
        [('sum(rate(mta_postfix_queue_activations_total{@source}[30m])) / (sum(rate(mta_messages_received_total{@}[30m])) > 0)', 'a message')],
        'short',
        width,
        fill=0,
        colors={'a message': PLAIN},
        decimals=2,
    )


def lifetime():
    return graphs.lifetime(
        'Messages that left the queue, by the time from their arrival to `removed`: brighter is more. A band above five minutes is mail that was'
        ' retried.'
    )


def in_flight(width=4):
    return stat(
        'In flight',
        'Messages that the log shows as taken up and not yet removed or expired. Differs from the queue by what waited before the exporter began.',
        'sum(mta_messages_in_flight{@})',
        'locale',
        (PLAIN,),
        width,
        decimals=0,
    )


def slots(width=3):
    return stat(
        'Wait for a slot',
        (
            'Mean time in the queue manager of the deliveries of the last 15 minutes. Near 0 is healthy. Amber: process or concurrency limits are'
            ' reached; `qshape active`, `postconf default_process_limit smtp_destination_concurrency_limit`.'
        ),
        (
            'sum(rate(mta_postfix_delivery_phase_seconds_sum{@source, phase="queue_manager"}[15m])) /'
            ' (sum(rate(mta_postfix_delivery_phase_seconds_count{@source, phase="queue_manager"}[15m])) > 0)'
        ),
        's',
        ('transparent', (1, WARN), (30, BAD)),
        width,
    )


def build():
    rows = [
        ('', tiles.first_row(slots())),
        ('', [graphs.in_and_out(), phases_mean()]),
        ('Where mail waits', [phases_p90(8), attempt_duration(), graphs.delay_heatmap()]),
        ('By transport', by_transport()),
        ('What fails', [graphs.reasons_first_deferred(), graphs.attempts_deferred_by_reason(8), graphs.reasons_bounced()]),
        (
            'The queue',
            [
                graphs.queue_messages(8, 'queue', '{{queue}}'),
                graphs.queue_oldest(8, 'queue', '{{queue}}'),
                activations(),
                lifetime(),
                graphs.queue_bytes(),
                graphs.notices(),
            ],
        ),
        ('At the door', [graphs.connections(), postscreen(), graphs.rejects(8), graphs.logins(8), graphs.connections_lost(), anvil()]),
        ('+TLS and the network', [graphs.tls_sessions(), graphs.tls_verification(), graphs.connection_errors()]),
        ('+Filters and checks', [filter_hop(), filter_delay(), cleanup_actions(), smtpd_actions(), probes(), graphs.problems()]),
        ('+The rest', [graphs.received(), graphs.sizes(), graphs.recipients(), graphs.enhanced_status(), graphs.starts('Postfix'), in_flight(8)]),
    ]
    return dashboard(
        'mta-postfix',
        'Postfix: where the time of a delivery goes, what fails by transport, the queue, and what stops mail at the door.',
        rows,
        'postfix',
    )
