"""The chapter's pipeline with its modelling steps: fit, evaluate, write the scored rows."""
import sys
import time

from pyspark.ml import Pipeline
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import Imputer, OneHotEncoder, StandardScaler, StringIndexer, VectorAssembler
from pyspark.ml.functions import vector_to_array
from pyspark.sql import SparkSession
from pyspark.sql import functions as f


def train(spark, input_path, output_path):
    data = spark.read.format("csv")\
        .option("sep", ";")\
        .option("inferSchema", "true")\
        .option("header", "true")\
        .load(input_path)
    data = data.withColumn("label", f.when(f.col("y") == "yes", 1).otherwise(0))
    # The imputer works on doubles
    data = data.withColumn("age", f.col("age").cast("double")).withColumn("balance", f.col("balance").cast("double"))
    categorical = ["job", "marital", "education", "contact", "housing", "loan", "default", "day"]
    numerical = ["age", "balance"]
    indexer = StringIndexer(
        inputCols=categorical, outputCols=[c + "_index" for c in categorical], handleInvalid="keep")
    encoder = OneHotEncoder(
        inputCols=indexer.getOutputCols(), outputCols=[c + "_hot" for c in categorical])
    imputer = Imputer(inputCols=numerical, outputCols=[c + "_imputed" for c in numerical])
    numbers = VectorAssembler(inputCols=imputer.getOutputCols(), outputCol="numbers")
    scaler = StandardScaler(inputCol="numbers", outputCol="scaled", withStd=True, withMean=False)
    features = VectorAssembler(inputCols=encoder.getOutputCols() + ["scaled"], outputCol="features")
    regression = LogisticRegression(featuresCol="features", labelCol="label", maxIter=10)
    pipeline = Pipeline(stages=[indexer, encoder, imputer, numbers, scaler, features, regression])

    training, test = data.randomSplit([0.7, 0.3], seed=100)
    model = pipeline.fit(training)
    auc = BinaryClassificationEvaluator(metricName="areaUnderROC").evaluate(model.transform(test))
    scored = model.transform(data)
    raw = [c for c in data.columns]
    scored.select(*raw, "prediction", vector_to_array("probability")[1].alias("probability"))\
        .write.format("parquet").mode("overwrite").save(output_path)
    return auc


spark = SparkSession.builder.appName("pipelines").getOrCreate()
started = time.time()
auc = train(spark, sys.argv[1], sys.argv[2])
print(f"work {time.time() - started:.3f} s, ROC-AUC {auc:.4f}")
spark.stop()
