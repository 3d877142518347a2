"""What a site's queues hold: the truth that a scan of the real queue would find."""


class QueueTruth:

    def __init__(self, names):
        self.queues = {name: {} for name in names}
        self._where = {}

    def put(self, queue, key, arrival, size):
        """Into `queue`, out of the one it was in."""
        self.remove(key)
        self.queues[queue][key] = (arrival, size)
        self._where[key] = queue

    def remove(self, key):
        queue = self._where.pop(key, None)
        if queue:
            del self.queues[queue][key]

    def count(self, queue):
        return len(self.queues[queue])

    def figures(self):
        """[(queue, messages, bytes, arrival of the oldest or None)]"""
        return [(name, len(held), sum(size for _, size in held.values()), min((arrival for arrival, _ in held.values()), default=None))
                for name, held in self.queues.items()]
