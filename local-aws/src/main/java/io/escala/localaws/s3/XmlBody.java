package io.escala.localaws.s3;

import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.AwsRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** Reads the XML that a request carries. */
final class XmlBody {
  private XmlBody() {}

  static Element root(AwsRequest request) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setExpandEntityReferences(false);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      return builder
          .parse(new ByteArrayInputStream(request.body().readAllBytes()))
          .getDocumentElement();
    } catch (SAXException e) {
      throw new AwsException(
          400, "MalformedXML", "The XML you provided was not well-formed: " + e.getMessage());
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Element> children(Element parent, String name) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        children.add(element);
      }
    }
    return children;
  }

  static Optional<String> text(Element parent, String name) {
    return children(parent, name).stream().findFirst().map(Element::getTextContent);
  }

  static String require(Element parent, String name) {
    return text(parent, name)
        .orElseThrow(
            () -> new AwsException(400, "MalformedXML", "the element " + name + " is missing"));
  }
}
