package io.escala.spark.digits;

/**
 * The shape of one convolution without padding, and where its parameters start in the array of all:
 * first the weights by filter, channel, row and column, then the bias of each filter. With a kernel
 * as large as the image it is a dense layer.
 *
 * @param channels of the image that comes in
 * @param side of the image that comes in
 * @param stride of the kernel, in both directions
 * @param weights index of the first parameter
 */
record ConvolutionLayer(int filters, int channels, int side, int kernel, int stride, int weights) {

  /** The layer that takes what this one gives. */
  ConvolutionLayer then(int nextFilters, int nextKernel, int nextStride) {
    return new ConvolutionLayer(
        nextFilters, filters, outSide(), nextKernel, nextStride, bias() + filters);
  }

  /** How many weights a filter has. */
  int taps() {
    return channels * kernel * kernel;
  }

  /** Index of the first bias, just behind the last weight. */
  int bias() {
    return weights + filters * taps();
  }

  /** Index behind the last parameter. */
  int end() {
    return bias() + filters;
  }

  /** Side of the image that goes out. */
  int outSide() {
    return (side - kernel) / stride + 1;
  }
}
