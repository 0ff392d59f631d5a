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


path, times = sys.argv[1], int(sys.argv[2])
spark = SparkSession.builder.appName("month").getOrCreate()
spark.udf.register("monthAsInt", month_as_int, StringType())
spark.read.parquet(path).createOrReplaceTempView("bank_data_view")
rows = " union all ".join(["select month from bank_data_view"] * times)
started = time.time()
total = spark.sql(f"select sum(cast(monthAsInt(month) as int)) from ({rows})").first()[0]
print(f"work {time.time() - started:.3f} s, sum {total}")
spark.stop()
