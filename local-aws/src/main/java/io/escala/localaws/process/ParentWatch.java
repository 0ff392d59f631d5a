package io.escala.localaws.process;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another class's {@code main} in a child JVM and ends that JVM when its standard input ends,
 * which happens when the parent dies, however it dies. It uses nothing but the JDK, because it
 * stands alone on a foreign class path.
 */
public final class ParentWatch {
  private ParentWatch() {}

  /** Takes the name of the class to run and its arguments. */
  public static void main(String[] args) throws ReflectiveOperationException {
    premain("");
    try {
      Class.forName(args[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      System.err.print("Exception in thread \"main\" ");
      e.getCause().printStackTrace();
      System.exit(1);
    }
  }

  /** Watches from within another program, as {@code -javaagent}. */
  public static void premain(String unused) {
    InputStream parent = System.in;
    System.setIn(InputStream.nullInputStream());
    Thread watch = new Thread(() -> haltAtEndOf(parent), "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void haltAtEndOf(InputStream parent) {
    try {
      int next;
      do {
        next = parent.read();
      } while (next >= 0);
    } catch (IOException e) {
      // A broken pipe is an end like any other.
    }
    Runtime.getRuntime().halt(143);
  }
}
