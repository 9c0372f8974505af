"""Which rows pegbox holds out, so that others can train on the same ones. As core/src/data/split.cpp has it."""
import numpy

WORD = 0xFFFFFFFF


def philox(counter, key):
    """One block of Philox4x32-10 (J. K. Salmon et al., SC 2011)."""
    for _ in range(10):
        first, second = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = [second >> 32 ^ counter[1] ^ key[0], second & WORD, first >> 32 ^ counter[3] ^ key[1], first & WORD]
        key = [key[0] + 0x9E3779B9 & WORD, key[1] + 0xBB67AE85 & WORD]
    return counter


def hash32(text):
    """FNV-1a."""
    result = 2166136261
    for letter in text.encode():
        result = (result ^ letter) * 16777619 & WORD
    return result


def bits(seed, purpose):
    """The stream of 64 random bits for a purpose."""
    block = 0
    while True:
        words = philox([block, hash32(purpose), 0, 0], [seed & WORD, seed >> 32])
        yield words[0] | words[1] << 32
        yield words[2] | words[3] << 32
        block += 1


def below(stream, n):
    unfair = 2**64 % n
    return next(number for number in stream if number >= unfair) % n


def shuffle(items, stream):
    for left in range(len(items), 1, -1):
        other = below(stream, left)
        items[left - 1], items[other] = items[other], items[left - 1]


def shares(sizes, fraction):
    """How many rows of each class are held out, by largest remainder; no class may be smaller than its share."""
    total = round(fraction * sum(sizes))
    result = [total * size // sum(sizes) for size in sizes]
    order = sorted(range(len(sizes)), key=lambda i: -(total * sizes[i] % sum(sizes)))
    for i in order[:total - sum(result)]:
        result[i] += 1
    return result


def held_out(labels, fraction, seed):
    """The rows that pegbox holds out with this seed, in ascending order; labels are whole numbers."""
    classes = [numpy.flatnonzero(labels == label).tolist() for label in numpy.unique(labels)]
    stream = bits(seed, "split")
    rows = []
    for positions, share in zip(classes, shares([len(each) for each in classes], fraction)):
        shuffle(positions, stream)
        rows += positions[:share]
    return sorted(rows)


def arrange(labels, fraction, seed):
    """An order of the rows, labels staying in their places, in which the seed's split holds out the same rows as seed 0
    does in the given order."""
    order = numpy.arange(len(labels))
    for here, there in zip(parts(labels, fraction, seed), parts(labels, fraction, 0)):
        for label in numpy.unique(labels):
            order[here[labels[here] == label]] = there[labels[there] == label]
    return order


def parts(labels, fraction, seed):
    """The rows that are held out, and the others."""
    rows = numpy.array(held_out(labels, fraction, seed))
    return rows, numpy.setdiff1d(numpy.arange(len(labels)), rows)
