package io.escala.spark.evaluate;

/**
 * A tenth of the rows in the order of falling probability. Rows that share a probability are
 * exchangeable: where they straddle a border, each side takes its share of their rows and of their
 * positives, so counts need not be whole.
 *
 * @param number 1 for the highest probabilities, 10 for the lowest
 * @param rows a tenth of all
 * @param positives of them
 * @param meanProbability that the model gave them
 * @param rate the share of positives among them
 * @param lift rate over the rate of all rows
 * @param gain the share of all positives in this decile and those before
 * @param cumulativeLift rate of this decile and those before, over the rate of all rows
 */
public record Decile(
    int number,
    double rows,
    double positives,
    double meanProbability,
    double rate,
    double lift,
    double gain,
    double cumulativeLift) {}
