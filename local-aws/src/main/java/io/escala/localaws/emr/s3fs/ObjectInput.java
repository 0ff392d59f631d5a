package io.escala.localaws.emr.s3fs;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.fs.FSInputStream;

/** Reads an object's bytes, from anywhere in it. */
final class ObjectInput extends FSInputStream {
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024).flip();
  private long bufferAt;

  ObjectInput(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.READ);
  }

  @Override
  public synchronized void seek(long position) throws IOException {
    if (position < 0 || position > channel.size()) {
      throw new EOFException(
          "cannot seek to " + position + " in an object of " + channel.size() + " bytes");
    }
    long inBuffer = position - bufferAt;
    if (inBuffer >= 0 && inBuffer <= buffer.limit()) {
      buffer.position((int) inBuffer);
    } else {
      bufferAt = position;
      buffer.clear().flip();
    }
  }

  @Override
  public synchronized long getPos() {
    return bufferAt + buffer.position();
  }

  @Override
  public boolean seekToNewSource(long targetPosition) {
    return false;
  }

  @Override
  public synchronized int read() throws IOException {
    return buffer.hasRemaining() || fill() ? buffer.get() & 0xff : -1;
  }

  @Override
  public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!buffer.hasRemaining() && !fill()) {
      return -1;
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(bytes, offset, count);
    return count;
  }

  @Override
  public int read(long position, byte[] bytes, int offset, int length) throws IOException {
    return length == 0 ? 0 : channel.read(ByteBuffer.wrap(bytes, offset, length), position);
  }

  @Override
  public synchronized int available() throws IOException {
    return (int) Math.min(Integer.MAX_VALUE, channel.size() - getPos());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private boolean fill() throws IOException {
    bufferAt += buffer.position();
    buffer.clear();
    int count = channel.read(buffer, bufferAt);
    buffer.flip();
    return count > 0;
  }
}
