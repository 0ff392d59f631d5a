"""cold_start.py PART TURNS WORK: measures the functions that bench/cold-start prepared in WORK, in turns."""
import base64
import glob
import json
import os
import queue
import signal
import statistics
import struct
import subprocess
import sys
import time
import zlib

from runtime_api import RuntimeApi

part, turns, work = sys.argv[1], int(sys.argv[2]), sys.argv[3]
warm_answers = 2000
cpus = sorted(os.sched_getaffinity(0))
ours, mine = cpus[0], cpus[-1]  # what is measured has a CPU to itself

JAVA = [
    os.environ["ESCALA_BENCH_JAVA"],
    # As on Lambda, for a function of 1769 MB, which has one CPU
    "-XX:MaxHeapSize=1501184k",
    # A 64th of that function's memory, as the JVM takes it; of this machine's it would take more
    "-XX:InitialHeapSize=28m",
    "-XX:+UseSerialGC",
    "-Xshare:auto",
    "-XX:+TieredCompilation",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ErrorFileToStderr",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "-Djava.net.preferIPv4Stack=true",
    "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac",
    # Otherwise the client unpacks its library to one fixed place at each start, which Lambda's image spares it
    f"-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI={work}/runtime-client.so",
    f"-Djava.io.tmpdir={work}/tmp",
    *os.environ.get("ESCALA_BENCH_JVM", "").split(),
    "-cp",
    ":".join(sorted(glob.glob(os.path.abspath("local-aws/target/lambda-runtime/*.jar")))),
    "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
]
FUNCTIONS = {
    "empty": ("empty handler", f"{work}/empty", [*JAVA, "Empty::handleRequest"]),
    "escala": ("Escala", f"{work}/escala", [*JAVA, "io.escala.lambda.InferenceHandler::handleRequest"]),
    "sam": (
        "SAM template's scikit-learn handler",
        f"{work}/sam",
        [os.environ["ESCALA_BENCH_PYTHON"], "-m", "awslambdaric", "digit_handler.lambda_handler"],
    ),
}
# Other builds of our zip to compare with: ESCALA_BENCH_ALSO="name=folder name=folder"
for also in os.environ.get("ESCALA_BENCH_ALSO", "").split():
    name, folder = also.split("=")
    FUNCTIONS[name] = (name, os.path.abspath(folder), FUNCTIONS["escala"][2])


def png(pixels):
    rows = b"".join(b"\0" + bytes(pixels[i : i + 28]) for i in range(0, 784, 28))
    chunk = lambda name, data: struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    header = struct.pack(">IIBBBBB", 28, 28, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def digit_event():
    """A digit as API Gateway's REST API hands it over, and its label."""
    golden = json.load(open(glob.glob(f"{work}/escala/models/digits/*/manifest.json")[0]))["golden"][0]
    headers = {
        "Accept": "*/*",
        "Content-Type": "image/png",
        "Host": "abcdefghij.execute-api.eu-west-1.amazonaws.com",
        "User-Agent": "curl/8.5.0",
        "X-Amzn-Trace-Id": "Root=1-65f1e0a2-0123456789abcdef01234567",
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }
    event = {
        "resource": "/classify_digit",
        "path": "/classify_digit",
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "domainName": headers["Host"],
            "domainPrefix": "abcdefghij",
            "extendedRequestId": "UzQ1dEXAMPLE=",
            "httpMethod": "POST",
            "identity": {"accessKey": None, "accountId": None, "sourceIp": "203.0.113.7", "userAgent": "curl/8.5.0"},
            "path": "/v1/classify_digit",
            "protocol": "HTTP/1.1",
            "requestId": "38f6e2f0-1111-4c8d-b1f6-4a1b7b1c2d3e",
            "requestTime": "23/Nov/2026:19:45:00 +0000",
            "requestTimeEpoch": 1795463100000,
            "resourceId": "abc123",
            "resourcePath": "/classify_digit",
            "stage": "v1",
        },
        "body": base64.b64encode(png(golden["inputs"]["pixels"])).decode(),
        "isBase64Encoded": True,
    }
    return json.dumps(event).encode(), '{"predicted_label": %s}' % golden["label"]


EVENT, EXPECTED = digit_event()


class Function:
    """A function's process and the Runtime API it asks, from the start of the one to the end of both."""

    def __init__(self, name, snapshot=False):
        self.name = name
        _, folder, command = FUNCTIONS[name]
        self.api = RuntimeApi()
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "en_US.UTF-8",
            "AWS_LAMBDA_RUNTIME_API": self.api.address,
            "AWS_LAMBDA_FUNCTION_NAME": "f",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start" if snapshot else "on-demand",
            "LAMBDA_TASK_ROOT": folder,
            "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            # As the stack sets them: a model that a request for another one does not touch
            "ESCALA_MODELS_URI": "s3://bucket/models",
            "ESCALA_MODELS": "bank",
        }
        self.log = open(f"{work}/{name}.log", "wb+")
        os.sched_setaffinity(0, {ours})  # of this thread, and so of the process that it starts
        self.started = time.perf_counter()
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdout=self.log, stderr=self.log)
        os.sched_setaffinity(0, {mine})
        # The clock of its user and system time, in nanoseconds: clock_getcpuclockid(3)
        clock = (~self.process.pid << 3) | 2
        self.api.cpu_seconds = lambda: time.clock_gettime(clock)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.api.close()
        self.log.close()

    def fail(self, why):
        self.log.seek(0)
        sys.exit(f"bench/cold-start: {self.name} {why}; its log:\n{self.log.read().decode(errors='replace')}")

    def until(self, event):
        for _ in range(600):
            if event.wait(0.1):
                return
            if self.process.poll() is not None:
                break
        self.fail("did not come to its snapshot")

    def answer(self):
        """When the event was handed out, when the answer had come, and the CPU time of the process so far."""
        for _ in range(600):
            try:
                sent, now, cpu, path, body = self.api.answers.get(timeout=0.1)
            except queue.Empty:
                if self.process.poll() is not None:
                    self.fail("ended")
                continue
            right = path.endswith("/response") and json.loads(body)["statusCode"] == 200
            if not right or (self.name != "empty" and json.loads(body)["body"] != EXPECTED):
                self.fail(f"answered {path} {body.decode()}, but {EXPECTED} is right")
            return sent, now, cpu
        self.fail("did not answer within a minute")

    def peak_memory(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024


def start(name):
    with Function(name) as function:
        function.api.events.put(EVENT)
        _, now, cpu = function.answer()
        return (now - function.started) * 1e3, cpu * 1e3, function.peak_memory()


def restore(name):
    with Function(name, snapshot=True) as function:
        function.until(function.api.snapshot)
        time.sleep(0.3)  # until what the start left behind is done, as before Lambda's snapshot
        before, restored = function.api.cpu_seconds(), time.perf_counter()
        function.api.events.put(EVENT)
        function.api.restore.set()
        _, now, cpu = function.answer()
        return (now - restored) * 1e3, (cpu - before) * 1e3, function.peak_memory()


def warm(name):
    with Function(name) as function:
        took, first = [], None
        for _ in range(warm_answers + 1000):
            function.api.events.put(EVENT)
        for i in range(warm_answers + 1000):
            sent, now, cpu = function.answer()
            if i >= 1000:
                took.append((now - sent) * 1e3)
            elif i == 999:
                first = cpu
        took.sort()
        each = (cpu - first) * 1e3 / warm_answers
        return took[len(took) // 2], took[len(took) * 99 // 100], each, function.peak_memory()


def in_turns(measure, names):
    figures = {name: [] for name in names}
    for turn in range(turns + 1):
        for name in names if turn % 2 else reversed(names):
            figure = measure(name)
            if turn > 0:  # the first one reads files into the page cache
                figures[name].append(figure)
    return {name: [statistics.median(column) for column in zip(*rows)] for name, rows in figures.items()}


def table(title, head, rows):
    print(f"{title}; medians of {turns}, in turns, one CPU")
    print(f"{'':40s}" + "".join(f"{column:>12s}" for column in head))
    for label, cells in rows:
        print(f"{label:40s}" + "".join(f"{cell:>12s}" for cell in cells))
    print(flush=True)


def times(a, b):
    return f"{a / b:.2f}"


def label(name, request=", digits"):
    return FUNCTIONS[name][0] + (request if name not in ("empty", "sam") else "")


signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
os.sched_setaffinity(0, {mine})
also = [name for name in FUNCTIONS if name not in ("empty", "escala", "sam")]
head = ["wall ms", "CPU ms", "of empty", "(CPU)", "rival's", "peak MB"]
if part in ("start", "all"):
    medians = in_turns(start, ["empty", "escala", *also, "sam"])
    empty, sam = medians["empty"], medians["sam"]
    table(
        "start of the process to the first answer",
        head,
        [
            (label(name), [f"{m[0]:.1f}", f"{m[1]:.1f}", times(m[0], empty[0]), times(m[1], empty[1]), times(sam[0], m[0]) + "x", f"{m[2]:.0f}"])
            for name, m in medians.items()
        ],
    )
if part in ("restore", "all"):
    medians = in_turns(restore, ["empty", "escala", *also])
    empty = medians["empty"]
    table(
        "after a restore (no fetching of a snapshot) to the first answer",
        head[:4],
        [(label(n), [f"{m[0]:.1f}", f"{m[1]:.1f}", times(m[0], empty[0]), times(m[1], empty[1])]) for n, m in medians.items()],
    )
if part in ("warm", "all"):
    medians = in_turns(warm, ["empty", "escala", *also, "sam"])
    sam = medians["sam"]
    table(
        f"warm, {warm_answers} answers after 1,000: event handed out to answer back, runtime client included",
        ["p50 ms", "p99 ms", "p99/p50", "CPU ms each", "rival's p50", "peak MB"],
        [
            (label(n), [f"{m[0]:.3f}", f"{m[1]:.3f}", times(m[1], m[0]), f"{m[2]:.3f}", times(sam[0], m[0]) + "x", f"{m[3]:.0f}"])
            for n, m in medians.items()
        ],
    )
