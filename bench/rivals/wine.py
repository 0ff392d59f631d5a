"""wine.py ROWS OUTPUT all|none: the chapter's pandas UDF, scikit-learn's SVC on the wine data, applied to a table; what of it is kept."""
import sys
import time

import pandas as pd
import sklearn.datasets
import sklearn.svm
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf
from pyspark.sql.types import IntegerType

clf = sklearn.svm.SVC()
X, y = sklearn.datasets.load_wine(return_X_y=True)
clf.fit(X, y)


@pandas_udf(returnType=IntegerType())
def predict_pd_udf(*cols):
    X = pd.concat(cols, axis=1)
    return pd.Series(clf.predict(X.to_numpy()))


spark = SparkSession.builder.appName("wine").getOrCreate()
started = time.time()
df = spark.read.parquet(sys.argv[1])
names = [c for c in df.columns if c != "target"]
kept = ["*"] if sys.argv[3] == "all" else []
df.select(*kept, predict_pd_udf(*names).alias("class")).write.mode("overwrite").parquet(sys.argv[2])
print(f"work {time.time() - started:.3f} s")
spark.stop()
