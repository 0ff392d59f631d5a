package io.escala.localaws.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.AwsRequest;
import io.escala.localaws.http.AwsResponse;
import io.escala.localaws.http.AwsService;
import io.escala.localaws.http.Xml;
import io.escala.localaws.s3.MultipartUploads.Named;
import io.escala.localaws.s3.MultipartUploads.Part;
import io.escala.localaws.s3.MultipartUploads.Started;
import io.escala.localaws.s3.S3Store.Description;
import io.escala.localaws.s3.S3Store.Listed;
import io.escala.localaws.s3.S3Store.S3Object;
import io.escala.localaws.s3.S3Store.Upload;
import io.escala.localaws.state.StateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.w3c.dom.Element;

/**
 * S3 over {@link S3Store}, path style and virtual-hosted ({@code bucket.localhost}). Policies, tags
 * and encryption settings are kept and given back; nothing enforces them.
 */
public final class S3Service implements AwsService {
  private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);
  private static final int MAX_KEYS = 1000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");
  private static final List<String> KEPT_HEADERS =
      List.of(
          "content-type",
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "expires");
  private static final Set<String> NO_OPERATION = Set.of("x-id");

  private final S3Store store;
  private final MultipartUploads uploads;
  private final String region;

  public S3Service(StateFolder state, S3Store store, String region) {
    this.store = store;
    this.uploads = new MultipartUploads(state, store);
    this.region = region;
  }

  @Override
  public String signingName() {
    return "s3";
  }

  @Override
  public AwsResponse handle(AwsRequest request) throws IOException {
    Target target = Target.of(request);
    Set<String> asked = new TreeSet<>(request.query().keySet());
    asked.removeIf(name -> name.startsWith("X-Amz-") || NO_OPERATION.contains(name));
    refuse(request, "x-amz-tagging", "x-amz-object-lock-mode", "x-amz-grant-read");
    if (target.bucket().isEmpty()) {
      return listBuckets(request);
    }
    return target.key().isEmpty()
        ? bucket(request, target.bucket(), asked)
        : object(request, target.bucket(), target.key(), asked);
  }

  @Override
  public AwsResponse error(AwsRequest request, AwsException error) {
    if (request.method().equals("HEAD")) {
      return AwsResponse.empty(error.status());
    }
    return xml(
        error.status(),
        Xml.document(
            "Error",
            null,
            e ->
                e.text("Code", error.code())
                    .text("Message", error.getMessage())
                    .text("Resource", request.path())
                    .text("RequestId", UUID.randomUUID())));
  }

  /** What a request is about; empty text where it names none. */
  private record Target(String bucket, String key) {
    static Target of(AwsRequest request) {
      String path = decode(request.path().substring(1));
      String host = request.header("host").orElse("").toLowerCase(Locale.ROOT);
      String name = host.replaceFirst(":\\d+$", "");
      if (name.endsWith(".localhost") && !name.equals("s3.localhost")) {
        String bucket = name.substring(0, name.length() - ".localhost".length());
        return new Target(bucket.replaceFirst("\\.s3$", ""), path);
      }
      int slash = path.indexOf('/');
      return slash == -1
          ? new Target(path, "")
          : new Target(path.substring(0, slash), path.substring(slash + 1));
    }

    private static String decode(String path) {
      try {
        return URLDecoder.decode(path.replace("+", "%2B"), UTF_8);
      } catch (IllegalArgumentException e) {
        throw new AwsException(400, "InvalidURI", "Couldn't parse the specified URI: " + path);
      }
    }
  }

  private AwsResponse bucket(AwsRequest request, String bucket, Set<String> asked)
      throws IOException {
    String operation = request.method() + subresource(asked, LISTING);
    return switch (operation) {
      case "PUT" -> createBucket(request, bucket);
      case "HEAD" -> {
        store.bucketFolder(bucket);
        yield AwsResponse.of(200, Map.of("x-amz-bucket-region", region), new byte[0]);
      }
      case "DELETE" -> {
        store.deleteBucket(bucket);
        yield AwsResponse.empty(204);
      }
      case "GET location" -> {
        store.bucketFolder(bucket);
        yield ok(
            Xml.document(
                "LocationConstraint",
                NAMESPACE,
                x -> x.content(region.equals("us-east-1") ? "" : region)));
      }
      case "GET encryption" -> encryption(bucket);
      case "GET versioning" -> {
        store.bucketFolder(bucket);
        yield ok(Xml.document("VersioningConfiguration", NAMESPACE, x -> {}));
      }
      case "GET tagging" -> tagging(bucket);
      case "GET policy" -> policy(bucket);
      case "PUT policy" -> putPolicy(request, bucket);
      case "DELETE policy" -> {
        store.bucketFolder(bucket);
        store.settings(store.settings(bucket).withPolicy(null));
        yield AwsResponse.empty(204);
      }
      case "POST delete" -> deleteObjects(request, bucket);
      case "GET versions" -> listVersions(request, bucket);
      case "GET" ->
          request.query("list-type").orElse("1").equals("2")
              ? listV2(request, bucket)
              : listV1(request, bucket);
      default -> throw AwsException.notHandled("S3", operation + " on a bucket");
    };
  }

  private AwsResponse object(AwsRequest request, String bucket, String key, Set<String> asked)
      throws IOException {
    if (request.query("versionId").filter(version -> !version.equals("null")).isPresent()) {
      throw new AwsException(
          400, "InvalidArgument", "Invalid version id: no bucket here is versioned");
    }
    String operation =
        request.method()
            + subresource(
                asked,
                Set.of(
                    "versionId",
                    "partNumber",
                    "max-parts",
                    "part-number-marker",
                    "response-content-type",
                    "response-content-disposition",
                    "response-content-encoding",
                    "response-content-language",
                    "response-cache-control",
                    "response-expires"));
    boolean copy = request.header("x-amz-copy-source").isPresent();
    return switch (operation) {
      case "PUT" -> copy ? copyObject(request, bucket, key) : putObject(request, bucket, key);
      case "GET", "HEAD" -> getObject(request, bucket, key);
      case "DELETE" -> {
        store.delete(bucket, key);
        yield AwsResponse.empty(204);
      }
      case "POST uploads" -> startUpload(request, bucket, key);
      case "PUT uploadId" -> {
        if (copy) {
          throw AwsException.notHandled("S3", "UploadPartCopy");
        }
        Part part =
            uploads.put(
                bucket,
                key,
                request.query("uploadId").orElseThrow(),
                number(request, "partNumber", 0),
                request.body());
        yield AwsResponse.of(200, Map.of("ETag", quoted(part.etag())), new byte[0]);
      }
      case "GET uploadId" -> listParts(request, bucket, key);
      case "POST uploadId" -> completeUpload(request, bucket, key);
      case "DELETE uploadId" -> {
        uploads.abort(bucket, key, request.query("uploadId").orElseThrow());
        yield AwsResponse.empty(204);
      }
      default -> throw AwsException.notHandled("S3", operation + " on an object");
    };
  }

  private static final Set<String> LISTING =
      Set.of(
          "list-type",
          "prefix",
          "delimiter",
          "marker",
          "max-keys",
          "continuation-token",
          "start-after",
          "encoding-type",
          "fetch-owner",
          "key-marker",
          "version-id-marker");

  private static String subresource(Set<String> asked, Set<String> parameters) {
    StringBuilder names = new StringBuilder();
    asked.stream()
        .filter(name -> !parameters.contains(name))
        .forEach(n -> names.append(' ').append(n));
    return names.toString();
  }

  private static void refuse(AwsRequest request, String... headers) {
    for (String header : headers) {
      if (request.header(header).isPresent()) {
        throw AwsException.notHandled("S3", "the header " + header);
      }
    }
  }

  private AwsResponse listBuckets(AwsRequest request) {
    if (!request.method().equals("GET")) {
      throw AwsException.notHandled("S3", request.method() + " /");
    }
    String prefix = request.query("prefix").orElse("");
    return ok(
        Xml.document(
            "ListAllMyBucketsResult",
            NAMESPACE,
            x ->
                x.element("Owner", S3Service::owner)
                    .element(
                        "Buckets",
                        list ->
                            store.buckets().stream()
                                .filter(bucket -> bucket.name().startsWith(prefix))
                                .forEach(
                                    bucket ->
                                        list.element(
                                            "Bucket",
                                            b ->
                                                b.text("Name", bucket.name())
                                                    .text(
                                                        "CreationDate",
                                                        time(bucket.created())))))));
  }

  private AwsResponse createBucket(AwsRequest request, String bucket) throws IOException {
    request.body().readAllBytes(); // a location: there is one region
    if (store.bucketExists(bucket) && !region.equals("us-east-1")) {
      throw new AwsException(
          409,
          "BucketAlreadyOwnedByYou",
          "Your previous request to create " + bucket + " succeeded");
    }
    store.createBucket(bucket);
    return AwsResponse.of(200, Map.of("Location", "/" + bucket), new byte[0]);
  }

  private AwsResponse encryption(String bucket) {
    store.bucketFolder(bucket);
    BucketSettings settings = store.settings(bucket);
    return ok(
        Xml.document(
            "ServerSideEncryptionConfiguration",
            NAMESPACE,
            x ->
                x.element(
                    "Rule",
                    rule ->
                        rule.element(
                                "ApplyServerSideEncryptionByDefault",
                                e ->
                                    e.text("SSEAlgorithm", settings.sseAlgorithm())
                                        .text("KMSMasterKeyID", settings.kmsKey()))
                            .text("BucketKeyEnabled", settings.kmsKey() != null))));
  }

  private AwsResponse tagging(String bucket) {
    store.bucketFolder(bucket);
    Map<String, String> tags = store.settings(bucket).tags();
    if (tags.isEmpty()) {
      throw new AwsException(404, "NoSuchTagSet", "The TagSet does not exist");
    }
    return ok(
        Xml.document(
            "Tagging",
            NAMESPACE,
            x ->
                x.element(
                    "TagSet",
                    set ->
                        tags.forEach(
                            (key, value) ->
                                set.element(
                                    "Tag", tag -> tag.text("Key", key).text("Value", value))))));
  }

  private AwsResponse policy(String bucket) {
    store.bucketFolder(bucket);
    String policy = store.settings(bucket).policy();
    if (policy == null) {
      throw new AwsException(404, "NoSuchBucketPolicy", "The bucket policy does not exist");
    }
    return AwsResponse.of(200, Map.of("Content-Type", "application/json"), policy.getBytes(UTF_8));
  }

  private AwsResponse putPolicy(AwsRequest request, String bucket) throws IOException {
    String policy = new String(request.body().readAllBytes(), UTF_8);
    try {
      if (!JSON.readTree(policy).path("Statement").isContainerNode()) {
        throw new AwsException(400, "MalformedPolicy", "Missing required field Statement");
      }
    } catch (JsonProcessingException e) {
      throw new AwsException(400, "MalformedPolicy", "Policies must be valid JSON");
    }
    store.bucketFolder(bucket);
    store.settings(store.settings(bucket).withPolicy(policy));
    return AwsResponse.empty(204);
  }

  private AwsResponse putObject(AwsRequest request, String bucket, String key) throws IOException {
    boolean onlyIfAbsent = onlyIfAbsent(request);
    refuse(request, "if-match", "x-amz-write-offset-bytes");
    if (onlyIfAbsent && store.head(bucket, key).isPresent()) {
      throw new AwsException(
          412,
          "PreconditionFailed",
          "At least one of the pre-conditions you specified did not hold");
    }
    Upload upload = store.upload(bucket, key, request.body());
    Optional<String> md5 = request.header("content-md5");
    if (md5.isPresent()
        && !md5.get()
            .equals(Base64.getEncoder().encodeToString(HexFormat.of().parseHex(upload.md5())))) {
      Files.deleteIfExists(upload.part());
      throw new AwsException(
          400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
    }
    S3Object object = store.commit(bucket, key, upload, description(request), onlyIfAbsent);
    return AwsResponse.of(200, written(object), new byte[0]);
  }

  private static boolean onlyIfAbsent(AwsRequest request) {
    Optional<String> condition = request.header("if-none-match");
    if (condition.filter(value -> !value.equals("*")).isPresent()) {
      throw AwsException.notHandled("S3", "If-None-Match other than *");
    }
    return condition.isPresent();
  }

  private static Description description(AwsRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name : KEPT_HEADERS) {
      request.header(name).ifPresent(value -> headers.put(name, value));
    }
    String encoding = headers.remove("content-encoding");
    if (encoding != null) {
      String kept = encoding.replaceFirst("(^|,\\s*)aws-chunked", "").replaceFirst("^,\\s*", "");
      if (!kept.isEmpty()) {
        headers.put("content-encoding", kept);
      }
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (name.startsWith("x-amz-meta-")) {
                metadata.put(name.substring("x-amz-meta-".length()), value);
              }
            });
    return new Description(headers, metadata);
  }

  private Map<String, String> written(S3Object object) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ETag", quoted(object.etag()));
    headers.putAll(encryptionHeaders(object.bucket()));
    return headers;
  }

  private Map<String, String> encryptionHeaders(String bucket) {
    BucketSettings settings = store.settings(bucket);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("x-amz-server-side-encryption", settings.sseAlgorithm());
    if (settings.kmsKey() != null) {
      headers.put("x-amz-server-side-encryption-aws-kms-key-id", settings.kmsKey());
    }
    return headers;
  }

  private AwsResponse getObject(AwsRequest request, String bucket, String key) {
    refuse(request, "if-range");
    if (request.query("partNumber").isPresent()) {
      throw AwsException.notHandled("S3", "GetObject by part number");
    }
    S3Object object = store.require(bucket, key);
    Optional<AwsResponse> unchanged = precondition(request, object);
    if (unchanged.isPresent()) {
      return unchanged.get();
    }
    Map<String, String> headers = new LinkedHashMap<>(written(object));
    headers.put("Last-Modified", HTTP_DATE.format(object.lastModified()));
    headers.put("Accept-Ranges", "bytes");
    headers.put("content-type", S3Store.DEFAULT_CONTENT_TYPE);
    headers.putAll(object.description().headers());
    object
        .description()
        .metadata()
        .forEach((name, value) -> headers.put("x-amz-meta-" + name, value));
    for (String name : KEPT_HEADERS) {
      request.query("response-" + name).ifPresent(value -> headers.put(name, value));
    }
    long from = 0;
    long count = object.size();
    int status = 200;
    Matcher range = RANGE.matcher(request.header("range").orElse(""));
    if (range.matches() && !(range.group(1).isEmpty() && range.group(2).isEmpty())) {
      long end = object.size() - 1;
      if (range.group(1).isEmpty()) {
        from = Math.max(0, object.size() - Long.parseLong(range.group(2)));
      } else {
        from = Long.parseLong(range.group(1));
        if (!range.group(2).isEmpty()) {
          end = Math.min(end, Long.parseLong(range.group(2)));
        }
      }
      if (from > end) {
        throw new AwsException(
            416, "InvalidRange", "The requested range is not satisfiable: " + range.group());
      }
      count = end - from + 1;
      status = 206;
      headers.put("Content-Range", "bytes " + from + "-" + end + "/" + object.size());
    }
    long start = from;
    long length = count;
    return new AwsResponse(
        status,
        headers,
        length,
        out -> {
          try (InputStream in = Files.newInputStream(object.file())) {
            in.skipNBytes(start);
            byte[] buffer = new byte[1 << 16];
            long left = length;
            while (left > 0) {
              int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
              if (read == -1) {
                throw new IOException(object.file() + " became shorter while it was read");
              }
              out.write(buffer, 0, read);
              left -= read;
            }
          }
        });
  }

  private static Optional<AwsResponse> precondition(AwsRequest request, S3Object object) {
    String etag = quoted(object.etag());
    Optional<String> match = request.header("if-match");
    if (match.isPresent() && !match.get().equals("*") && !quoted(match.get()).equals(etag)) {
      throw new AwsException(412, "PreconditionFailed", "the object's etag is " + etag);
    }
    Optional<String> noneMatch = request.header("if-none-match");
    if (noneMatch.isPresent()
        && (noneMatch.get().equals("*") || quoted(noneMatch.get()).equals(etag))) {
      return Optional.of(AwsResponse.of(304, Map.of("ETag", etag), new byte[0]));
    }
    Instant modified = object.lastModified().truncatedTo(ChronoUnit.SECONDS);
    Optional<Instant> since = date(request, "if-modified-since");
    if (noneMatch.isEmpty() && since.isPresent() && !modified.isAfter(since.get())) {
      return Optional.of(AwsResponse.of(304, Map.of("ETag", etag), new byte[0]));
    }
    Optional<Instant> unmodified = date(request, "if-unmodified-since");
    if (match.isEmpty() && unmodified.isPresent() && modified.isAfter(unmodified.get())) {
      throw new AwsException(412, "PreconditionFailed", "the object changed at " + modified);
    }
    return Optional.empty();
  }

  private static Optional<Instant> date(AwsRequest request, String header) {
    return request
        .header(header)
        .map(value -> DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from));
  }

  private AwsResponse copyObject(AwsRequest request, String bucket, String key) throws IOException {
    refuse(
        request,
        "x-amz-copy-source-if-match",
        "x-amz-copy-source-if-none-match",
        "x-amz-copy-source-if-modified-since",
        "x-amz-copy-source-if-unmodified-since");
    String source =
        URLDecoder.decode(
            request.header("x-amz-copy-source").orElseThrow().replace("+", "%2B"), UTF_8);
    source = source.startsWith("/") ? source.substring(1) : source;
    source = source.replaceFirst("\\?versionId=null$", "");
    int slash = source.indexOf('/');
    if (slash == -1) {
      throw new AwsException(
          400, "InvalidArgument", "x-amz-copy-source is not bucket/key: " + source);
    }
    S3Object from = store.require(source.substring(0, slash), source.substring(slash + 1));
    boolean replace = request.header("x-amz-metadata-directive").orElse("COPY").equals("REPLACE");
    if (!replace && from.bucket().equals(bucket) && from.key().equals(key)) {
      throw new AwsException(
          400,
          "InvalidRequest",
          "This copy request is illegal because it is trying to copy an object to itself without"
              + " changing the object's metadata.");
    }
    S3Object copy;
    try (InputStream in = Files.newInputStream(from.file())) {
      copy = store.put(bucket, key, in, replace ? description(request) : from.description());
    }
    return ok(
        Xml.document(
            "CopyObjectResult",
            NAMESPACE,
            x ->
                x.text("LastModified", time(copy.lastModified()))
                    .text("ETag", quoted(copy.etag()))));
  }

  private AwsResponse deleteObjects(AwsRequest request, String bucket) throws IOException {
    Element root = XmlBody.root(request);
    boolean quiet = XmlBody.text(root, "Quiet").map(Boolean::parseBoolean).orElse(false);
    List<Consumer<Xml>> results = new ArrayList<>();
    for (Element element : XmlBody.children(root, "Object")) {
      String key = XmlBody.require(element, "Key");
      String version = XmlBody.text(element, "VersionId").orElse("null");
      if (!version.equals("null")) {
        results.add(
            x ->
                x.element(
                    "Error",
                    e ->
                        e.text("Key", key)
                            .text("VersionId", version)
                            .text("Code", "NoSuchVersion")
                            .text("Message", "The specified version does not exist.")));
        continue;
      }
      store.delete(bucket, key);
      if (!quiet) {
        results.add(x -> x.element("Deleted", d -> d.text("Key", key)));
      }
    }
    return ok(
        Xml.document("DeleteResult", NAMESPACE, x -> results.forEach(result -> result.accept(x))));
  }

  private AwsResponse listV2(AwsRequest request, String bucket) {
    String token = request.query("continuation-token").orElse("");
    String after = request.query("start-after").orElse("");
    if (!token.isEmpty()) {
      try {
        after = new String(Base64.getUrlDecoder().decode(token), UTF_8);
      } catch (IllegalArgumentException e) {
        throw new AwsException(
            400, "InvalidArgument", "The continuation token provided is incorrect");
      }
    }
    Listing page = page(request, bucket, after);
    Encoding encoding = Encoding.of(request);
    return ok(
        Xml.document(
            "ListBucketResult",
            NAMESPACE,
            x -> {
              head(x, request, bucket, encoding, page);
              x.text("KeyCount", page.objects().size() + page.commonPrefixes().size());
              if (!token.isEmpty()) {
                x.text("ContinuationToken", token);
              }
              request
                  .query("start-after")
                  .ifPresent(start -> x.text("StartAfter", encoding.apply(start)));
              if (page.next() != null) {
                x.text(
                    "NextContinuationToken",
                    Base64.getUrlEncoder().encodeToString(page.next().getBytes(UTF_8)));
              }
              contents(x, "Contents", bucket, encoding, page, object -> {});
            }));
  }

  private AwsResponse listV1(AwsRequest request, String bucket) {
    String marker = request.query("marker").orElse("");
    Listing page = page(request, bucket, marker);
    Encoding encoding = Encoding.of(request);
    return ok(
        Xml.document(
            "ListBucketResult",
            NAMESPACE,
            x -> {
              head(x, request, bucket, encoding, page);
              x.text("Marker", encoding.apply(marker));
              if (page.next() != null && request.query("delimiter").isPresent()) {
                x.text("NextMarker", encoding.apply(page.next()));
              }
              contents(x, "Contents", bucket, encoding, page, S3Service::owned);
            }));
  }

  private AwsResponse listVersions(AwsRequest request, String bucket) {
    String marker = request.query("key-marker").orElse("");
    Listing page = page(request, bucket, marker);
    Encoding encoding = Encoding.of(request);
    return ok(
        Xml.document(
            "ListVersionsResult",
            NAMESPACE,
            x -> {
              head(x, request, bucket, encoding, page);
              x.text("KeyMarker", encoding.apply(marker)).text("VersionIdMarker", "");
              if (page.next() != null) {
                x.text("NextKeyMarker", encoding.apply(page.next()))
                    .text("NextVersionIdMarker", "null");
              }
              contents(
                  x,
                  "Version",
                  bucket,
                  encoding,
                  page,
                  object -> {
                    object.text("VersionId", "null").text("IsLatest", "true");
                    owned(object);
                  });
            }));
  }

  private Listing page(AwsRequest request, String bucket, String after) {
    String prefix = request.query("prefix").orElse("");
    return Listing.page(
        store.list(bucket, prefix),
        prefix,
        request.query("delimiter").orElse(""),
        after,
        Math.min(MAX_KEYS, number(request, "max-keys", MAX_KEYS)));
  }

  private static void head(
      Xml x, AwsRequest request, String bucket, Encoding encoding, Listing page) {
    x.text("Name", bucket)
        .text("Prefix", encoding.apply(request.query("prefix").orElse("")))
        .text("MaxKeys", number(request, "max-keys", MAX_KEYS))
        .text("IsTruncated", page.next() != null);
    request.query("delimiter").ifPresent(d -> x.text("Delimiter", encoding.apply(d)));
    if (encoding == Encoding.URL) {
      x.text("EncodingType", "url");
    }
  }

  private void contents(
      Xml x, String name, String bucket, Encoding encoding, Listing page, Consumer<Xml> more) {
    for (Listed listed : page.objects()) {
      store
          .head(bucket, listed.key())
          .ifPresent(
              object ->
                  x.element(
                      name,
                      o -> {
                        o.text("Key", encoding.apply(object.key()))
                            .text("LastModified", time(object.lastModified()))
                            .text("ETag", quoted(object.etag()))
                            .text("Size", object.size())
                            .text("StorageClass", "STANDARD");
                        more.accept(o);
                      }));
    }
    for (String prefix : page.commonPrefixes()) {
      x.element("CommonPrefixes", p -> p.text("Prefix", encoding.apply(prefix)));
    }
  }

  /** How keys stand in a listing. */
  private enum Encoding {
    NONE,
    URL;

    static Encoding of(AwsRequest request) {
      return request.query("encoding-type").orElse("").equals("url") ? URL : NONE;
    }

    String apply(String key) {
      return this == NONE ? key : URLEncoder.encode(key, UTF_8).replace("%2F", "/");
    }
  }

  private AwsResponse startUpload(AwsRequest request, String bucket, String key) {
    Started started = uploads.start(bucket, key, description(request));
    return ok(
        Xml.document(
            "InitiateMultipartUploadResult",
            NAMESPACE,
            x -> x.text("Bucket", bucket).text("Key", key).text("UploadId", started.uploadId())));
  }

  private AwsResponse completeUpload(AwsRequest request, String bucket, String key)
      throws IOException {
    List<Named> named = new ArrayList<>();
    for (Element part : XmlBody.children(XmlBody.root(request), "Part")) {
      named.add(
          new Named(
              Integer.parseInt(XmlBody.require(part, "PartNumber")),
              XmlBody.require(part, "ETag").replace("\"", "")));
    }
    S3Object object =
        uploads.complete(
            bucket, key, request.query("uploadId").orElseThrow(), named, onlyIfAbsent(request));
    return ok(
        Xml.document(
            "CompleteMultipartUploadResult",
            NAMESPACE,
            x ->
                x.text("Location", "/" + bucket + "/" + key)
                    .text("Bucket", bucket)
                    .text("Key", key)
                    .text("ETag", quoted(object.etag()))));
  }

  private AwsResponse listParts(AwsRequest request, String bucket, String key) {
    String uploadId = request.query("uploadId").orElseThrow();
    int after = number(request, "part-number-marker", 0);
    int max = Math.min(MAX_KEYS, number(request, "max-parts", MAX_KEYS));
    List<Part> all =
        uploads.parts(bucket, key, uploadId).stream().filter(p -> p.number() > after).toList();
    List<Part> page = all.subList(0, Math.min(max, all.size()));
    return ok(
        Xml.document(
            "ListPartsResult",
            NAMESPACE,
            x -> {
              x.text("Bucket", bucket)
                  .text("Key", key)
                  .text("UploadId", uploadId)
                  .text("PartNumberMarker", after)
                  .text("MaxParts", max)
                  .text("IsTruncated", page.size() < all.size())
                  .text("StorageClass", "STANDARD");
              if (page.size() < all.size() && !page.isEmpty()) {
                x.text("NextPartNumberMarker", page.get(page.size() - 1).number());
              }
              for (Part part : page) {
                x.element(
                    "Part",
                    p ->
                        p.text("PartNumber", part.number())
                            .text("LastModified", time(part.lastModified()))
                            .text("ETag", quoted(part.etag()))
                            .text("Size", part.size()));
              }
            }));
  }

  private static int number(AwsRequest request, String name, int otherwise) {
    Optional<String> text = request.query(name).filter(value -> !value.isEmpty());
    if (text.isPresent() && !text.get().matches("\\d{1,9}")) {
      throw new AwsException(
          400, "InvalidArgument", name + " must be a whole number, not " + text.get());
    }
    return text.map(Integer::parseInt).orElse(otherwise);
  }

  private static void owner(Xml owner) {
    owner.text("ID", "local-aws").text("DisplayName", "local-aws");
  }

  private static void owned(Xml object) {
    object.element("Owner", S3Service::owner);
  }

  private static String quoted(String etag) {
    return etag.startsWith("\"") ? etag : '"' + etag + '"';
  }

  private static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static AwsResponse ok(byte[] body) {
    return xml(200, body);
  }

  private static AwsResponse xml(int status, byte[] body) {
    return AwsResponse.of(status, Map.of("Content-Type", "application/xml"), body);
  }
}
