package io.escala.cli.gone;

/**
 * A kind of thing that this project makes, or that AWS makes for it, and that may outlive it.
 *
 * @param arn how its ARN goes on after the account or the partition's empty fields: service, colon,
 *     and the start of the resource; the first of the catalogue that fits is meant
 * @param what its name in words
 * @param why why it may still be there
 * @param cost what it costs while it is there: list price, us-east-1
 * @param remove the command that removes it; {@code {id}} is its name, {@code {arn}} its ARN
 */
record Known(String arn, String what, String why, String cost, String remove) {
  String removal(String id, String wholeArn) {
    return remove.replace("{id}", id).replace("{arn}", wholeArn);
  }
}
