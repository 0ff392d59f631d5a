"""The server that Python people build: FastAPI on uvicorn, pydantic for what a request may hold, ONNX Runtime for the answer.

Serves the bundles named in BUNDLES (colon separated) with the paths and bodies of inference-server. As fast as it gets by
these means: the body is parsed and checked in one go by pydantic's Rust core, answers are written by orjson, the runtime
runs on the event loop of one of the workers (a hand-over to a thread costs more than it saves: there are as many workers
as cores). Fields' types, ranges and fixed categories are checked, as inference-server does; its sentences, limits, metrics, versions and
drain have no counterpart here.
"""
import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import onnxruntime
import orjson
from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import Field, TypeAdapter, ValidationError, with_config
from typing_extensions import NotRequired, TypedDict

TYPES = {"FP32": np.float32, "FP64": np.float64, "INT64": np.int64, "UINT8": np.uint8, "BYTES": object}


class Tensor(TypedDict):
    name: str
    shape: list[int]
    datatype: str
    data: list[Any]


class Infer(TypedDict):
    id: NotRequired[str]
    inputs: list[Tensor]


INFER = TypeAdapter(Infer)


def field(given):
    """The type of one value of an input, with the manifest's range or categories."""
    datatype = given["datatype"]
    if datatype == "BYTES":
        value = Literal[tuple(given["values"])] if given.get("otherValues") == "rejected" else str
    elif datatype == "UINT8":
        value = Annotated[int, Field(ge=0, le=255)]
    else:
        whole = int if datatype == "INT64" else float
        value = Annotated[whole, Field(ge=given.get("min"), le=given.get("max"), allow_inf_nan=False)]
    width = given["shape"][1]
    if width > 1:
        value = Annotated[list[value], Field(min_length=width, max_length=width)]
    return NotRequired[value | None] if given["nullable"] else value


class Model:
    def __init__(self, folder):
        version = json.loads((folder / "current.json").read_text())["version"]
        self.manifest = json.loads((folder / version / "manifest.json").read_text())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(folder / version / "model.onnx", options, providers=["CPUExecutionProvider"])
        self.name = self.manifest["name"]
        self.version = version
        self.classes = self.manifest["classes"]
        self.positive = self.classes.index(self.manifest["positiveClass"]) if "positiveClass" in self.manifest else -1
        self.inputs = [
            (i["name"], i["shape"][1], TYPES[i["datatype"]], i.get("missing", np.nan)) for i in self.manifest["inputs"]
        ]
        fields = {i["name"]: field(i) for i in self.manifest["inputs"]}
        fields |= {name: NotRequired[Any] for name in self.manifest["ignored"]}
        row = with_config(extra="forbid")(TypedDict("Row", fields))
        instances = Annotated[list[row], Field(min_length=1, max_length=1000)]
        self.body = TypeAdapter(TypedDict("Instances", {"instances": instances}))

    def predict(self, body):
        rows = self.body.validate_json(body)["instances"]
        feeds = {}
        for name, width, dtype, missing in self.inputs:
            column = [row.get(name) for row in rows]
            if None in column:
                column = [missing if value is None else value for value in column]
            feeds[name] = np.array(column, dtype).reshape(len(rows), width)
        labels, probabilities = self.session.run(["label", "probabilities"], feeds)
        if self.positive >= 0:
            answers = [
                {"label": self.classes[label], "probability": row[self.positive]}
                for label, row in zip(labels.tolist(), probabilities.tolist())
            ]
        else:
            answers = [
                {"label": self.classes[label], "probabilities": row}
                for label, row in zip(labels.tolist(), probabilities)
            ]
        return orjson.dumps({"predictions": answers}, option=orjson.OPT_SERIALIZE_NUMPY)

    def infer(self, body):
        request = INFER.validate_json(body)
        given = {tensor["name"]: tensor for tensor in request["inputs"]}
        feeds = {}
        for name, width, dtype, missing in self.inputs:
            tensor = given[name]
            if tensor["shape"][1] != width:
                raise HTTPException(400, f"input {name} has the shape {tensor['shape']}")
            data = tensor["data"]
            if None in data:
                data = [missing if value is None else value for value in data]
            feeds[name] = np.array(data, dtype).reshape(tensor["shape"])
        outputs = []
        for node, values in zip(self.manifest["outputs"], self.session.run([o["name"] for o in self.manifest["outputs"]], feeds)):
            outputs.append({"name": node["name"], "datatype": node["datatype"], "shape": values.shape, "data": values.ravel()})
        answer = {"model_name": self.name, "model_version": self.version, "outputs": outputs}
        if "id" in request:
            answer["id"] = request["id"]
        return orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)


MODELS = {model.name: model for model in (Model(Path(folder)) for folder in os.environ["BUNDLES"].split(":"))}
app = FastAPI(openapi_url=None)


async def answered(name, request, how):
    if name not in MODELS:
        raise HTTPException(404, f"there is no model {name}")
    try:
        return Response(getattr(MODELS[name], how)(await request.body()), media_type="application/json")
    except ValidationError as e:
        raise HTTPException(400, e.errors(include_url=False, include_context=False, include_input=False)) from e


@app.post("/v1/models/{name}:predict")
async def predict(name: str, request: Request):
    return await answered(name, request, "predict")


@app.post("/v2/models/{name}/infer")
async def infer(name: str, request: Request):
    return await answered(name, request, "infer")


@app.get("/v2/health/ready")
async def ready():
    return {"ready": True}
