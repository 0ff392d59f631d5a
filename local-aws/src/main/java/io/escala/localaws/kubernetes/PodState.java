package io.escala.localaws.kubernetes;

import java.net.InetSocketAddress;
import java.util.OptionalInt;

/**
 * How a pod is.
 *
 * @param phase {@code Pending}, {@code Running}, {@code Succeeded} or {@code Failed}
 * @param ready whether requests should come to it
 * @param readySince {@link System#nanoTime} of when it became ready; of no meaning when it is not
 * @param restarts how often its container was started again
 * @param address where it listens; {@code null} when it does not run or serves nothing
 * @param pid its process; 0 when there is none
 * @param reason one word for why it is not as it should be, for example {@code CrashLoopBackOff};
 *     or empty
 * @param message the same in a sentence
 * @param exitCode of the container's last end
 */
record PodState(
    String phase,
    boolean ready,
    long readySince,
    int restarts,
    InetSocketAddress address,
    long pid,
    String reason,
    String message,
    OptionalInt exitCode) {
  static final PodState CREATED =
      new PodState("Pending", false, 0, 0, null, 0, "ContainerCreating", "", OptionalInt.empty());

  PodState running(InetSocketAddress newAddress, long newPid) {
    return new PodState("Running", false, 0, restarts, newAddress, newPid, "", message, exitCode);
  }

  PodState withReady(boolean now, String why) {
    return new PodState(
        phase,
        now,
        now && !ready ? System.nanoTime() : readySince,
        restarts,
        address,
        pid,
        reason,
        why,
        exitCode);
  }

  PodState ended(String newPhase, String newReason, String newMessage, OptionalInt code) {
    return new PodState(newPhase, false, 0, restarts, null, 0, newReason, newMessage, code);
  }

  PodState because(String newReason) {
    return new PodState(
        phase, ready, readySince, restarts, address, pid, newReason, message, exitCode);
  }

  PodState restarted() {
    return new PodState(
        phase, ready, readySince, restarts + 1, address, pid, reason, message, exitCode);
  }
}
