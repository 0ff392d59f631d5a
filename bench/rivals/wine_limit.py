"""wine_limit.py ROWS OUTPUT all|none: the least that any scoring of the table does in Spark: reads every column, writes one number a row, no model."""
import sys
import time
from functools import reduce
from operator import add

from pyspark.sql import SparkSession
from pyspark.sql.functions import col

spark = SparkSession.builder.appName("limit").getOrCreate()
started = time.time()
df = spark.read.parquet(sys.argv[1])
names = [c for c in df.columns if c != "target"]
kept = ["*"] if sys.argv[3] == "all" else []
df.select(*kept, reduce(add, map(col, names)).cast("int").alias("class")).write.mode("overwrite").parquet(sys.argv[2])
print(f"work {time.time() - started:.3f} s")
spark.stop()
