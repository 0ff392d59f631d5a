package io.escala.localaws.conformity;

import io.escala.localaws.Clients;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/** A bucket with tags, a key and a policy, from its first object to its last. */
final class ObjectScenario {
  private static final String BUCKET = "objects-of-the-scenario";
  private static final String STACK =
      """
      {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {
        "BucketName": "encrypted-and-tagged",
        "Tags": [{"Key": "project", "Value": "escala"}],
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [{"BucketKeyEnabled": true,
          "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms",
            "KMSMasterKeyID": "arn:aws:kms:eu-west-1:000000000000:key/1"}}]}}}}}
      """;

  private ObjectScenario() {}

  static List<Answer> run(String url) {
    try (S3Client s3 = Clients.client(S3Client.builder(), url);
        CloudFormationClient stacks = Clients.client(CloudFormationClient.builder(), url)) {
      stacks.createStack(c -> c.stackName("Bucket").templateBody(STACK));
      s3.createBucket(c -> c.bucket(BUCKET));
      for (String bucket : List.of(BUCKET, "encrypted-and-tagged")) {
        s3.headBucket(h -> h.bucket(bucket));
        s3.getBucketEncryption(g -> g.bucket(bucket));
        s3.getBucketVersioning(g -> g.bucket(bucket));
        s3.getBucketLocation(g -> g.bucket(bucket));
        objects(s3, bucket);
      }
      s3.getBucketTagging(g -> g.bucket("encrypted-and-tagged"));
      s3.listBuckets();
      s3.putBucketPolicy(
          p -> p.bucket(BUCKET).policy("{\"Version\": \"2012-10-17\", \"Statement\": []}"));
      s3.getBucketPolicy(g -> g.bucket(BUCKET));
      s3.deleteBucketPolicy(d -> d.bucket(BUCKET));
      s3.deleteBucket(d -> d.bucket(BUCKET));
      stacks.deleteStack(d -> d.stackName("Bucket"));
    }
    return List.of();
  }

  private static void objects(S3Client s3, String bucket) {
    s3.putObject(
        p -> p.bucket(bucket).key("a/b").contentType("text/plain").metadata(Map.of("of", "me")),
        RequestBody.fromString("text"));
    s3.copyObject(
        c ->
            c.sourceBucket(bucket)
                .sourceKey("a/b")
                .destinationBucket(bucket)
                .destinationKey("c d"));
    s3.headObject(h -> h.bucket(bucket).key("a/b"));
    s3.getObjectAsBytes(g -> g.bucket(bucket).key("a/b"));
    s3.getObjectAsBytes(g -> g.bucket(bucket).key("a/b").range("bytes=1-2"));
    s3.listObjects(l -> l.bucket(bucket).delimiter("/").maxKeys(1));
    s3.listObjectsV2(l -> l.bucket(bucket).maxKeys(1).encodingType(EncodingType.URL));
    s3.listObjectVersions(l -> l.bucket(bucket).maxKeys(1));
    String given = s3.createMultipartUpload(c -> c.bucket(bucket).key("parts")).uploadId();
    s3.abortMultipartUpload(a -> a.bucket(bucket).key("parts").uploadId(given));
    String upload = s3.createMultipartUpload(c -> c.bucket(bucket).key("parts")).uploadId();
    String etag =
        s3.uploadPart(
                u -> u.bucket(bucket).key("parts").uploadId(upload).partNumber(1),
                RequestBody.fromString("part"))
            .eTag();
    s3.listParts(l -> l.bucket(bucket).key("parts").uploadId(upload));
    s3.completeMultipartUpload(
        c ->
            c.bucket(bucket)
                .key("parts")
                .uploadId(upload)
                .multipartUpload(
                    m -> m.parts(CompletedPart.builder().partNumber(1).eTag(etag).build())));
    s3.deleteObject(d -> d.bucket(bucket).key("c d"));
    s3.deleteObjects(
        d ->
            d.bucket(bucket)
                .delete(
                    Delete.builder()
                        .objects(id("a/b", null), id("parts", null), id("older", "no-such-version"))
                        .build()));
  }

  private static ObjectIdentifier id(String key, String version) {
    return ObjectIdentifier.builder().key(key).versionId(version).build();
  }
}
