package io.escala.localaws.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.escala.localaws.s3.S3Store.Listed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One page of a bucket's keys, as all of S3's listings cut it.
 *
 * @param objects the objects of the page
 * @param commonPrefixes what the delimiter rolled up
 * @param next where the next page starts after; {@code null} when this is the last
 */
record Listing(List<Listed> objects, List<String> commonPrefixes, String next) {

  /** Cuts the page that starts after {@code after}. */
  static Listing page(
      List<Listed> sorted, String prefix, String delimiter, String after, int maxKeys) {
    List<Listed> objects = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    String last = after;
    boolean afterIsPrefix = !delimiter.isEmpty() && after.endsWith(delimiter);
    for (Listed object : sorted) {
      String key = object.key();
      if (compare(key, after) <= 0 || (afterIsPrefix && key.startsWith(after))) {
        continue;
      }
      int cut = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
      String rolled = cut == -1 ? null : key.substring(0, cut + delimiter.length());
      if (rolled != null
          && !prefixes.isEmpty()
          && prefixes.get(prefixes.size() - 1).equals(rolled)) {
        continue;
      }
      if (objects.size() + prefixes.size() == maxKeys) {
        return new Listing(objects, prefixes, last);
      }
      if (rolled == null) {
        objects.add(object);
        last = key;
      } else {
        prefixes.add(rolled);
        last = rolled;
      }
    }
    return new Listing(objects, prefixes, null);
  }

  private static int compare(String a, String b) {
    return Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));
  }
}
