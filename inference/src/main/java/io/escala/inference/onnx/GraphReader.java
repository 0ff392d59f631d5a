package io.escala.inference.onnx;

import io.escala.inference.onnx.ProtoReader.Longs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The parts of a {@code .onnx} file, as {@code onnx.proto} numbers their fields. */
final class GraphReader {
  final Map<String, Long> opsets = new HashMap<>();
  final List<Node> nodes = new ArrayList<>();
  final Map<String, Tensor> constants = new HashMap<>();
  final List<Port> inputs = new ArrayList<>();
  final List<Port> outputs = new ArrayList<>();

  GraphReader(byte[] model) {
    ProtoReader from = new ProtoReader(model);
    for (int field = from.next(); field != 0; field = from.next()) {
      switch (field) {
        case 7 -> readGraph(from.message());
        case 8 -> readOpset(from.message());
        case 20, 25 -> throw new UnsupportedGraphException("training or functions");
        default -> from.skip();
      }
    }
    // Not removeIf: a lambda costs a cold start on Lambda a millisecond
    for (Iterator<Port> input = inputs.iterator(); input.hasNext(); ) {
      if (constants.containsKey(input.next().name())) {
        input.remove();
      }
    }
  }

  private void readGraph(ProtoReader from) {
    for (int field = from.next(); field != 0; field = from.next()) {
      switch (field) {
        case 1 -> nodes.add(Node.read(from.message()));
        case 5 -> {
          Tensor.Named constant = Tensor.read(from.message());
          constants.put(constant.name(), constant.tensor());
        }
        case 11 -> inputs.add(readPort(from.message()));
        case 12 -> outputs.add(readPort(from.message()));
        case 15 -> throw new UnsupportedGraphException("sparse constants");
        default -> from.skip();
      }
    }
  }

  private void readOpset(ProtoReader from) {
    String domain = "";
    long version = 0;
    for (int field = from.next(); field != 0; field = from.next()) {
      switch (field) {
        case 1 -> domain = from.text();
        case 2 -> version = from.number();
        default -> from.skip();
      }
    }
    opsets.put(domain.equals("ai.onnx") ? "" : domain, version);
  }

  private static Port readPort(ProtoReader from) {
    String name = "";
    Element element = null;
    int[] tail = null;
    for (int field = from.next(); field != 0; field = from.next()) {
      switch (field) {
        case 1 -> name = from.text();
        case 2 -> {
          ProtoReader type = from.message();
          if (type.next() != 1) {
            throw new UnsupportedGraphException("inputs or outputs that are no tensors");
          }
          ProtoReader tensor = type.message();
          for (int part = tensor.next(); part != 0; part = tensor.next()) {
            switch (part) {
              case 1 -> element = Element.of(tensor.number());
              case 2 -> tail = readTail(tensor.message());
              default -> tensor.skip();
            }
          }
        }
        default -> from.skip();
      }
    }
    if (element == null || tail == null) {
      throw new UnsupportedGraphException("inputs or outputs without type or shape");
    }
    return new Port(name, element, tail);
  }

  /** The dimensions after the first, which must be free: it counts the rows. */
  private static int[] readTail(ProtoReader from) {
    Longs sizes = new Longs();
    for (int field = from.next(); field != 0; field = from.next()) {
      if (field != 1) {
        from.skip();
        continue;
      }
      long size = -1;
      ProtoReader dimension = from.message();
      for (int part = dimension.next(); part != 0; part = dimension.next()) {
        if (part == 1) {
          size = dimension.number();
        } else {
          dimension.skip();
        }
      }
      sizes.add(size);
    }
    long[] all = sizes.toArray();
    if (all.length == 0 || all[0] != -1) {
      throw new UnsupportedGraphException("inputs or outputs whose number of rows is fixed");
    }
    int[] tail = new int[all.length - 1];
    for (int i = 0; i < tail.length; i++) {
      if (all[i + 1] < 1 || all[i + 1] > Integer.MAX_VALUE) {
        throw new UnsupportedGraphException("inputs or outputs of a free width");
      }
      tail[i] = (int) all[i + 1];
    }
    return tail;
  }
}
