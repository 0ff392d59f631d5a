package io.escala.localaws.kubernetes;

import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** What this machine gives to its pods. */
interface PodHost {
  ClusterSettings settings();

  ImageStore images();

  Path watchAgent();

  HttpClient http();

  ExecutorService threads();

  /** A text with the addresses that Services have here in place of their names in the cluster. */
  String withServiceAddresses(String namespace, String text);

  /** The data of a ConfigMap. */
  Optional<Map<String, String>> configMap(String namespace, String name);

  /** An address that no other pod of the cluster has: {@code 127.66.0.1}. */
  String nextAddress();

  /**
   * The port that pods listen on in place of a container's: the same for all, and nobody else's on
   * this machine.
   */
  int localPort(int containerPort);

  /**
   * The addresses behind the names of headless Services, as the cluster's DNS would tell them to
   * pods of a namespace.
   */
  Map<String, List<String>> names(String namespace);

  /** How many requests the front doors have under way at a pod. */
  int underWay(InetSocketAddress pod);

  /** To be called when nothing listens at an address any more. */
  void released(InetSocketAddress pod);

  /** To be called after every change of a pod's state. */
  void changed();
}
