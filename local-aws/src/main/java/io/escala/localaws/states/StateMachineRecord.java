package io.escala.localaws.states;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A state machine as it is remembered.
 *
 * @param token what its maker calls it, to find it again after a kill
 * @param definition in Amazon's States Language, substitutions made
 * @param logging as the template has it; null for none
 * @param revision another after each change
 * @param created milliseconds since 1970
 */
record StateMachineRecord(
    String arn,
    String name,
    String token,
    String definition,
    String roleArn,
    ObjectNode logging,
    String revision,
    long created) {}
