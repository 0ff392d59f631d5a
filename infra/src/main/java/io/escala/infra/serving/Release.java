package io.escala.infra.serving;

/** The names that the chart shares with what is made beside it. */
public final class Release {
  /** Of the release, and of every object of which there is one. */
  public static final String NAME = "escala";

  /** As whom the pods ask for models. */
  public static final String SERVICE_ACCOUNT = NAME;

  /** The class that the load balancer is of. */
  public static final String INGRESS_CLASS = "escala-alb";

  private Release() {}
}
