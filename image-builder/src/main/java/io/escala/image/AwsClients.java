package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.EcrClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * AWS, with the credentials and the region of the function.
 *
 * @param endpoint that takes AWS's place
 */
record AwsClients(Optional<URI> endpoint) implements Aws {
  /** AWS itself, or the endpoint that {@code AWS_ENDPOINT_URL} names. */
  static AwsClients from(Map<String, String> environment) {
    return new AwsClients(
        Optional.ofNullable(environment.get("AWS_ENDPOINT_URL"))
            .filter(url -> !url.isEmpty())
            .map(URI::create));
  }

  @Override
  public void download(Order.StoredZip zip, Path file) throws ImageException {
    S3ClientBuilder builder =
        S3Client.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
    // An address of this machine has no name for each bucket
    endpoint.ifPresent(url -> builder.endpointOverride(url).forcePathStyle(true));
    try (S3Client s3 = builder.build()) {
      s3.getObject(
          request -> request.bucket(zip.bucket()).key(zip.key()), ResponseTransformer.toFile(file));
    } catch (S3Exception e) {
      throw new ImageException(
          zip.uri()
              + " cannot be read: S3 answered "
              + e.statusCode()
              + (e.awsErrorDetails() == null ? "" : " " + e.awsErrorDetails().errorCode())
              + "; it is not there, or the function's role is not allowed s3:GetObject on it",
          e);
    } catch (SdkException e) {
      throw new ImageException(zip.uri() + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public RegistryTag.Login login() throws ImageException {
    EcrClientBuilder builder =
        EcrClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
    endpoint.ifPresent(builder::endpointOverride);
    try (EcrClient ecr = builder.build()) {
      String token =
          new String(
              Base64.getDecoder()
                  .decode(
                      ecr.getAuthorizationToken().authorizationData().get(0).authorizationToken()),
              UTF_8);
      int colon = token.indexOf(':');
      return new RegistryTag.Login(token.substring(0, colon), token.substring(colon + 1));
    } catch (SdkException e) {
      throw new ImageException("ECR gives no password: " + e.getMessage(), e);
    }
  }
}
