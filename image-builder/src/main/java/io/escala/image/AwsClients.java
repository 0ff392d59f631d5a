package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.Base64;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** AWS itself, or the endpoint that {@code AWS_ENDPOINT_URL} names. */
final class AwsClients implements Aws {
  @Override
  public void download(Order.StoredZip zip, Path file) throws ImageException {
    try (S3Client s3 =
        S3Client.builder()
            // Also where an endpoint has no name for each bucket, as on this machine
            .forcePathStyle(System.getenv("AWS_ENDPOINT_URL") != null)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build()) {
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
    try (EcrClient ecr =
        EcrClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder()).build()) {
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
