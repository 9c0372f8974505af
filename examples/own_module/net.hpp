#pragma once

#include <ATen/ops/log_softmax.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>

/// A convolutional network for digits of 8 × 8 pixels, as it was before there was a pegbox: logarithms of the
/// probabilities of the ten classes.
class Net : public torch::nn::Module {
 public:
  Net(std::int64_t channels, std::int64_t hidden, double dropout)
      : first_(torch::nn::Conv2dOptions(1, channels, 3).padding(1)),
        second_(torch::nn::Conv2dOptions(channels, 2 * channels, 3)),
        drop_channels_(dropout),
        drop_(dropout),
        inner_(2 * channels, hidden),
        outer_(hidden, 10) {
    register_module("first", first_);
    register_module("second", second_);
    register_module("drop_channels", drop_channels_);
    register_module("drop", drop_);
    register_module("inner", inner_);
    register_module("outer", outer_);
  }

  torch::Tensor forward(torch::Tensor images) {
    auto x = at::relu(at::max_pool2d(first_(images), 2));         // [rows, channels, 4, 4]
    x = at::relu(at::max_pool2d(drop_channels_(second_(x)), 2));  // [rows, 2 channels, 1, 1]
    x = drop_(at::relu(inner_(x.flatten(1))));
    return at::log_softmax(outer_(x), 1);
  }

 private:
  torch::nn::Conv2d first_, second_;
  torch::nn::Dropout2d drop_channels_;
  torch::nn::Dropout drop_;
  torch::nn::Linear inner_, outer_;
};
