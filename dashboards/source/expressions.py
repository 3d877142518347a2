"""PromQL that more than one dashboard asks."""

RATE = '[$__rate_interval]'


def attempts(more=''):
    """The selector of final delivery attempts, narrowed down by further matchers."""
    return f'mta_delivery_attempts_total{{@, hop="final"{", " if more else ""}{more}}}'


def delays(more=''):
    return f'mta_delivery_delay_seconds_bucket{{@, status="sent", hop="final"{", " if more else ""}{more}}}'


def share(part, whole, labels='', window='[15m]'):
    """part/whole of two selectors as rates; no value without traffic."""
    by = f' by ({labels})' if labels else ''
    return f'sum{by} (rate({part}{window})) / (sum{by} (rate({whole}{window})) > 0)'


def deferred_share(labels='', window='[15m]'):
    return share(attempts('status="deferred"'), attempts(), labels, window)


def top(count, label, selector):
    """Events a minute by the label, for those values of it that are the most frequent over the whole time shown."""
    return (
        f'sum by ({label}) (rate({selector}{RATE})) * 60 > 0 and on ({label}) topk({count}, sum by ({label}) (increase({selector}[$__range] @'
        ' end())))'
    )


USUAL_DAY = '[1d] offset 1h'  # the day before the last hour, so that trouble does not at once become what is usual


def in_time(seconds, labels=''):
    # Prometheus 2 keeps the bound as it was sent, 3 writes it as a float.
    return share(delays(f'le=~"{seconds}([.]0)?"'), delays('le="+Inf"'), labels)


def quantiles(buckets, window=RATE):
    return [(f'histogram_quantile({q}, sum by (le) (rate({buckets}{window})))', f'p{round(q * 100)}') for q in (0.5, 0.9, 0.99)]
