"""Names, addresses and sizes that the sites of a day write into their lines."""
NAMES = 'anna ben carla david emma felix greta hans ida jonas klara lukas maria noah olga paul rosa stefan tina udo vera walter'.split()
MECHANISMS = ('PLAIN', 'PLAIN', 'PLAIN', 'LOGIN')


class People:
    """Draws from the random numbers of a simulation."""

    def __init__(self, random):
        self.random = random

    def name(self):
        return self.random.choice(NAMES)

    def client(self):
        """An address somewhere in the world: of the blocks reserved for documentation and benchmarks."""
        return f'198.18.{self.random.randrange(256)}.{self.random.randrange(1, 255)}'

    def port(self):
        return self.random.randrange(20000, 61000)

    def pid(self):
        return self.random.randrange(1000, 32000)

    def size(self):
        return min(int(self.random.lognormvariate(9.3, 1.5)) + 600, 25_000_000)

    def hexadecimal(self, digits):
        return f'{self.random.getrandbits(4 * digits):0{digits}X}'

    def mechanism(self):
        return self.random.choice(MECHANISMS)

    def chance(self, share):
        return self.random.random() < share
