package io.escala.localaws.lambda;

import io.escala.localaws.state.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * A function's code, unpacked.
 *
 * @param folder its folder's name, which follows from the bytes
 * @param sha256 of the bytes, in base64
 * @param size bytes of the zip
 */
record FunctionCode(String folder, String sha256, long size) {
  private static final long MAX_UNPACKED = 262_144_000;

  /** Unpacks a zip into a folder below {@code parent}, all of it or nothing. */
  static FunctionCode unpack(Path zip, Path parent) throws IOException {
    MessageDigest digest = newDigest();
    try (InputStream in = Files.newInputStream(zip)) {
      in.transferTo(new DigestOutputStream(java.io.OutputStream.nullOutputStream(), digest));
    }
    byte[] hash = digest.digest();
    FunctionCode code = of(hash, Files.size(zip));
    Path target = parent.resolve(code.folder());
    if (Files.isDirectory(target)) {
      return code;
    }
    Path part = parent.resolve(UUID.randomUUID() + ".part");
    try {
      Files.createDirectories(part);
      FileTree.unzip(zip, part, MAX_UNPACKED);
      requireFittingNatives(part);
      Files.move(part, target);
    } catch (ZipException e) {
      throw new IllegalArgumentException("the code is not a zip file: " + e.getMessage(), e);
    } finally {
      FileTree.delete(part);
    }
    return code;
  }

  /** Code that the template holds itself, for Node. */
  static FunctionCode inline(String text, Path parent) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    FunctionCode code = of(newDigest().digest(bytes), bytes.length);
    Files.createDirectories(parent.resolve(code.folder()));
    Files.write(parent.resolve(code.folder()).resolve("index.js"), bytes);
    return code;
  }

  private static FunctionCode of(byte[] hash, long size) {
    return new FunctionCode(
        HexFormat.of().formatHex(hash, 0, 8), Base64.getEncoder().encodeToString(hash), size);
  }

  /** A zip whose native libraries are all for another processor fails now rather than later. */
  private static void requireFittingNatives(Path folder) throws IOException {
    Set<String> machines = new TreeSet<>();
    List<Path> natives = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path file : tree.filter(path -> path.toString().endsWith(".so")).toList()) {
        natives.add(folder.relativize(file));
        machines.add(elfMachine(file));
      }
    }
    if (!natives.isEmpty() && !machines.contains(thisMachine()) && onLinux()) {
      throw new IllegalArgumentException(
          natives.get(0)
              + " is built for "
              + String.join(", ", machines)
              + ", but this machine is "
              + thisMachine()
              + ": build the code for it, and set Architectures to it");
    }
  }

  private static String elfMachine(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(20);
      if (head.length < 20 || head[0] != 0x7f || head[1] != 'E') {
        return "no Linux";
      }
      return switch ((head[18] & 0xff) | (head[19] & 0xff) << 8) {
        case 62 -> "x86_64";
        case 183 -> "arm64";
        default -> "another processor";
      };
    }
  }

  /** This machine's processor in Lambda's words. */
  static String thisMachine() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "x86_64";
      case "aarch64" -> "arm64";
      default -> System.getProperty("os.arch");
    };
  }

  static boolean onLinux() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
