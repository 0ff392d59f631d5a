package io.escala.inference;

import java.util.Arrays;

/**
 * SHA-256 as FIPS 180-4 has it, for files of some kilobytes. The JDK's is faster where the JIT
 * compiler has time, but to find it among the security providers costs a cold start on Lambda 9 ms.
 */
final class SmallSha256 {
  private static final int BLOCK = 64;

  /** The first 32 bits of the fractions of the cube roots of the first 64 primes. */
  private static final int[] ROUNDS = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  };

  private SmallSha256() {}

  static byte[] of(byte[] bytes) {
    int[] hash = {
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    };
    int[] words = new int[64];
    int whole = bytes.length / BLOCK * BLOCK;
    for (int at = 0; at < whole; at += BLOCK) {
      block(bytes, at, words, hash);
    }
    byte[] rest = ending(bytes, whole);
    for (int at = 0; at < rest.length; at += BLOCK) {
      block(rest, at, words, hash);
    }
    byte[] result = new byte[32];
    for (int i = 0; i < 8; i++) {
      putInt(result, 4 * i, hash[i]);
    }
    return result;
  }

  /** What is left of the message, a one, zeros, and its length in bits: whole blocks. */
  private static byte[] ending(byte[] bytes, int whole) {
    int left = bytes.length - whole;
    byte[] rest =
        Arrays.copyOf(Arrays.copyOfRange(bytes, whole, bytes.length), left < 56 ? 64 : 128);
    rest[left] = (byte) 0x80;
    long bits = 8L * bytes.length;
    putInt(rest, rest.length - 8, (int) (bits >>> 32));
    putInt(rest, rest.length - 4, (int) bits);
    return rest;
  }

  private static void putInt(byte[] to, int at, int value) {
    to[at] = (byte) (value >> 24);
    to[at + 1] = (byte) (value >> 16);
    to[at + 2] = (byte) (value >> 8);
    to[at + 3] = (byte) value;
  }

  // Rotations by hand: until this is compiled, each call would cost more than it does
  private static void block(byte[] bytes, int from, int[] w, int[] hash) {
    for (int i = 0, at = from; i < 16; i++, at += 4) {
      w[i] =
          bytes[at] << 24
              | (bytes[at + 1] & 0xff) << 16
              | (bytes[at + 2] & 0xff) << 8
              | (bytes[at + 3] & 0xff);
    }
    for (int i = 16; i < 64; i++) {
      int x = w[i - 15];
      int y = w[i - 2];
      w[i] =
          w[i - 16]
              + w[i - 7]
              + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3)
              + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
    }
    int[] k = ROUNDS;
    int a = hash[0];
    int b = hash[1];
    int c = hash[2];
    int d = hash[3];
    int e = hash[4];
    int f = hash[5];
    int g = hash[6];
    int h = hash[7];
    for (int i = 0; i < 64; i++) {
      int t =
          h
              + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7))
              + (g ^ (e & (f ^ g)))
              + k[i]
              + w[i];
      h = g;
      g = f;
      f = e;
      e = d + t;
      int next =
          t
              + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10))
              + ((a & b) | (c & (a | b)));
      d = c;
      c = b;
      b = a;
      a = next;
    }
    hash[0] += a;
    hash[1] += b;
    hash[2] += c;
    hash[3] += d;
    hash[4] += e;
    hash[5] += f;
    hash[6] += g;
    hash[7] += h;
  }
}
