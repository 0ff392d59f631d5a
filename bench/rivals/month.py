"""month_as_int as the chapter has it: a Python UDF over a table, everything counted."""
import datetime
import sys
import time

from pyspark.sql import SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import StringType


def month_as_int(month):
    month_number = datetime.datetime.strptime(month, "%b").month
    return month_number


path = sys.argv[1]
spark = SparkSession.builder.appName("month").getOrCreate()
spark.udf.register("monthAsInt", month_as_int, StringType())
spark.read.parquet(path).createOrReplaceTempView("bank_data_view")
started = time.time()
total = spark.sql("select sum(cast(monthAsInt(month) as int)) from bank_data_view").first()[0]
print(f"work {time.time() - started:.3f} s, sum {total}")
spark.stop()
