"""measure.py LOG COMMAND...: runs a command and prints its wall seconds and the peak memory in MB of it or a child."""
import resource
import subprocess
import sys
import time

started = time.time()
with open(sys.argv[1], "wb") as log:
    code = subprocess.run(sys.argv[2:], stdout=log, stderr=subprocess.STDOUT).returncode
print(f"{time.time() - started:.3f} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f}")
sys.exit(code)
