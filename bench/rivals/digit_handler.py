"""What the AWS SAM template for scikit-learn does with a digit: a picture in base64 from API Gateway, made grey, resized to
28x28, scored. The model is loaded while the function starts."""
import base64
import io
import json

import joblib
import numpy as np
from PIL import Image

model = joblib.load("digit.joblib")


def lambda_handler(event, context):
    picture = Image.open(io.BytesIO(base64.b64decode(event["body"])))
    pixels = np.array(picture.convert("L").resize((28, 28))).reshape(1, 784)
    label = int(model.predict(pixels)[0])
    return {"statusCode": 200, "body": json.dumps({"predicted_label": label})}
