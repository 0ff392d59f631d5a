"""train_digit.py DATA OUT: a model as that of the AWS SAM template for scikit-learn, logistic regression on scaled pixels,
fitted to the first 30,000 pictures of MNIST. Prints its accuracy on the next 10,000."""
import gzip
import os
import sys

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

data, out = sys.argv[1], sys.argv[2]


def idx(name, header):
    with gzip.open(os.path.join(data, name)) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


X = idx("mnist-train-a-images-idx3-ubyte.gz", 16).reshape(-1, 784)
y = idx("mnist-train-a-labels-idx1-ubyte.gz", 8)
held_out = idx("mnist-train-b-images-idx3-ubyte.gz", 16).reshape(-1, 784)[:10_000]
truth = idx("mnist-train-b-labels-idx1-ubyte.gz", 8)[:10_000]
model = make_pipeline(StandardScaler(), LogisticRegression(solver="lbfgs", max_iter=200)).fit(X, y)
joblib.dump(model, out)
print(f"the rival's model: accuracy {model.score(held_out, truth):.4f}")
