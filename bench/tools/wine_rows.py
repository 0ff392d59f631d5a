"""Wine-like rows for the pair `wine`: the 178 real ones over and over, each number moved by up to 5 %, from a seed."""
import sys

import numpy as np
import pandas as pd
import sklearn.datasets

rows, seed, header, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
names = open(header).readline().strip().split(",")[:13] if header != "-" else sklearn.datasets.load_wine().feature_names
X, _ = sklearn.datasets.load_wine(return_X_y=True)
random = np.random.default_rng(seed)
many = X[np.arange(rows) % len(X)] * random.uniform(0.95, 1.05, (rows, X.shape[1]))
# scikit-learn has od280/od315_of_diluted_wines, which is no name for a column
pd.DataFrame(many, columns=[name.replace("/", "_") for name in names]).to_parquet(path, row_group_size=250_000)
