package io.escala.spark.report;

import java.util.List;

/** Markup, written front to back; every text in it is escaped. */
final class Html {
  private final StringBuilder out = new StringBuilder();

  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** Markup as it is: for what this package wrote itself. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  Html text(String text) {
    out.append(escaped(text));
    return this;
  }

  /** An element that holds only text. */
  Html element(String tag, String text) {
    return element(tag, "", text);
  }

  /**
   * An element that holds only text.
   *
   * @param attributes as markup, such as {@code class="soft"}
   */
  Html element(String tag, String attributes, String text) {
    out.append('<').append(tag).append(attributes.isEmpty() ? "" : " ").append(attributes);
    return raw(">").text(text).raw("</" + tag + ">\n");
  }

  /** A table whose first column names the rows. */
  Html table(String caption, List<String> header, List<List<String>> rows) {
    raw("<div class=\"scroll\"><table>\n");
    element("caption", caption);
    raw("<thead><tr>");
    for (int i = 0; i < header.size(); i++) {
      element("th", i == 0 ? "scope=\"col\" class=\"left\"" : "scope=\"col\"", header.get(i));
    }
    raw("</tr></thead><tbody>\n");
    for (List<String> row : rows) {
      raw("<tr>");
      element("th", "scope=\"row\"", row.get(0));
      row.subList(1, row.size()).forEach(cell -> element("td", cell));
      raw("</tr>\n");
    }
    return raw("</tbody></table></div>\n");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
