"""What pandas says of recorded candles.

Usage: expected.py FILE.csv.gz WINDOW_MINUTES..., prints eight little-endian doubles for each minute that is kept, window after
window: minute, points, mean, standard deviation, change in per cent, returns, realised volatility and z-score; NaN where
there is none.
"""

import sys
import warnings

import numpy as np
import pandas as pd

# Of windows that hold one value.
warnings.filterwarnings("ignore", category=RuntimeWarning)


# pandas' own rolling().std() adds and takes out, and keeps ten digits of these prices; two passes over each window keep all.
def deviation(values):
    return np.nanstd(values - values[-1], ddof=1)


def zscore(values):
    return -np.nanmean(values - values[-1]) / deviation(values)


recorded = pd.read_csv(sys.argv[1]).set_index("open_time")["close"]
n = np.arange(len(recorded))
# An outage of hours, one of a minute every now and then, and an hour of every second minute.
missing = ((n >= 5000) & (n < 5400)) | (n % 97 == 5) | ((n >= 9000) & (n < 9060) & (n % 2 == 0))
closes = recorded.where(~missing)
returns = np.log1p(closes.diff() / closes.shift(1))
for window in map(int, sys.argv[2:]):
    rolling = closes.rolling(window, min_periods=1)
    count = returns.rolling(window, min_periods=1).count()
    squares = (returns**2).rolling(window, min_periods=1).sum()
    columns = [
        pd.Series(closes.index, index=closes.index),
        rolling.count(),
        rolling.mean(),
        rolling.apply(deviation, raw=True),
        closes.diff(window) / closes.shift(window) * 100,
        count,
        np.sqrt(squares).where(count > 0),
        rolling.apply(zscore, raw=True),
    ]
    kept = pd.concat(columns, axis=1)[closes.notna()]
    sys.stdout.buffer.write(kept.to_numpy(dtype="<f8").tobytes())
