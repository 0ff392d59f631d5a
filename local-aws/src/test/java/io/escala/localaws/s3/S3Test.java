package io.escala.localaws.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.localaws.Clients;
import io.escala.localaws.LocalAws;
import io.escala.localaws.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class S3Test {
  private static final String BUCKET = "a-bucket";

  @TempDir Path folder;
  private LocalAws aws;
  private S3Client s3;

  @BeforeEach
  void start() {
    aws = LocalAws.start(Options.of(folder.resolve("state"), 0));
    s3 = Clients.s3(aws);
    s3.createBucket(b -> b.bucket(BUCKET));
  }

  @AfterEach
  void stop() {
    s3.close();
    aws.close();
  }

  @Test
  void keepsAnObjectAsAFileWithItsMetadata() {
    // when
    String etag =
        s3.putObject(
                o ->
                    o.bucket(BUCKET)
                        .key("a/b c+ü.txt")
                        .contentType("text/plain")
                        .metadata(Map.of("who", "me")),
                RequestBody.fromString("hello"))
            .eTag();

    // then
    assertThat(file("a/b c+ü.txt")).hasContent("hello");
    var head = s3.headObject(o -> o.bucket(BUCKET).key("a/b c+ü.txt"));
    assertThat(head.contentLength()).isEqualTo(5);
    assertThat(head.contentType()).isEqualTo("text/plain");
    assertThat(head.metadata()).containsEntry("who", "me");
    assertThat(head.eTag()).isEqualTo(etag).isEqualTo("\"5d41402abc4b2a76b9719d911017c592\"");
  }

  @Test
  void givesRangesOfAnObject() {
    // given
    put("k", "0123456789");

    // then
    assertThat(range("bytes=2-4")).isEqualTo("234");
    assertThat(range("bytes=7-")).isEqualTo("789");
    assertThat(range("bytes=-2")).isEqualTo("89");
    assertThat(range("bytes=0-100")).isEqualTo("0123456789");
    assertThatThrownBy(() -> range("bytes=10-")).hasMessageContaining("not satisfiable");
  }

  @Test
  void saysThatAKeyOrBucketIsNotThere() {
    assertThatThrownBy(() -> s3.getObject(o -> o.bucket(BUCKET).key("no")))
        .isInstanceOf(NoSuchKeyException.class);
    assertThatThrownBy(() -> s3.headObject(o -> o.bucket(BUCKET).key("../up")))
        .isInstanceOf(NoSuchKeyException.class);
    assertThatThrownBy(() -> s3.listObjectsV2(o -> o.bucket("no-bucket")))
        .hasMessageContaining("The specified bucket does not exist: no-bucket");
  }

  @Test
  void showsFilesThatAnotherProcessWroteAndNoEmptyFolders() throws Exception {
    // given
    Files.createDirectories(file("out/empty"));
    Files.writeString(file("out/part-0"), "rows");

    // then
    assertThat(keys("")).containsExactly("out/part-0");
    assertThat(s3.getObjectAsBytes(o -> o.bucket(BUCKET).key("out/part-0")).asUtf8String())
        .isEqualTo("rows");

    // when it is written again
    Files.writeString(file("out/part-0"), "other rows");

    // then
    var head = s3.headObject(o -> o.bucket(BUCKET).key("out/part-0"));
    assertThat(head.eTag()).isEqualTo("\"" + md5("other rows") + "\"");
    assertThat(head.contentType()).isEqualTo("binary/octet-stream");
  }

  @Test
  void listsInTheOrderOfBytesPageByPage() {
    // given
    for (String key : List.of("b", "a/2", "a/1", "a.txt", "a/1/x", "ä", "Z")) {
      put(key.equals("a/1") ? "a/1.csv" : key, key);
    }

    // when
    List<String> paged = new ArrayList<>();
    s3.listObjectsV2Paginator(l -> l.bucket(BUCKET).maxKeys(2)).contents().stream()
        .map(S3Object::key)
        .forEach(paged::add);

    // then
    assertThat(paged).containsExactly("Z", "a.txt", "a/1.csv", "a/1/x", "a/2", "b", "ä");
    assertThat(keys("a/1")).containsExactly("a/1.csv", "a/1/x");
    assertThat(
            s3.listObjects(l -> l.bucket(BUCKET).marker("a/1/x")).contents().stream()
                .map(S3Object::key))
        .containsExactly("a/2", "b", "ä");
  }

  @Test
  void rollsKeysUpAtADelimiter() {
    // given
    for (String key : List.of("m/1/x", "m/1/y", "m/2/x", "m/current", "n")) {
      put(key, key);
    }

    // when
    var first = s3.listObjectsV2(l -> l.bucket(BUCKET).prefix("m/").delimiter("/").maxKeys(1));
    var rest =
        s3.listObjectsV2(
            l ->
                l.bucket(BUCKET)
                    .prefix("m/")
                    .delimiter("/")
                    .continuationToken(first.nextContinuationToken()));

    // then
    assertThat(first.commonPrefixes()).extracting("prefix").containsExactly("m/1/");
    assertThat(first.isTruncated()).isTrue();
    assertThat(rest.commonPrefixes()).extracting("prefix").containsExactly("m/2/");
    assertThat(rest.contents()).extracting("key").containsExactly("m/current");
    assertThat(rest.isTruncated()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/../b", "..", "./a", "a//b", "a/", "a/.", "/a"})
  void refusesAKeyThatNoFileCanHave(String key) {
    assertThatThrownBy(() -> put(key, "x"))
        .isInstanceOf(S3Exception.class)
        .hasMessageContaining("cannot hold the key '" + key + "'");
    assertThat(folder.resolve("state/s3-uploads")).isEmptyDirectory();
  }

  @Test
  void refusesAKeyBelowOrAboveAnotherObject() {
    // given
    put("a/b", "x");
    put("c", "x");

    // then
    assertThatThrownBy(() -> put("a", "x")).hasMessageContaining("there are objects below it");
    assertThatThrownBy(() -> put("c/d", "x")).hasMessageContaining("cannot hold the key 'c/d'");
    assertThatThrownBy(() -> put("d".repeat(256), "x")).hasMessageContaining("255 bytes");
    assertThatThrownBy(() -> put("d/".repeat(600) + "e", "x")).hasMessageContaining("1024 bytes");

    // when what is in the way goes
    s3.deleteObject(o -> o.bucket(BUCKET).key("a/b"));
    put("a", "x");

    // then
    assertThat(keys("")).containsExactly("a", "c");
  }

  @Test
  void writesOnlyWhatIsNotThereWhenAsked() {
    // given
    s3.putObject(o -> o.bucket(BUCKET).key("once").ifNoneMatch("*"), RequestBody.fromString("1"));

    // then
    assertThatThrownBy(
            () ->
                s3.putObject(
                    o -> o.bucket(BUCKET).key("once").ifNoneMatch("*"),
                    RequestBody.fromString("2")))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
    assertThat(file("once")).hasContent("1");
  }

  @Test
  void putsPartsTogether() {
    // given
    String id =
        s3.createMultipartUpload(o -> o.bucket(BUCKET).key("big").contentType("x/y")).uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    for (int n = 1; n <= 2; n++) {
      int number = n;
      String etag =
          s3.uploadPart(
                  o -> o.bucket(BUCKET).key("big").uploadId(id).partNumber(number),
                  RequestBody.fromString("part " + n + ";"))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(n).eTag(etag).build());
    }
    assertThat(s3.listParts(o -> o.bucket(BUCKET).key("big").uploadId(id)).parts()).hasSize(2);
    assertThat(keys("")).isEmpty();

    // when
    String etag =
        s3.completeMultipartUpload(
                o -> o.bucket(BUCKET).key("big").uploadId(id).multipartUpload(m -> m.parts(parts)))
            .eTag();

    // then
    assertThat(file("big")).hasContent("part 1;part 2;");
    assertThat(etag).endsWith("-2\"");
    assertThat(s3.headObject(o -> o.bucket(BUCKET).key("big")).contentType()).isEqualTo("x/y");
    assertThat(folder.resolve("state/s3-uploads")).isEmptyDirectory();
    assertThatThrownBy(() -> s3.abortMultipartUpload(o -> o.bucket(BUCKET).key("big").uploadId(id)))
        .hasMessageContaining("The specified upload does not exist");
  }

  @Test
  void forgetsAnAbortedUpload() {
    // given
    String id = s3.createMultipartUpload(o -> o.bucket(BUCKET).key("big")).uploadId();
    s3.uploadPart(
        o -> o.bucket(BUCKET).key("big").uploadId(id).partNumber(1), RequestBody.fromString("x"));

    // when
    s3.abortMultipartUpload(o -> o.bucket(BUCKET).key("big").uploadId(id));

    // then
    assertThat(folder.resolve("state/s3-uploads")).isEmptyDirectory();
    assertThat(keys("")).isEmpty();
  }

  @Test
  void copiesAnObjectWithItsMetadata() {
    // given
    s3.putObject(
        o -> o.bucket(BUCKET).key("from it").metadata(Map.of("a", "b")),
        RequestBody.fromString("x"));

    // when
    s3.copyObject(
        o ->
            o.sourceBucket(BUCKET)
                .sourceKey("from it")
                .destinationBucket(BUCKET)
                .destinationKey("to"));

    // then
    assertThat(file("to")).hasContent("x");
    assertThat(s3.headObject(o -> o.bucket(BUCKET).key("to")).metadata()).containsEntry("a", "b");
  }

  @Test
  void deletesABucketOnlyWhenItIsEmpty() {
    // given
    put("x/y/z", "1");
    assertThatThrownBy(() -> s3.deleteBucket(b -> b.bucket(BUCKET)))
        .hasMessageContaining("holds 1 object, the first is x/y/z");

    // when it is emptied as the CDK does it
    List<ObjectIdentifier> all =
        s3.listObjectVersions(l -> l.bucket(BUCKET)).versions().stream()
            .map(v -> ObjectIdentifier.builder().key(v.key()).versionId(v.versionId()).build())
            .toList();
    s3.deleteObjects(d -> d.bucket(BUCKET).delete(o -> o.objects(all)));

    // then
    assertThat(all).hasSize(1);
    s3.deleteBucket(b -> b.bucket(BUCKET));
    assertThat(folder.resolve("state/s3/" + BUCKET)).doesNotExist();
  }

  @Test
  void keepsABucketsPolicy() {
    // given
    String policy = "{\"Version\":\"2012-10-17\",\"Statement\":[]}";
    assertThatThrownBy(() -> s3.getBucketPolicy(p -> p.bucket(BUCKET)))
        .hasMessageContaining("does not exist");

    // when
    s3.putBucketPolicy(p -> p.bucket(BUCKET).policy(policy));

    // then
    assertThat(s3.getBucketPolicy(p -> p.bucket(BUCKET)).policy()).isEqualTo(policy);
    assertThatThrownBy(() -> s3.putBucketPolicy(p -> p.bucket(BUCKET).policy("{")))
        .hasMessageContaining("valid JSON");
  }

  @Test
  void namesWhatItDoesNotHandle() {
    assertThatThrownBy(() -> s3.getBucketLifecycleConfiguration(b -> b.bucket(BUCKET)))
        .hasMessageContaining("local-aws does not handle S3 GET lifecycle on a bucket");
  }

  private void put(String key, String text) {
    s3.putObject(o -> o.bucket(BUCKET).key(key), RequestBody.fromString(text));
  }

  private String range(String range) {
    return s3.getObjectAsBytes(o -> o.bucket(BUCKET).key("k").range(range)).asUtf8String();
  }

  private List<String> keys(String prefix) {
    return s3.listObjectsV2(l -> l.bucket(BUCKET).prefix(prefix)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  private Path file(String key) {
    return folder.resolve("state/s3/" + BUCKET).resolve(key);
  }

  private static String md5(String text) {
    var md5 = S3Store.md5();
    md5.update(text.getBytes(UTF_8));
    return S3Store.hex(md5);
  }
}
