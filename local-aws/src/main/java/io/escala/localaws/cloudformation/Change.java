package io.escala.localaws.cloudformation;

import java.util.List;

/**
 * What a change set will do to one resource.
 *
 * @param action {@code Add}, {@code Modify} or {@code Remove}
 * @param policyAction what happens to the resource that goes: {@code Delete}, {@code Retain},
 *     {@code ReplaceAndDelete}, {@code ReplaceAndRetain}; {@code null} when none goes
 * @param replacement {@code True}, {@code False} or {@code Conditional}; {@code null} unless
 *     modified
 * @param scope {@code Properties}, {@code Metadata}, {@code DeletionPolicy}, {@code
 *     UpdateReplacePolicy}
 */
record Change(
    String action,
    String policyAction,
    String logicalId,
    String physicalId,
    String type,
    String replacement,
    List<String> scope,
    List<Detail> details) {

  /**
   * One attribute that changes.
   *
   * @param attribute {@code Properties} and so on
   * @param name the property; {@code null} when the attribute has none
   * @param requiresRecreation {@code Never}, {@code Conditionally} or {@code Always}
   * @param evaluation {@code Static} when the new value is known, else {@code Dynamic}
   * @param source {@code DirectModification} or {@code ResourceAttribute}
   */
  record Detail(
      String attribute, String name, String requiresRecreation, String evaluation, String source) {}
}
