"""What goes wrong on the sites of mail_sites.py in a month: incidents of many kinds, sizes and hours."""
from mail_sites import DAY, Incident

GAP = 8 * 60  # minutes from the end of one to the start of the next on the same site
FIRST = 36 * 60  # nothing before: the past begins to count after a day and six hours
AFTER_A_BURST = 45  # minutes in which what is sent one by one is nothing beside the burst before
BETWEEN = 5  # mails a minute: of fewer, a failing half is not seen within ten minutes


def destination(rng, start):
    """One large destination stops taking mail."""
    reason = rng.choice(('connection_timeout', 'remote_system', 'rate_limited'))
    return Incident('one destination', start, rng.randrange(30, 180), rng.uniform(0.2, 0.4), reason, 2)


def resolver(rng, start):
    return Incident('resolver fails', start, rng.randrange(20, 60), rng.uniform(0.7, 1.0), 'dns_temporary')


def blocklisted(rng, start):
    return Incident('blocklisted', start, rng.randrange(60, 360), rng.uniform(0.2, 0.45), 'reputation', 5)


def slow_rise(rng, start):
    """From nothing to two fifths within two hours."""
    return Incident('slow rise', start, 180, rng.uniform(0.35, 0.45), 'remote_system', 120)


def disk_full(rng, start):
    return Incident('disk full', start, rng.randrange(15, 40), rng.uniform(0.5, 1.0), 'local_error')


def network(rng, start):
    return Incident('no network', start, rng.randrange(15, 60), rng.uniform(0.9, 1.0), 'connection_timeout', 2)


EVERYWHERE = (resolver, disk_full, network)
LARGE = (destination, destination, resolver, blocklisted, blocklisted, slow_rise, slow_rise, disk_full, network, destination,
         resolver, blocklisted)
IN_A_BURST = (destination, blocklisted, resolver, network)


def large(site, count, busy):
    place(site, [LARGE[i % len(LARGE)] for i in range(count)], lambda: site.rng.randrange(FIRST, site.minutes - 400), busy)


def newsletter(site, count, busy):
    """Half of them while a burst is under way, half on working hours, with a few mails a minute."""
    rng = site.rng
    bursts = [b for b in site.batches if b.minutes >= 25 and FIRST < b.start < site.minutes - 400]

    def in_a_burst():
        return rng.choice(bursts).start + rng.randrange(2, 10)

    def between():
        calm = [m for m in range(FIRST, site.minutes - 400) if site.rate(m) >= BETWEEN
                and not any(b.start - 60 <= m <= b.start + b.minutes + AFTER_A_BURST for b in site.batches)]
        return rng.choice(calm)
    half = count // 2 if bursts else 0
    place(site, [IN_A_BURST[i % len(IN_A_BURST)] for i in range(half)], in_a_burst, busy)
    place(site, [EVERYWHERE[i % len(EVERYWHERE)] for i in range(count - half)], between, busy)


def place(site, kinds, moment, busy):
    """Adds one incident of each kind at moments that keep away from others and from the minutes in `busy`."""
    for kind in kinds:
        for _ in range(1000):
            made = kind(site.rng, moment())
            taken = [(i.start, i.end) for i in site.incidents] + list(busy)
            if all(made.start > end + GAP or made.end < start - GAP for start, end in taken) and made.end < site.minutes:
                site.incidents.append(made)
                break
        else:
            raise ValueError('no room for %s on %s' % (kind.__name__, site.name))
    site.incidents.sort(key=lambda i: i.start)
