package io.escala.image;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Where an image goes: a tag of a repository. A tag that has an image keeps it. */
sealed interface Destination permits RegistryTag, LayoutTag {
  /** The repository's name, its registry first. */
  String repository();

  /** The image's name within it. */
  String tag();

  /** What the tag has; empty if it is free. */
  Optional<StoredImage> find() throws IOException, RegistryException;

  /** Has an image built and puts it there. */
  JibContainer write(Building building, Path work)
      throws IOException,
          RegistryException,
          InterruptedException,
          ExecutionException,
          InvalidImageReferenceException;

  /** The rest of the build. */
  @FunctionalInterface
  interface Building {
    JibContainer into(Containerizer containerizer)
        throws IOException, RegistryException, InterruptedException, ExecutionException;
  }
}
