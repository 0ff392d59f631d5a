package io.escala.localaws;

import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.AwsService;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.StateFolder;
import java.util.ArrayList;
import java.util.List;

/** The one place where the endpoint's services and resource types are put together. */
final class Services {
  private final List<AwsService> services = new ArrayList<>();
  private final List<ResourceType> types = new ArrayList<>();

  Services(Options options, StateFolder state, S3Store buckets, String url) {
    // EMR, Lambda and API Gateway are added here.
  }

  List<AwsService> services() {
    return services;
  }

  List<ResourceType> types() {
    return types;
  }
}
