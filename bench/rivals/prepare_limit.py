"""The least that any prepare must do in Spark: read CSV with a known schema, write Parquet. Python only starts it."""
import sys
import time

from pyspark.sql import SparkSession

SCHEMA = (
    "age int, job string, marital string, education string, default string, balance double, housing string, "
    "loan string, contact string, day int, month string, duration int, campaign int, pdays int, previous int, "
    "poutcome string, y string"
)
spark = SparkSession.builder.appName("limit").getOrCreate()
started = time.time()
data = spark.read.schema(SCHEMA).option("sep", ";").option("header", True).csv(sys.argv[1])
data.write.mode("overwrite").parquet(sys.argv[2])
print(f"work {time.time() - started:.3f} s")
spark.stop()
