package io.escala.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The one call of the Resource Groups Tagging API that is needed, {@code GetResources}. */
final class TaggingApi {
  private static final String OPERATION = "ResourceGroupsTaggingAPI_20170126.GetResources";

  private final JsonApi api;

  TaggingApi(JsonApi api) {
    this.api = api;
  }

  /**
   * The ARNs of the region's resources that carry a tag. One that was deleted minutes ago may still
   * be among them.
   */
  List<String> tagged(String key, String value) {
    ObjectNode request = JsonApi.request();
    request.putArray("TagFilters").addObject().put("Key", key).putArray("Values").add(value);
    return api.listAll(OPERATION, request, "ResourceTagMappingList", "PaginationToken").stream()
        .map(resource -> resource.path("ResourceARN").asText())
        .toList();
  }
}
