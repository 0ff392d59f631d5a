"""One scikit-learn model for each segment, side by side with groupBy().applyInPandas.

The rival of the job's train-segments: PySpark, pandas, scikit-learn. Reads bank marketing rows
(CSV separated by ;, as bank-full.csv), fits one-hot encoding, scaling and a logistic regression
to 70 % of each segment's rows, measures it on the others and writes one row a segment. With --folds
segments below 1,000 rows are measured in five folds and fitted to all rows, as the job does it.
"""

import argparse
import time

import pandas as pd
from pyspark.sql import SparkSession
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

SCHEMA = (
    "age int, job string, marital string, education string, default string, balance double, "
    "housing string, loan string, contact string, day int, month string, duration int, "
    "campaign int, pdays int, previous int, poutcome string, y string"
)
CATEGORIES = [
    "job", "marital", "education", "default", "housing", "loan", "contact", "day", "month",
    "poutcome",
]
NUMBERS = ["age", "balance", "campaign", "pdays", "previous"]


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--input", required=True, help="CSV file or folder, separated by ;")
    parser.add_argument("--by", required=True, help="columns of the segments, such as job,month")
    parser.add_argument("--output", required=True, help="folder for one Parquet row a segment")
    parser.add_argument("--min-rows", type=int, default=50)
    parser.add_argument("--min-class-rows", type=int, default=5)
    parser.add_argument("--folds", action="store_true", help="measure small segments in five folds")
    parser.add_argument("--seed", type=int, default=100)
    return parser.parse_args()


def main():
    args = parse_args()
    by = args.by.split(",")
    categories = [c for c in CATEGORIES if c not in by]
    numbers = [c for c in NUMBERS if c not in by]
    started = time.time()
    spark = SparkSession.builder.appName("rival: train segments").getOrCreate()

    def fit(segment: pd.DataFrame) -> pd.DataFrame:
        keys = segment[by].iloc[0].tolist()
        label = (segment["y"] == "yes").astype(int)
        positives = int(label.sum())
        if (
            len(segment) < args.min_rows
            or min(positives, len(segment) - positives) < args.min_class_rows
        ):
            row = keys + [len(segment), positives, None]
        else:
            model = make_pipeline(
                ColumnTransformer(
                    [
                        ("one-hot", OneHotEncoder(handle_unknown="ignore"), categories),
                        ("scale", StandardScaler(), numbers),
                    ]
                ),
                LogisticRegression(max_iter=1000),
            )
            features = segment[categories + numbers]
            if args.folds and len(segment) < 1000:
                folds = StratifiedKFold(5, shuffle=True, random_state=args.seed)
                probability = cross_val_predict(
                    model, features, label, cv=folds, method="predict_proba"
                )[:, 1]
                model.fit(features, label)
                auc = roc_auc_score(label, probability)
            else:
                train_x, test_x, train_y, test_y = train_test_split(
                    features, label, test_size=0.3, stratify=label, random_state=args.seed
                )
                model.fit(train_x, train_y)
                auc = roc_auc_score(test_y, model.predict_proba(test_x)[:, 1])
            row = keys + [len(segment), positives, float(auc)]
        return pd.DataFrame([row], columns=by + ["n", "positives", "auc"])

    rows = spark.read.csv(args.input, sep=";", header=True, schema=SCHEMA)
    types = {field.name: field.dataType.simpleString() for field in rows.schema.fields}
    result = ", ".join(f"`{c}` {types[c]}" for c in by) + ", n long, positives long, auc double"
    rows.groupBy(*by).applyInPandas(fit, schema=result).write.mode("overwrite").parquet(args.output)

    written = spark.read.parquet(args.output)
    print(f"segments {written.count()}, fitted {written.where('auc is not null').count()}")
    print(f"seconds  {time.time() - started:.1f}")
    spark.stop()


if __name__ == "__main__":
    main()
