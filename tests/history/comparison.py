"""Two answers to the same query, point by point."""
import math


class Comparison:
    """Places where a value is not what the other answer has there, one step before or one step after."""

    KEPT = 5

    def __init__(self, step, slack):
        self.step, self.slack = step, slack
        self.points = self.wrong = 0
        self.furthest = 0.0  # of those that pass
        self.examples = []

    def compare(self, ours, theirs, first, last, every=1):
        """{labels: {time: value as text}} of both; from first to last they are compared, every so many seconds."""
        for labels in sorted(set(ours) | set(theirs)):
            one, other = ours.get(labels, {}), theirs.get(labels, {})
            self._look_up(labels, one, other, 'live', first, last, every)
            self._look_up(labels, other, one, 'backfilled', first, last, every)

    def _look_up(self, labels, values, others, other_is, first, last, every):
        for time, value in values.items():
            if not first <= time <= last or (time - first) % every:
                continue
            self.points += 1
            if others.get(time) == value or self._is_near(value, [others.get(t) for t in (time - self.step, time, time + self.step)]):
                continue
            self.wrong += 1
            if len(self.examples) < self.KEPT:
                near = {t: others.get(t) for t in (time - self.step, time, time + self.step)}
                self.examples.append(f'{dict(labels)} at {time}: {value}, {other_is} {near}')

    def _is_near(self, value, others):
        value, others = float(value), [float(other) for other in others if other is not None]
        if any(other == value or math.isnan(other) and math.isnan(value) for other in others):
            return True
        others = [other for other in others if not math.isnan(other)]
        if not others or math.isnan(value):
            return False
        low, high = min(others), max(others)
        distance = max(low - value, value - high, 0.0) / max(abs(value), 1e-3)
        if distance > self.slack:
            return False
        self.furthest = max(self.furthest, distance)
        return True
