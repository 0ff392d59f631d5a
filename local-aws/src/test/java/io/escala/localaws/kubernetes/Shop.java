package io.escala.localaws.kubernetes;

/** The documents of the tests: a Deployment, a Service, and an autoscaler that owns its size. */
final class Shop {
  private Shop() {}

  static final String SERVICE =
      """
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec:
        selector: {app: web}
        ports: [{name: http, port: 80, targetPort: http}]
      """;

  /** Whose name leads to each pod. */
  static final String HEADLESS =
      """
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web-pods}
      spec:
        clusterIP: None
        selector: {app: web}
        ports: [{port: 8080, targetPort: http}]
      """;

  static String autoscaler(int min, int max) {
    return """
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          minReplicas: %d
          maxReplicas: %d
        """
        .formatted(min, max);
  }

  static String deployment(String version) {
    return deployment(version, 60);
  }

  /**
   * @param progressDeadline seconds after which a rollout that stands still has failed
   */
  static String deployment(String version, int progressDeadline) {
    return """
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          progressDeadlineSeconds: %d
          selector: {matchLabels: {app: web}}
          strategy:
            type: RollingUpdate
            rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 30
              containers:
                - name: web
                  image: shop:%s
                  args: ["serve", "--port", "8080", "--host", "0.0.0.0"]
                  ports: [{name: http, containerPort: 8080}]
                  env:
                    - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                    - {name: CORES, valueFrom: {resourceFieldRef: {resource: requests.cpu}}}
                    - {name: CONFIG, value: /etc/shop}
                  resources:
                    requests: {cpu: 1500m, memory: 64Mi}
                    limits: {memory: 64Mi}
                  volumeMounts: [{name: config, mountPath: /etc/shop}, {name: tmp, mountPath: /tmp}]
                  startupProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 60}
                  readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 1}
                  livenessProbe: {httpGet: {path: /live, port: http}, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 3}
              volumes:
                - {name: config, configMap: {name: settings}}
                - {name: tmp, emptyDir: {}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {greeting: good day}
        """
        .formatted(progressDeadline, version);
  }

  static String all(String version, int replicas) {
    return deployment(version) + SERVICE + autoscaler(replicas, replicas);
  }

  /** A Job that fails unless the Service answers with this version. */
  static String smoke(String version) {
    return """
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: smoke
          annotations: {"helm.sh/hook": "post-install,post-upgrade"}
        spec:
          backoffLimit: 0
          template:
            metadata: {labels: {job: smoke}}
            spec:
              restartPolicy: Never
              containers:
                - name: smoke
                  image: shop:any
                  args: ["check", "http://web.shop.svc.cluster.local/who", "%s"]
        """
        .formatted(version);
  }
}
