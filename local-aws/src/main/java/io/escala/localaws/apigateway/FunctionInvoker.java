package io.escala.localaws.apigateway;

import io.escala.localaws.lambda.Invoked;
import java.util.concurrent.CompletableFuture;

/** Invokes Lambda functions. */
public interface FunctionInvoker {

  /**
   * Starts an invocation.
   *
   * @param arn of a function, with version or alias if one is meant
   * @param event the payload
   */
  CompletableFuture<Invoked> invoke(String arn, byte[] event);
}
