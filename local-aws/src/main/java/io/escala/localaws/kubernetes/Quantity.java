package io.escala.localaws.kubernetes;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kubernetes' notation of amounts: {@code 500m}, {@code 1Gi}, {@code 2}.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>
 */
final class Quantity {
  private static final Pattern FORM =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?");
  private static final Map<String, BigDecimal> UNITS =
      Map.of(
          "m", new BigDecimal("0.001"),
          "k", BigDecimal.TEN.pow(3),
          "M", BigDecimal.TEN.pow(6),
          "G", BigDecimal.TEN.pow(9),
          "T", BigDecimal.TEN.pow(12),
          "Ki", BigDecimal.valueOf(1L << 10),
          "Mi", BigDecimal.valueOf(1L << 20),
          "Gi", BigDecimal.valueOf(1L << 30),
          "Ti", BigDecimal.valueOf(1L << 40));

  private Quantity() {}

  /** The amount in whole units: bytes, cores. */
  static BigDecimal of(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a quantity such as 500m, 2 or 1Gi: " + text);
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    return matcher.group(2) == null ? number : number.multiply(UNITS.get(matcher.group(2)));
  }

  /** How many {@code divisor}s the amount is, rounded up as the Downward API does. */
  static long divided(BigDecimal amount, BigDecimal divisor) {
    return amount.divide(divisor, 0, RoundingMode.CEILING).longValueExact();
  }
}
