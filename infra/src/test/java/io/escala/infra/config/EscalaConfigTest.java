package io.escala.infra.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EscalaConfigTest {
  @TempDir Path root;

  @Test
  void shouldHaveADefaultForEveryKey() {
    // when
    EscalaConfig config = EscalaConfig.from(Map.of(), root);

    // then
    assertThat(config)
        .isEqualTo(
            new EscalaConfig(
                new Input.Generated(45_211, 1),
                "full",
                Optional.of("gbt"),
                spark("m7g.xlarge", "m7g.xlarge", 2),
                new NetworkConfig(2, Optional.empty()),
                new EscalaConfig.Inference(Architecture.X86_64, 1769, 20, false, false),
                Optional.empty(),
                14,
                false));
  }

  @Test
  void shouldReadEveryKeyFromTheObjectOfCdkJson() {
    // given
    Map<String, Object> object =
        Map.of(
            "rows",
            1000,
            "seed",
            7,
            "recipe",
            "book",
            "spark",
            Map.of(
                "release",
                "emr-spark-8.1.0",
                "primaryInstanceType",
                "m8g.2xlarge",
                "coreInstanceType",
                "r7i.metal-24xl",
                "coreCount",
                5),
            "network",
            Map.of("zones", 3.0),
            "inference",
            Map.of(
                "architecture",
                "arm64",
                "memoryMb",
                512,
                "timeoutSeconds",
                "9",
                "snapStart",
                true,
                "batch",
                "true"),
            "kubernetes",
            Map.of(
                "enabled",
                true,
                "version",
                "1.35",
                "admins",
                List.of(
                    "arn:aws:iam::111122223333:role/team/Admin",
                    "arn:aws-cn:iam::111122223333:user/ada"),
                "endpoint",
                "public",
                "publicCidrs",
                List.of("203.0.113.0/24", "198.51.100.7/32"),
                "mirror",
                "111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror",
                "kserve",
                true,
                "sparkOperator",
                true,
                "sparkImage",
                "111122223333.dkr.ecr.eu-west-1.amazonaws.com/spark:4.1.1"),
            "logRetentionDays",
            30,
            "deleteData",
            true);

    // when
    EscalaConfig config = EscalaConfig.from(Map.of("escala", object), root);

    // then
    assertThat(config)
        .isEqualTo(
            new EscalaConfig(
                new Input.Generated(1000, 7),
                "book",
                Optional.empty(),
                spark("m8g.2xlarge", "r7i.metal-24xl", 5),
                new NetworkConfig(3, Optional.empty()),
                new EscalaConfig.Inference(Architecture.ARM64, 512, 9, true, true),
                Optional.of(
                    new KubernetesConfig(
                        "1.35",
                        List.of(
                            "arn:aws:iam::111122223333:role/team/Admin",
                            "arn:aws-cn:iam::111122223333:user/ada"),
                        List.of("203.0.113.0/24", "198.51.100.7/32"),
                        Optional.of("111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror"),
                        true,
                        Optional.of("111122223333.dkr.ecr.eu-west-1.amazonaws.com/spark:4.1.1"),
                        KubernetesConfigTest.SERVING)),
                30,
                true));
  }

  @Test
  void shouldLetTheCommandLineWin() {
    // given
    Map<String, Object> context =
        Map.of(
            "escala",
            Map.of("spark", Map.of("coreCount", 5), "rows", 1000),
            "escala:spark.coreCount",
            "3");

    // when
    EscalaConfig config = EscalaConfig.from(context, root);

    // then
    assertThat(config.spark().coreCount()).isEqualTo(3);
    assertThat(config.input()).isEqualTo(new Input.Generated(1000, 1));
  }

  @Test
  void shouldLetTheCommandLineTakeBackAKeyWithAnEmptyValue() {
    // when
    EscalaConfig config =
        EscalaConfig.from(Map.of("escala", Map.of("rows", 1000), "escala:rows", ""), root);

    // then
    assertThat(config.input()).isEqualTo(new Input.Generated(45_211, 1));
  }

  @Test
  void shouldIgnoreContextOfOthers() {
    // when
    EscalaConfig config =
        EscalaConfig.from(Map.of("@aws-cdk/aws-iam:minimizePolicies", true), root);

    // then
    assertThat(config).isEqualTo(EscalaConfig.from(Map.of(), root));
  }

  @Test
  void shouldReportAllMistakesTogether() {
    // given
    Map<String, Object> context = new LinkedHashMap<>();
    context.put("escala:spark.coreCount", "three");
    context.put("escala:spark.release", "emr-7.14.0");
    context.put("escala:network.zones", "1");
    context.put("escala:inference.memory", "512");
    context.put("escala:logRetentionDays", "10");
    context.put("escala:deleteData", "yes");

    // then
    assertThatThrownBy(() -> EscalaConfig.from(context, root))
        .asInstanceOf(type(ConfigurationException.class))
        .extracting(ConfigurationException::mistakes)
        .isEqualTo(
            List.of(
                "escala:spark.release = emr-7.14.0: must be emr-spark-8.1.0",
                "escala:spark.coreCount = three: must be a whole number from 1 to 100",
                "escala:network.zones = 1: must be a whole number from 2 to 3",
                "escala:logRetentionDays = 10: must be one of"
                    + " 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731",
                "escala:deleteData = yes: must be one of true, false",
                "escala:inference.memory = 512: there is no such key; the nearest is inference.memoryMb"));
  }

  @ParameterizedTest
  @CsvSource({
    "rows, 99, a whole number from 100 to 1000000000",
    "rows, 4.5, a whole number from 100 to 1000000000",
    "seed, -1, a whole number from 0 to 9223372036854775807",
    "spark.coreInstanceType, m7g, 'an instance type of size xlarge or more, such as m7g.xlarge'",
    "spark.coreInstanceType, t4g.small, 'an instance type of size xlarge or more, such as m7g.xlarge'",
    "spark.primaryInstanceType, M7G.XLARGE, 'an instance type of size xlarge or more, such as m7g.xlarge'",
    "inference.architecture, arm, 'one of x86_64, arm64'",
    "inference.timeoutSeconds, 30, a whole number from 1 to 29",
    "inference.memoryMb, 128, a whole number from 256 to 10240",
    "recipe, cookbook, 'one of full, book'",
    "algorithm, svm, 'one of gbt, logistic, random-forest'",
  })
  void shouldSayWhatIsAllowed(String key, String value, String allowed) {
    // then
    assertThat(mistakes("escala:" + key, value))
        .containsExactly("escala:" + key + " = " + value + ": must be " + allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "spark.corecount, spark.coreCount",
    "coreCount, spark.coreCount",
    "inputs, input",
    "logretention, logRetentionDays",
    "network.zones.first, network.zones"
  })
  void shouldNameTheNearestKey(String unknown, String nearest) {
    // then
    assertThat(mistakes("escala:" + unknown, "1"))
        .containsExactly(
            "escala:" + unknown + " = 1: there is no such key; the nearest is " + nearest);
  }

  @Test
  void shouldRefuseACdkJsonWithoutAnObject() {
    // then
    assertThat(mistakes("escala", "rows=5"))
        .containsExactly(
            "escala = rows=5: must be an object; on the command line a key is set as -c escala:rows=1000");
  }

  @Test
  void shouldRefuseAValueWhereAnObjectBelongsAndAnObjectWhereAValueDoes() {
    // then
    assertThat(mistakes("escala", Map.of("spark", "transient")))
        .containsExactly(
            "escala:spark = transient: is no key but an object of them; the first is"
                + " spark.lifecycle");
    assertThat(mistakes("escala", Map.of("rows", Map.of("count", 1000))))
        .containsExactly("escala:rows.count = 1000: there is no such key; the nearest is rows");
  }

  @Test
  void shouldRefuseRowsAndSeedNextToInput() {
    // given
    Map<String, Object> context =
        Map.of("escala", Map.of("rows", 1000, "seed", 2, "input", "s3://mine/bank.csv"));

    // then
    assertThatThrownBy(() -> EscalaConfig.from(context, root))
        .hasMessageContaining("escala:rows = 1000: contradicts escala:input = s3://mine/bank.csv")
        .hasMessageContaining("escala:seed = 2: contradicts escala:input = s3://mine/bank.csv");
  }

  @Test
  void shouldRefuseAnAlgorithmNextToRecipeBook() {
    // then
    assertThatThrownBy(
            () ->
                EscalaConfig.from(Map.of("escala:recipe", "book", "escala:algorithm", "gbt"), root))
        .hasMessageContaining("escala:algorithm = gbt: contradicts escala:recipe = book");
  }

  @Test
  void shouldFindAFileRelativeToTheRoot() throws IOException {
    // given
    Path file = Files.writeString(root.resolve("bank.csv"), "age;y\n");

    // when
    EscalaConfig config = EscalaConfig.from(Map.of("escala:input", "bank.csv"), root);

    // then
    assertThat(config.input()).isEqualTo(new Input.LocalFile(file));
  }

  @Test
  void shouldRefuseAFileThatIsNotThere() {
    // then
    assertThat(mistakes("escala:input", "bank.csv"))
        .containsExactly(
            "escala:input = bank.csv: there is no such file: " + root.resolve("bank.csv"));
  }

  @Test
  void shouldRefuseAFolder() {
    // then
    assertThat(mistakes("escala:input", "."))
        .containsExactly(
            "escala:input = .: must be a file, and this is a folder: put its files in S3 and give s3://…");
  }

  @ParameterizedTest
  @CsvSource({
    "s3://mine/bank.csv, mine, bank.csv",
    "s3://my.bucket-1/a/b=2/c.csv, my.bucket-1, a/b=2/c.csv",
    "s3://mine/folder/, mine, folder",
    "s3://mine, mine, ''",
    "s3://mine/, mine, ''"
  })
  void shouldTakeAnAddressInS3(String uri, String bucket, String key) {
    // when
    EscalaConfig config = EscalaConfig.from(Map.of("escala:input", uri), root);

    // then
    assertThat(config.input()).isEqualTo(new Input.S3(bucket, key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://mine/*.csv",
        "s3://MINE/bank.csv",
        "s3:/mine/bank.csv",
        "s3://",
        "s3://mine/a b.csv"
      })
  void shouldRefuseAnAddressThatWouldWidenWhatTheClusterMayRead(String uri) {
    // then
    assertThat(mistakes("escala:input", uri))
        .containsExactly(
            "escala:input = "
                + uri
                + ": must look like s3://bucket/folder/file.csv, without wildcards and spaces");
  }

  @Test
  void shouldRefuseAnotherScheme() {
    // then
    assertThat(mistakes("escala:input", "https://example.org/bank.csv"))
        .containsExactly(
            "escala:input = https://example.org/bank.csv: must be the path of a file, or an s3:// address");
  }

  @Test
  void shouldHoldInvariantsInTheRecordsToo() {
    // then
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NetworkConfig(1, Optional.empty()))
        .withMessage("network.zones is 1, must be a whole number from 2 to 3");
    assertThatIllegalArgumentException().isThrownBy(() -> new Input.Generated(0, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EscalaConfig.Inference(Architecture.ARM64, 512, 60, false, false));
  }

  private List<String> mistakes(String key, Object value) {
    try {
      EscalaConfig.from(Map.of(key, value), root);
      return List.of();
    } catch (ConfigurationException e) {
      return e.mistakes();
    }
  }

  private static SparkConfig spark(String primary, String core, long count) {
    return new SparkConfig(
        Lifecycle.TRANSIENT,
        EmrRelease.EMR_SPARK_8_1_0,
        primary,
        List.of(core),
        count,
        0,
        120,
        60,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }
}
