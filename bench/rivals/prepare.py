"""The chapter's model_bank_data."""
import sys
import time

from pyspark.sql import SparkSession
from pyspark.sql import functions as f


def model_bank_data(spark, input_path, output_path):
    data = spark.read.format("csv")\
    .option("sep", ";")\
    .option("inferSchema", "true")\
    .option("header", "true")\
    .load(input_path)
    data = data.withColumn('label', f.when((f.col("y") == "yes"), 1).otherwise(0))
    data.write.format('parquet')\
    .mode('overwrite')\
    .save(output_path)


spark = SparkSession.builder.appName("pipelines").getOrCreate()
started = time.time()
model_bank_data(spark, sys.argv[1], sys.argv[2])
print(f"work {time.time() - started:.3f} s")
spark.stop()
