"""What a campaign says of the many values that it measured."""

from statistics import fmean, linear_regression

HALF = 2  # of the time memory may still grow to what the load takes


def at_99(values):
    return sorted(values)[int(len(values) * 0.99)] if values else 0.0


def growth(sizes):
    """How many hundredths of its size a process grows in an hour, by its second half."""
    late = sizes[len(sizes) // HALF :]
    ats, bytes_ = zip(*late, strict=True)
    slope = linear_regression(ats, bytes_).slope
    return slope * 3_600 / fmean(bytes_) * 100
