package io.escala.spark.segments;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentKeyTest {
  private static final String VALID = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  @Test
  void shouldSayTheValuesInTheNameAsFarAsTheyCanBeRead() {
    assertThat(name("Blue-collar", "secondary")).matches("bank-blue-collar-secondary-[0-9a-f]{12}");
    assertThat(name("admin.", null)).matches("bank-admin-null-[0-9a-f]{12}");
    assertThat(name("Élève/é", 31)).matches("bank-eleve-e-31-[0-9a-f]{12}");
    assertThat(name("学生", "")).matches("bank-[0-9a-f]{12}");
  }

  @Test
  void shouldNeverGiveTwoSegmentsOneName() {
    // given
    String endless = "x".repeat(500);
    List<List<Object>> segments =
        List.of(
            Arrays.asList("admin.", null),
            List.of("admin.", "null"),
            List.of("admin", "null"),
            List.of("Admin.", "null"),
            List.of("a-b", "c"),
            List.of("a", "b-c"),
            List.of("a\",\"education\":\"b", "c"),
            List.of("", ""),
            Arrays.asList(null, ""),
            Arrays.asList("", null),
            List.of("学生", ""),
            List.of("学", "生"),
            List.of("\u0000", "😀"),
            List.of(1, 2),
            List.of("1", "2"),
            List.of(endless, "a"),
            List.of(endless, "b"));

    // when
    List<String> names = segments.stream().map(values -> name(values.toArray())).toList();

    // then
    assertThat(names).allMatch(name -> name.matches(VALID));
    assertThat(new HashSet<>(names)).hasSameSizeAs(names);
    assertThat(name("admin.", null)).isEqualTo(names.get(0));
  }

  @Test
  void shouldLeaveRoomForTheLongestPrefix() {
    SegmentKey key = new SegmentKey(List.of("job"), List.of("y".repeat(99)));

    assertThat(key.modelName("p".repeat(SegmentKey.LONGEST_PREFIX))).matches(VALID).hasSize(64);
  }

  @Test
  void shouldTellTheSameValuesOfOtherColumnsApart() {
    assertThat(new SegmentKey(List.of("housing"), List.of("yes")).modelName("bank"))
        .isNotEqualTo(new SegmentKey(List.of("loan"), List.of("yes")).modelName("bank"));
  }

  private static String name(Object... values) {
    return new SegmentKey(List.of("job", "education"), Arrays.asList(values)).modelName("bank");
  }
}
