package io.escala.localaws.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** A service in AWS's JSON protocol, whose operations are told by a header. */
public interface JsonService extends AwsService {

  /**
   * Answers an operation.
   *
   * @throws AwsException for every answer that is an error
   */
  ObjectNode answer(String operation, ObjectNode input);

  @Override
  default AwsResponse handle(AwsRequest request) throws IOException {
    return JsonProtocol.answer(answer(JsonProtocol.operation(request), JsonProtocol.read(request)));
  }

  @Override
  default AwsResponse error(AwsRequest request, AwsException error) {
    return JsonProtocol.error(error);
  }
}
