#!/usr/bin/env python3
"""Measures the deferred-spike alert: three sites, 30 days, 20 incidents, in a real Prometheus with the rules as shipped.

    simulate_month.py [--days=30] [--seeds=1,2,...] [--incidents=20] [--anywhere] [--verbose]

For every seed: how long each incident took to be found, and the false alarms of each site.  Exit status 1 where an
incident was found later than ten minutes, or a site had more than one false alarm in 30 days.  With --anywhere incidents are
also placed where they touch hardly any mail, to see what the alert cannot.  See docs/alerts.md.
"""
import argparse
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'e2e'))

import backfilled
import counters
import incidents
import mail_sites

ALERT = 'MtaDeferredSpike'
EPOCH = 1772409600  # Monday, 2026-03-02 00:00 UTC
FOUND_WITHIN = 10   # minutes
AFTERMATH = 30      # minutes after an incident in which an alarm is still its own
PAST = 31 * 60      # minutes until a source has a past: six hours of the day before, looked at twice an hour


def simulated(seed, days, count, fits=incidents.touches_mail):
    """[(site, outages)], with incidents where there is mail: not among the three an hour of `small`, nor before there is a past."""
    minutes = days * mail_sites.DAY
    large, small, newsletter = (kind(seed, minutes) for kind in (mail_sites.Large, mail_sites.Small, mail_sites.Newsletter))

    def at(share, hour):  # the minute of an hour on a day that lies at this share of the time
        return int(days * share) * mail_sites.DAY + hour * 60
    burst = max(newsletter.batches, key=lambda b: b.size)
    outages = {large: [counters.Outage(at(0.35, 11), 45), counters.Outage(at(0.6, 14), 1, forgets=True)],
               small: [counters.Outage(at(0.5, 10), mail_sites.DAY + 400)],
               newsletter: [counters.Outage(burst.start - 30, 150)]}
    for place, site, share in ((incidents.large, large, 0.6), (incidents.newsletter, newsletter, 0.4)):
        busy = [(o.start - 60, o.start + o.minutes + 60) for o in outages[site]]
        place(site, round(count * share), busy + [(0, PAST - incidents.GAP)], fits)
    return [(site, outages[site]) for site in (large, small, newsletter)]


def firing(values, minutes_for):
    """[(first, last)] minutes in which an alert fires whose expression is true at these times."""
    spans, since, last = [], None, None
    for minute in sorted((at - EPOCH) // 60 for at in values):
        if last is None or minute != last + 1:
            since = minute
        last = minute
        if minute - since >= minutes_for:
            if spans and minute - spans[-1][1] <= AFTERMATH:
                spans[-1][1] = minute
            else:
                spans.append([minute, minute])
    return spans


def found_after(incident, alarms):
    """Minutes from where an incident is one to its alarm; None where there is none."""
    mine = [first for first, last in alarms if last >= incident.start and first <= incident.end]
    return max(mine[0] - incidents.begins(incident), 0) if mine else None


def is_false(alarm, site):
    return not any(i.start <= alarm[1] and alarm[0] <= i.end + AFTERMATH for i in site.incidents)


def measure(seed, days, count, groups, verbose, fits=incidents.touches_mail):
    """(found late or never, most false alarms of a site in 30 days), and prints what was seen."""
    sites = simulated(seed, days, count, fits)
    rule = next(r for g in groups for r in g['rules'] if r['name'] == ALERT and r['labels']['severity'] == 'warning')
    end = EPOCH + days * 86400
    with tempfile.TemporaryDirectory() as folder:
        openmetrics = pathlib.Path(folder) / 'month.txt'
        with open(openmetrics, 'w', encoding='utf-8') as out:
            for site, outages in sites:
                counters.write(out, site, site.counted(), outages, EPOCH)
            out.write('# EOF\n')
        past = backfilled.Backfilled(folder, openmetrics, EPOCH, end)
        openmetrics.unlink()
        past.record(backfilled.needed(groups, [rule['query']]))
        with past.server() as server:
            fired = past.range(server, rule['query'])
    # The branches of the expression keep their metrics' names, which an alert does not have: one alert, not two.
    times = {}
    for labels, values in fired.items():
        times.setdefault(dict(labels)['instance'], set()).update(values)
    return report(seed, days, sites, {site: firing(values, rule['duration'] / 60) for site, values in times.items()}, verbose)


def report(seed, days, sites, alarms, verbose):
    delays, missed, false = [], [], {}
    for site, _ in sites:
        mine = alarms.get(site.name + ':9025', [])
        for incident in site.incidents:
            after = found_after(incident, mine)
            if after is None or after > FOUND_WITHIN:
                missed.append((site, incident, after))
            delays += [after] if after is not None else []
            if verbose:
                print('    %-10s day %4.1f %-16s %3d %% of new mail, %3d min: found after %s min' %
                      (site.name, incident.start / mail_sites.DAY, incident.kind, 100 * incident.share, incident.minutes, after))
        wrong = [a for a in mine if is_false(a, site)]
        false[site.name] = len(wrong)
        for first, last in wrong:
            if verbose:
                print('    %-10s day %6.3f false alarm, %d min' % (site.name, first / mail_sites.DAY, last - first + 1))
    for site, incident, after in missed:
        print('    missed: %s, day %.3f, %s, %.0f %%, %d min: %s' % (site.name, incident.start / mail_sites.DAY, incident.kind, 100 * incident.share,
                                                               incident.minutes, 'never' if after is None else 'after %d min' % after))
    count = sum(len(site.incidents) for site, _ in sites)
    print('seed %d, %d days: %d of %d incidents found within %d min (median %s, longest %s); false alarms: %s' %
          (seed, days, count - len(missed), count, FOUND_WITHIN, sorted(delays)[len(delays) // 2] if delays else '-', max(delays, default='-'),
           ', '.join('%s %d' % item for item in false.items())), flush=True)
    return len(missed), max(false.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--days', type=int, default=30)
    parser.add_argument('--seeds', default='1')
    parser.add_argument('--incidents', type=int, default=20)
    parser.add_argument('--anywhere', action='store_true')
    parser.add_argument('--verbose', action='store_true')
    options = parser.parse_args()
    groups = backfilled.loaded_rules()
    fits = (lambda site, incident: True) if options.anywhere else incidents.touches_mail
    bad = False
    for seed in map(int, options.seeds.split(',')):
        missed, false = measure(seed, options.days, options.incidents, groups, options.verbose, fits)
        bad |= missed > 0 or false > max(1, options.days // 30)
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
