package io.escala.localaws.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Consumer;

/** Writes the XML of AWS's older protocols, element by element. */
public final class Xml {
  private final StringBuilder out = new StringBuilder();

  /** A document with its root element in a namespace; {@code null} for none. */
  public static byte[] document(String root, String namespace, Consumer<Xml> content) {
    Xml xml = new Xml();
    xml.out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<").append(root);
    if (namespace != null) {
      xml.out.append(" xmlns=\"").append(namespace).append('"');
    }
    xml.out.append('>');
    content.accept(xml);
    xml.out.append("</").append(root).append('>');
    return xml.out.toString().getBytes(UTF_8);
  }

  /** An element with others inside. */
  public Xml element(String name, Consumer<Xml> content) {
    out.append('<').append(name).append('>');
    content.accept(this);
    out.append("</").append(name).append('>');
    return this;
  }

  /** An element with text; none for {@code null}. */
  public Xml text(String name, Object value) {
    if (value != null) {
      out.append('<').append(name).append('>');
      escape(value.toString());
      out.append("</").append(name).append('>');
    }
    return this;
  }

  /** Text inside the element that is open. */
  public Xml content(String text) {
    escape(text);
    return this;
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\t', '\n' -> out.append((char) c);
                case '\r' -> out.append("&#13;");
                default -> out.appendCodePoint(isXml(c) ? c : '?');
              }
            });
  }

  private static boolean isXml(int c) {
    return c >= 0x20 && !(c >= 0xD800 && c <= 0xDFFF) && c != 0xFFFE && c != 0xFFFF;
  }
}
