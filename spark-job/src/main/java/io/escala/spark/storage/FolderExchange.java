package io.escala.spark.storage;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Swaps two folders of a local disk in one step, so that at no moment either is absent: {@code
 * renameat2(2)} with {@code RENAME_EXCHANGE} on Linux, {@code renamex_np(2)} with {@code
 * RENAME_SWAP} on macOS. Java has no such call.
 */
final class FolderExchange {
  private static final int AT_FDCWD = -100;
  private static final int EXCHANGE = 2; // RENAME_EXCHANGE and RENAME_SWAP alike

  private FolderExchange() {}

  /**
   * Swaps them, or returns false where the platform, the file system or this class path (the job's
   * jar does not hold JNA) cannot do so.
   *
   * @throws IOException if it could, but failed, such as for lack of permission
   */
  static boolean swap(Path one, Path other) throws IOException {
    try {
      return swapNatively(one.toString(), other.toString());
    } catch (LinkageError e) {
      return false;
    }
  }

  private static boolean swapNatively(String one, String other) throws IOException {
    NativeLibrary libc =
        NativeLibrary.getInstance(
            Platform.C_LIBRARY_NAME,
            Map.of(Library.OPTION_STRING_ENCODING, System.getProperty("sun.jnu.encoding")));
    int result;
    if (Platform.isMac()) {
      Function rename = libc.getFunction("renamex_np");
      result = rename.invokeInt(new Object[] {one, other, EXCHANGE});
    } else if (Platform.isLinux()) {
      Function rename = libc.getFunction("renameat2");
      result = rename.invokeInt(new Object[] {AT_FDCWD, one, AT_FDCWD, other, EXCHANGE});
    } else {
      return false;
    }
    if (result == 0) {
      return true;
    }
    int error = Native.getLastError();
    // ENOSYS, ENOTSUP and EINVAL: the kernel or the file system has no exchange
    Set<Integer> lacking = Platform.isMac() ? Set.of(78, 45, 22) : Set.of(38, 95, 22);
    if (lacking.contains(error)) {
      return false;
    }
    throw new IOException("cannot exchange " + one + " and " + other + ": error " + error);
  }
}
