package io.escala.localaws.cloudformation;

import io.escala.localaws.cloudformation.StackRecord.ChangeSet;
import io.escala.localaws.cloudformation.StackRecord.Content;
import io.escala.localaws.cloudformation.StackRecord.Event;
import io.escala.localaws.cloudformation.StackRecord.Output;
import io.escala.localaws.cloudformation.Stacks.Export;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.AwsRequest;
import io.escala.localaws.http.AwsResponse;
import io.escala.localaws.http.AwsService;
import io.escala.localaws.http.QueryForm;
import io.escala.localaws.http.Xml;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.ssm.ParameterStore;
import io.escala.localaws.state.StateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** CloudFormation: stacks, change sets, events. */
public final class CloudFormationService implements AwsService, AutoCloseable {
  private static final String NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

  /** The CDK CLI polls every five seconds: an answer that waits this long often spares one. */
  private static final long PATIENCE_MILLIS = 4000;

  private static final Set<String> UPDATABLE =
      Set.of(
          "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS");

  private final Stacks stacks;
  private final ResourceTypes types;
  private final ChangePlanner planner;
  private final Deployer deployer;
  private final S3Store buckets;
  private final ExecutorService operations =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "cloudformation");
            thread.setDaemon(true);
            return thread;
          });

  public CloudFormationService(
      StateFolder state,
      S3Store buckets,
      ParameterStore parameters,
      List<ResourceType> types,
      String region,
      String accountId) {
    this.buckets = buckets;
    this.types = new ResourceTypes(types);
    this.stacks =
        new Stacks(
            state,
            name -> parameters.get(name).map(ParameterStore.Parameter::value),
            region,
            accountId);
    this.planner = new ChangePlanner(stacks, this.types);
    this.deployer = new Deployer(stacks, this.types);
  }

  /** Ends in the background what a killed endpoint left under way; call it once requests work. */
  public void recover() {
    for (StackRecord stack : stacks.live()) {
      if (stack.inProgress()) {
        operations.execute(work(stack, () -> deployer.recover(stack)));
      }
    }
  }

  @Override
  public void close() {
    stacks.close();
  }

  @Override
  public String signingName() {
    return "cloudformation";
  }

  @Override
  public AwsResponse error(AwsRequest request, AwsException error) {
    return QueryForm.error(NAMESPACE, error);
  }

  @Override
  public AwsResponse handle(AwsRequest request) throws IOException {
    QueryForm form = QueryForm.of(request);
    String action = form.action();
    Consumer<Xml> result =
        switch (action) {
          case "DescribeStacks" -> describeStacks(form);
          case "ListStacks" -> listStacks(form);
          case "CreateChangeSet" -> createChangeSet(form);
          case "DescribeChangeSet" -> describeChangeSet(form);
          case "ExecuteChangeSet" -> executeChangeSet(form);
          case "DeleteChangeSet" -> deleteChangeSet(form);
          case "ListChangeSets" -> listChangeSets(form);
          case "DescribeStackEvents" -> describeStackEvents(form);
          case "DescribeStackResources" -> describeStackResources(form);
          case "DescribeStackResource" -> describeStackResource(form);
          case "ListStackResources" -> listStackResources(form);
          case "GetTemplate" -> getTemplate(form);
          case "ValidateTemplate" -> validateTemplate(form);
          case "CreateStack" -> createStack(form);
          case "UpdateStack" -> updateStack(form);
          case "DeleteStack" -> deleteStack(form);
          case "ContinueUpdateRollback" -> continueUpdateRollback(form);
          case "UpdateTerminationProtection" -> updateTerminationProtection(form);
          case "ListExports" -> listExports(form);
          case "ListImports" -> listImports(form);
          default -> throw AwsException.notHandled("CloudFormation", action);
        };
    return QueryForm.answer(action, NAMESPACE, result);
  }

  // ---- changing stacks

  private Consumer<Xml> createChangeSet(QueryForm form) throws IOException {
    String name = form.require("StackName");
    String setName = form.require("ChangeSetName");
    String type = form.text("ChangeSetType").orElse("UPDATE");
    Optional<String> description = form.text("Description");
    form.ignore("ClientToken", "IncludeNestedStacks");
    form.only("ImportExistingResources", "false");
    form.only("DeploymentMode", "STANDARD");
    form.only("OnStackFailure", "ROLLBACK");
    if (!type.equals("CREATE") && !type.equals("UPDATE")) {
      throw Template.error("local-aws does not handle change sets of type " + type);
    }
    if (!setName.matches("[a-zA-Z][-a-zA-Z0-9]{0,127}")) {
      throw Template.error("'" + setName + "' is no name for a change set");
    }
    Optional<StackRecord> found = stacks.find(name);
    boolean create = type.equals("CREATE");
    if (!create && found.isEmpty()) {
      throw Template.error("Stack [" + name + "] does not exist");
    }
    if (create && found.isPresent() && !found.get().status.equals("REVIEW_IN_PROGRESS")) {
      throw new AwsException(
          400,
          "AlreadyExistsException",
          "Stack [" + name + "] already exists and cannot be created again");
    }
    found.ifPresent(CloudFormationService::requireUpdatable);
    Content before = found.map(stack -> stack.content).orElse(Content.NONE);
    Content content = content(form, before);
    form.requireAllRead("CreateChangeSet");
    Template.parse(content.template());
    StackRecord stack = found.orElseGet(() -> stacks.addInReview(name));
    synchronized (stack) {
      if (stack.changeSets.containsKey(setName)) {
        throw new AwsException(
            400, "AlreadyExistsException", "ChangeSet " + setName + " already exists");
      }
      ChangeSet set;
      String id =
          "arn:aws:cloudformation:"
              + stacks.region
              + ":"
              + stacks.accountId
              + ":changeSet/"
              + setName
              + "/"
              + UUID.randomUUID();
      String status = "CREATE_COMPLETE";
      String reason = null;
      List<Change> changes = List.of();
      try {
        Optional<List<Change>> planned = planner.plan(stack, content);
        if (planned.isEmpty()) {
          status = "FAILED";
          reason =
              "The submitted information didn't contain changes. Submit different information to"
                  + " create a change set.";
        }
        changes = planned.orElse(List.of());
      } catch (AwsException e) {
        status = "FAILED";
        reason = e.getMessage();
      }
      set =
          new ChangeSet(
              setName,
              id,
              type,
              description.orElse(null),
              content,
              status,
              reason,
              status.equals("FAILED") ? "UNAVAILABLE" : "AVAILABLE",
              Instant.now(),
              changes);
      stack.changeSets.put(setName, set);
      stacks.save(stack);
      return x -> x.text("Id", id).text("StackId", stack.id);
    }
  }

  private static void requireUpdatable(StackRecord stack) {
    if (!UPDATABLE.contains(stack.status)) {
      throw Template.error(
          "Stack:" + stack.id + " is in " + stack.status + " state and can not be updated.");
    }
  }

  private Content content(QueryForm form, Content before) throws IOException {
    Optional<String> body = form.text("TemplateBody").filter(text -> !text.isEmpty());
    Optional<String> url = form.text("TemplateURL").filter(text -> !text.isEmpty());
    boolean previous = form.flag("UsePreviousTemplate");
    String template;
    if (body.isPresent()) {
      template = body.get();
    } else if (url.isPresent()) {
      template = fetch(url.get());
    } else if (previous && before.template() != null) {
      template = before.template();
    } else {
      throw Template.error("Either Template URL or Template Body must be specified.");
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (QueryForm parameter : form.members("Parameters")) {
      String key = parameter.require("ParameterKey");
      String value = parameter.text("ParameterValue").orElse(null);
      if (parameter.flag("UsePreviousValue")) {
        value = before.parameters().get(key);
        if (value == null) {
          continue; // its default, or an error that names it
        }
      }
      parameters.put(key, value == null ? "" : value);
    }
    Map<String, String> tags = new TreeMap<>();
    for (QueryForm tag : form.members("Tags")) {
      tags.put(tag.require("Key"), tag.text("Value").orElse(""));
    }
    List<String> topics = form.texts("NotificationARNs");
    if (!topics.isEmpty()) {
      throw Template.error("local-aws does not handle NotificationARNs: " + topics);
    }
    form.ignore("RollbackConfiguration", "ClientRequestToken");
    form.only("DeploymentConfig.Mode", "STANDARD");
    form.only("DeploymentConfig.DisableRollback", "false");
    form.only("DisableRollback", "false");
    return new Content(
        template,
        ParameterValues.of(Template.parse(template), parameters, stacks.ssm()).given(),
        tags,
        topics,
        form.texts("Capabilities"),
        form.text("RoleARN").orElse(null),
        Map.of(),
        new TreeSet<>());
  }

  private String fetch(String url) throws IOException {
    String bucket;
    String key;
    try {
      URI uri = new URI(url);
      String host = String.valueOf(uri.getHost());
      String path = uri.getPath().substring(1);
      boolean here = host.equals("127.0.0.1") || host.equals("localhost");
      boolean s3 = host.matches("s3[.-].*amazonaws\\.com|s3\\.amazonaws\\.com");
      if (here || s3) {
        bucket = path.substring(0, Math.max(0, path.indexOf('/')));
        key = path.substring(path.indexOf('/') + 1);
      } else if (host.matches("[^.]+\\.(s3[.-].*amazonaws\\.com|localhost|s3\\.localhost)")) {
        bucket = host.substring(0, host.indexOf('.'));
        key = path;
      } else {
        throw Template.error("TemplateURL must be an address in S3, not " + url);
      }
    } catch (URISyntaxException | IndexOutOfBoundsException e) {
      throw Template.error("TemplateURL is no address: " + url);
    }
    try (InputStream in = buckets.open(bucket, key)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (AwsException e) {
      throw Template.error("S3 error: " + e.getMessage() + " (TemplateURL " + url + ")");
    }
  }

  private Consumer<Xml> executeChangeSet(QueryForm form) {
    Named named = changeSet(form);
    form.ignore("ClientRequestToken");
    form.only("DisableRollback", "false");
    form.only("RetainExceptOnCreate", "false");
    form.requireAllRead("ExecuteChangeSet");
    StackRecord stack = named.stack();
    synchronized (stack) {
      ChangeSet set = named.set();
      if (!set.execution().equals("AVAILABLE")) {
        throw new AwsException(
            400,
            "InvalidChangeSetStatus",
            "ChangeSet ["
                + set.id()
                + "] cannot be executed in its current status of ["
                + set.status()
                + "]");
      }
      requireUpdatable(stack);
      stack.changeSets.clear();
      deployer.begin(stack, set.content());
    }
    await(run(stack, () -> deployer.deploy(stack)));
    return x -> {};
  }

  private Consumer<Xml> createStack(QueryForm form) throws IOException {
    String name = form.require("StackName");
    form.ignore("TimeoutInMinutes", "ClientRequestToken");
    form.only("OnFailure", "ROLLBACK");
    boolean protect = form.flag("EnableTerminationProtection");
    Content content = content(form, Content.NONE);
    form.requireAllRead("CreateStack");
    Template.parse(content.template());
    if (stacks.find(name).isPresent()) {
      throw new AwsException(400, "AlreadyExistsException", "Stack [" + name + "] already exists");
    }
    StackRecord trial = new StackRecord();
    trial.name = name;
    trial.id = "";
    planner.plan(trial, content);
    StackRecord stack = stacks.add(name);
    synchronized (stack) {
      stack.terminationProtection = protect;
      deployer.begin(stack, content);
    }
    await(run(stack, () -> deployer.deploy(stack)));
    return x -> x.text("StackId", stack.id);
  }

  private Consumer<Xml> updateStack(QueryForm form) throws IOException {
    StackRecord stack = stacks.require(form.require("StackName"));
    synchronized (stack) {
      requireUpdatable(stack);
      if (stack.content.template() == null) {
        throw Template.error("Stack [" + stack.name + "] does not exist");
      }
      Content content = content(form, stack.content);
      form.requireAllRead("UpdateStack");
      if (planner.plan(stack, content).isEmpty()) {
        throw Template.error("No updates are to be performed.");
      }
      stack.changeSets.clear();
      deployer.begin(stack, content);
    }
    await(run(stack, () -> deployer.deploy(stack)));
    return x -> x.text("StackId", stack.id);
  }

  private Consumer<Xml> deleteStack(QueryForm form) {
    Optional<StackRecord> found = stacks.find(form.require("StackName"));
    Set<String> retained = new TreeSet<>(form.texts("RetainResources"));
    form.text("RoleARN");
    form.ignore("ClientRequestToken");
    form.only("DeletionMode", "STANDARD");
    form.only("DeploymentConfig.Mode", "STANDARD");
    form.requireAllRead("DeleteStack");
    if (found.isEmpty() || found.get().isDeleted()) {
      return x -> {};
    }
    StackRecord stack = found.get();
    synchronized (stack) {
      if (stack.terminationProtection) {
        throw Template.error(
            "Stack [" + stack.name + "] cannot be deleted while TerminationProtection is enabled");
      }
      if (stack.inProgress()) {
        if (stack.status.equals("DELETE_IN_PROGRESS")) {
          return x -> {};
        }
        throw Template.error(
            "Stack [" + stack.name + "] cannot be deleted while in status " + stack.status);
      }
      if (!retained.isEmpty() && !stack.status.equals("DELETE_FAILED")) {
        throw Template.error(
            "Invalid operation on stack ["
                + stack.name
                + "]. When you delete a stack, specify which resources to retain only when the stack"
                + " is in the DELETE_FAILED state.");
      }
      deployer.beginDelete(stack);
    }
    await(run(stack, () -> deployer.delete(stack, retained)));
    return x -> {};
  }

  private Consumer<Xml> continueUpdateRollback(QueryForm form) {
    StackRecord stack = stacks.require(form.require("StackName"));
    form.text("RoleARN");
    form.ignore("ClientRequestToken");
    form.requireAllRead("ContinueUpdateRollback");
    synchronized (stack) {
      if (!stack.status.equals("UPDATE_ROLLBACK_FAILED")) {
        throw Template.error(
            "Stack [" + stack.name + "] is in " + stack.status + ", not UPDATE_ROLLBACK_FAILED");
      }
      stacks.status(stack, "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated");
    }
    await(run(stack, () -> deployer.rollBack(stack, "User Initiated")));
    return x -> {};
  }

  private Consumer<Xml> updateTerminationProtection(QueryForm form) {
    StackRecord stack = stacks.require(form.require("StackName"));
    boolean protect = form.flag("EnableTerminationProtection");
    form.requireAllRead("UpdateTerminationProtection");
    synchronized (stack) {
      stack.terminationProtection = protect;
      stacks.save(stack);
    }
    return x -> x.text("StackId", stack.id);
  }

  @SuppressWarnings(
      "CatchAndPrintStackTrace") // a failure that nobody foresaw: the operator needs it
  private Runnable work(StackRecord stack, Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        if (stacks.isClosed()) {
          return; // the next start ends it
        }
        e.printStackTrace();
        synchronized (stack) {
          String verb = stack.status.substring(0, stack.status.indexOf('_'));
          stack.status = verb.equals("UPDATE") ? "UPDATE_ROLLBACK_FAILED" : verb + "_FAILED";
          stack.reason = "local-aws failed: " + e.getMessage();
        }
      }
    };
  }

  private Future<?> run(StackRecord stack, Runnable work) {
    return operations.submit(work(stack, work));
  }

  private static void await(Future<?> work) {
    try {
      work.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // it goes on; the caller polls
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private Consumer<Xml> deleteChangeSet(QueryForm form) {
    String name = form.require("ChangeSetName");
    Optional<String> stackName = form.text("StackName");
    form.requireAllRead("DeleteChangeSet");
    Optional<Named> named = findChangeSet(name, stackName);
    if (named.isPresent()) {
      StackRecord stack = named.get().stack();
      synchronized (stack) {
        stack.changeSets.remove(named.get().set().name());
        stacks.save(stack);
      }
    } else if (stackName.isPresent()) {
      stacks.require(stackName.get());
    }
    return x -> {};
  }

  /** A change set and its stack. */
  private record Named(StackRecord stack, ChangeSet set) {}

  private Named changeSet(QueryForm form) {
    String name = form.require("ChangeSetName");
    Optional<String> stack = form.text("StackName");
    return findChangeSet(name, stack)
        .orElseThrow(
            () ->
                new AwsException(
                    404, "ChangeSetNotFound", "ChangeSet [" + name + "] does not exist"));
  }

  private Optional<Named> findChangeSet(String nameOrId, Optional<String> stackName) {
    List<StackRecord> where =
        stackName.isPresent()
            ? stacks.find(stackName.get()).map(List::of).orElse(List.of())
            : stacks.live();
    for (StackRecord stack : where) {
      synchronized (stack) {
        for (ChangeSet set : stack.changeSets.values()) {
          if (set.id().equals(nameOrId) || set.name().equals(nameOrId)) {
            return Optional.of(new Named(stack, set));
          }
        }
      }
    }
    return Optional.empty();
  }

  // ---- looking at stacks

  private Consumer<Xml> describeStacks(QueryForm form) {
    Optional<String> name = form.text("StackName");
    form.text("NextToken");
    form.requireAllRead("DescribeStacks");
    List<StackRecord> found =
        name.isPresent() ? List.of(stacks.require(name.get())) : stacks.live();
    return members("Stacks", found, this::describe);
  }

  private void describe(Xml x, StackRecord stack) {
    synchronized (stack) {
      Content content = stack.content;
      Optional<Template> template = Optional.ofNullable(content.template()).map(Template::parse);
      x.text("StackId", stack.id)
          .text("StackName", stack.name)
          .text("Description", template.flatMap(Template::description).orElse(null))
          .text("CreationTime", time(stack.created))
          .text("LastUpdatedTime", time(stack.updated))
          .text("DeletionTime", time(stack.deleted))
          .text("StackStatus", stack.status)
          .text("StackStatusReason", stack.reason)
          .text("DisableRollback", "false")
          .text("EnableTerminationProtection", stack.terminationProtection)
          .text("RoleARN", content.roleArn())
          .element("RollbackConfiguration", r -> {})
          .element("DriftInformation", d -> d.text("StackDriftStatus", "NOT_CHECKED"));
      x.element("Capabilities", c -> content.capabilities().forEach(v -> c.text("member", v)));
      x.element("Parameters", p -> template.ifPresent(t -> parameters(p, t, content)));
      members(
              "Outputs",
              List.copyOf(content.outputs().entrySet()),
              (Xml o, Map.Entry<String, Output> output) ->
                  o.text("OutputKey", output.getKey())
                      .text("OutputValue", output.getValue().value())
                      .text("Description", output.getValue().description())
                      .text("ExportName", output.getValue().export()))
          .accept(x);
      tags(x, content);
    }
  }

  private void parameters(Xml x, Template template, Content content) {
    ParameterValues values;
    try {
      values = ParameterValues.of(template, content.parameters(), stacks.ssm());
    } catch (AwsException e) {
      return; // a parameter in Systems Manager that is gone by now
    }
    values
        .given()
        .forEach(
            (name, value) -> {
              var declared = template.section("Parameters").path(name);
              boolean secret = declared.path("NoEcho").asBoolean(false);
              boolean stored = declared.path("Type").asText().startsWith("AWS::SSM::");
              x.element(
                  "member",
                  p ->
                      p.text("ParameterKey", name)
                          .text("ParameterValue", secret ? "****" : value)
                          .text(
                              "ResolvedValue",
                              stored ? stacks.ssm().apply(value).orElse(null) : null));
            });
  }

  private static void tags(Xml x, Content content) {
    members(
            "Tags",
            List.copyOf(content.tags().entrySet()),
            (Xml t, Map.Entry<String, String> tag) ->
                t.text("Key", tag.getKey()).text("Value", tag.getValue()))
        .accept(x);
  }

  private Consumer<Xml> listStacks(QueryForm form) {
    Set<String> wanted = new TreeSet<>(form.texts("StackStatusFilter"));
    form.text("NextToken");
    form.requireAllRead("ListStacks");
    Predicate<StackRecord> shown = stack -> wanted.isEmpty() || wanted.contains(stack.status);
    return members(
        "StackSummaries",
        stacks.all().stream().filter(shown).toList(),
        (x, stack) ->
            x.text("StackId", stack.id)
                .text("StackName", stack.name)
                .text("CreationTime", time(stack.created))
                .text("LastUpdatedTime", time(stack.updated))
                .text("DeletionTime", time(stack.deleted))
                .text("StackStatus", stack.status)
                .text("StackStatusReason", stack.reason)
                .element("DriftInformation", d -> d.text("StackDriftStatus", "NOT_CHECKED")));
  }

  private Consumer<Xml> describeChangeSet(QueryForm form) {
    Named named = changeSet(form);
    form.text("NextToken");
    form.ignore("IncludePropertyValues");
    form.requireAllRead("DescribeChangeSet");
    StackRecord stack = named.stack();
    ChangeSet set = named.set();
    return x -> {
      x.text("ChangeSetName", set.name())
          .text("ChangeSetId", set.id())
          .text("StackId", stack.id)
          .text("StackName", stack.name)
          .text("Description", set.description())
          .text("CreationTime", time(set.created()))
          .text("ExecutionStatus", set.execution())
          .text("Status", set.status())
          .text("StatusReason", set.reason())
          .text("IncludeNestedStacks", "false")
          .element("RollbackConfiguration", r -> {})
          .element(
              "Capabilities", c -> set.content().capabilities().forEach(v -> c.text("member", v)));
      members(
              "Parameters",
              List.copyOf(set.content().parameters().entrySet()),
              (Xml p, Map.Entry<String, String> parameter) ->
                  p.text("ParameterKey", parameter.getKey())
                      .text("ParameterValue", parameter.getValue()))
          .accept(x);
      tags(x, set.content());
      members("Changes", set.changes(), CloudFormationService::change).accept(x);
    };
  }

  private static void change(Xml x, Change change) {
    x.text("Type", "Resource")
        .element(
            "ResourceChange",
            r -> {
              r.text("PolicyAction", change.policyAction())
                  .text("Action", change.action())
                  .text("LogicalResourceId", change.logicalId())
                  .text("PhysicalResourceId", change.physicalId())
                  .text("ResourceType", change.type())
                  .text("Replacement", change.replacement())
                  .element("Scope", s -> change.scope().forEach(v -> s.text("member", v)));
              members(
                      "Details",
                      change.details(),
                      (Xml d, Change.Detail detail) ->
                          d.element(
                                  "Target",
                                  t ->
                                      t.text("Attribute", detail.attribute())
                                          .text("Name", detail.name())
                                          .text("RequiresRecreation", detail.requiresRecreation()))
                              .text("Evaluation", detail.evaluation())
                              .text("ChangeSource", detail.source()))
                  .accept(r);
            });
  }

  private Consumer<Xml> listChangeSets(QueryForm form) {
    StackRecord stack = stacks.require(form.require("StackName"));
    form.text("NextToken");
    form.requireAllRead("ListChangeSets");
    return members(
        "Summaries",
        List.copyOf(stack.changeSets.values()),
        (x, set) ->
            x.text("StackId", stack.id)
                .text("StackName", stack.name)
                .text("ChangeSetId", set.id())
                .text("ChangeSetName", set.name())
                .text("ExecutionStatus", set.execution())
                .text("Status", set.status())
                .text("StatusReason", set.reason())
                .text("CreationTime", time(set.created()))
                .text("Description", set.description()));
  }

  private Consumer<Xml> describeStackEvents(QueryForm form) {
    StackRecord stack = stacks.require(form.require("StackName"));
    form.text("NextToken");
    form.requireAllRead("DescribeStackEvents");
    List<Event> events;
    synchronized (stack) {
      events = new ArrayList<>(stack.events);
    }
    Collections.reverse(events);
    return members(
        "StackEvents",
        events,
        (x, event) ->
            x.text("StackId", stack.id)
                .text("EventId", event.id())
                .text("OperationId", event.operation())
                .text("StackName", stack.name)
                .text("LogicalResourceId", event.logicalId())
                .text("PhysicalResourceId", event.physicalId())
                .text("ResourceType", event.type())
                .text("Timestamp", time(event.time()))
                .text("ResourceStatus", event.status())
                .text("ResourceStatusReason", event.reason())
                .text("ResourceProperties", event.properties()));
  }

  private Consumer<Xml> describeStackResources(QueryForm form) {
    Optional<String> logicalId = form.text("LogicalResourceId");
    Optional<String> physicalId = form.text("PhysicalResourceId");
    Optional<String> name = form.text("StackName");
    form.requireAllRead("DescribeStackResources");
    StackRecord stack =
        name.isPresent()
            ? stacks.require(name.get())
            : stacks.live().stream()
                .filter(s -> items(s).stream().anyMatch(i -> is(i, physicalId)))
                .findFirst()
                .orElseThrow(
                    () -> Template.error("Stack for " + physicalId.orElse("") + " does not exist"));
    List<Item> found =
        items(stack).stream()
            .filter(item -> logicalId.isEmpty() || logicalId.get().equals(item.logicalId()))
            .toList();
    return members(
        "StackResources",
        found,
        (x, item) ->
            resource(x.text("StackName", stack.name).text("StackId", stack.id), item, "Timestamp"));
  }

  private static boolean is(Item item, Optional<String> physicalId) {
    return item.physicalId() != null && physicalId.filter(item.physicalId()::equals).isPresent();
  }

  private Consumer<Xml> describeStackResource(QueryForm form) {
    StackRecord stack = stacks.require(form.require("StackName"));
    String id = form.require("LogicalResourceId");
    form.requireAllRead("DescribeStackResource");
    Item found =
        items(stack).stream()
            .filter(item -> item.logicalId().equals(id))
            .findFirst()
            .orElseThrow(
                () -> Template.error("Resource " + id + " does not exist for stack " + stack.name));
    return x ->
        x.element(
            "StackResourceDetail",
            d ->
                resource(
                    d.text("StackName", stack.name).text("StackId", stack.id),
                    found,
                    "LastUpdatedTimestamp"));
  }

  private Consumer<Xml> listStackResources(QueryForm form) {
    StackRecord stack = stacks.require(form.require("StackName"));
    form.text("NextToken");
    form.requireAllRead("ListStackResources");
    return members(
        "StackResourceSummaries",
        items(stack),
        (x, item) -> resource(x, item, "LastUpdatedTimestamp"));
  }

  private static List<Item> items(StackRecord stack) {
    synchronized (stack) {
      return List.copyOf(stack.resources.values());
    }
  }

  private static void resource(Xml x, Item item, String timeName) {
    x.text("LogicalResourceId", item.logicalId())
        .text("PhysicalResourceId", item.physicalId())
        .text("ResourceType", item.type())
        .text(timeName, time(item.updated()))
        .text("ResourceStatus", item.status())
        .text("ResourceStatusReason", item.reason())
        .element("DriftInformation", d -> d.text("StackResourceDriftStatus", "NOT_CHECKED"));
  }

  private Consumer<Xml> getTemplate(QueryForm form) {
    Optional<String> set = form.text("ChangeSetName");
    Optional<String> name = form.text("StackName");
    form.text("TemplateStage");
    form.requireAllRead("GetTemplate");
    String template;
    if (set.isPresent()) {
      template =
          findChangeSet(set.get(), name)
              .orElseThrow(
                  () ->
                      new AwsException(
                          404, "ChangeSetNotFound", "ChangeSet [" + set.get() + "] does not exist"))
              .set()
              .content()
              .template();
    } else {
      template = stacks.require(name.orElse("")).content.template();
    }
    return x ->
        x.text("TemplateBody", template == null ? "{}" : template)
            .element(
                "StagesAvailable", s -> s.text("member", "Original").text("member", "Processed"));
  }

  private Consumer<Xml> validateTemplate(QueryForm form) throws IOException {
    String text = form.text("TemplateBody").orElse(null);
    Template template = Template.parse(text == null ? fetch(form.require("TemplateURL")) : text);
    form.requireAllRead("ValidateTemplate");
    types.require(template.types());
    template.order(template.names("Resources"));
    return x -> {
      x.text("Description", template.description().orElse(null));
      x.element(
          "Parameters",
          p ->
              template
                  .section("Parameters")
                  .properties()
                  .forEach(
                      parameter ->
                          p.element(
                              "member",
                              m ->
                                  m.text("ParameterKey", parameter.getKey())
                                      .text(
                                          "DefaultValue",
                                          parameter.getValue().path("Default").asText(null))
                                      .text(
                                          "NoEcho",
                                          parameter.getValue().path("NoEcho").asBoolean(false))
                                      .text(
                                          "Description",
                                          parameter.getValue().path("Description").asText(null)))));
    };
  }

  private Consumer<Xml> listExports(QueryForm form) {
    form.text("NextToken");
    form.requireAllRead("ListExports");
    return members(
        "Exports",
        stacks.exports(),
        (Xml x, Export export) ->
            x.text("ExportingStackId", export.stack().id)
                .text("Name", export.name())
                .text("Value", export.value()));
  }

  private Consumer<Xml> listImports(QueryForm form) {
    String export = form.require("ExportName");
    form.text("NextToken");
    form.requireAllRead("ListImports");
    List<String> users = stacks.importers(export);
    if (users.isEmpty()) {
      throw Template.error("Export '" + export + "' is not imported by any stack.");
    }
    return x -> x.element("Imports", i -> users.forEach(user -> i.text("member", user)));
  }

  /** How one member of a list is written. */
  private interface Writer<T> {
    void write(Xml x, T member);
  }

  private static <T> Consumer<Xml> members(String name, List<T> list, Writer<T> writer) {
    return x ->
        x.element(
            name, l -> list.forEach(member -> l.element("member", m -> writer.write(m, member))));
  }

  private static String time(Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
