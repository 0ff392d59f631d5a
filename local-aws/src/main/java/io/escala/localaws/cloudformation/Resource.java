package io.escala.localaws.cloudformation;

import java.util.Map;

/**
 * A resource that exists.
 *
 * @param physicalId what {@code Ref} gives and what the stack remembers
 * @param attributes what {@code Fn::GetAtt} gives, by attribute name ({@code Arn}, {@code
 *     Endpoint.Address}); text, numbers or lists
 */
public record Resource(String physicalId, Map<String, Object> attributes) {}
