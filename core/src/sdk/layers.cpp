#include <stdexcept>

#include <ATen/ops/gelu.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/tanh.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/functional.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/normalization.h>

#include <pegbox/layers.hpp>

namespace pegbox {
namespace {

torch::Tensor relu(const torch::Tensor& input) { return at::relu(input); }
torch::Tensor leaky_relu(const torch::Tensor& input) { return at::leaky_relu(input); }
torch::Tensor gelu(const torch::Tensor& input) { return at::gelu(input); }
torch::Tensor silu(const torch::Tensor& input) { return at::silu(input); }
torch::Tensor tanh(const torch::Tensor& input) { return at::tanh(input); }
torch::Tensor sigmoid(const torch::Tensor& input) { return at::sigmoid(input); }

/// The same numbers, in the order in memory in which LibTorch convolves, norms and pools fastest.
torch::Tensor channels_last(const torch::Tensor& images) { return images.contiguous(at::MemoryFormat::ChannelsLast); }

}  // namespace

Choice activations() { return {{"relu", "leaky_relu", "gelu", "silu", "tanh", "sigmoid"}}; }

Activation activation(const std::string& name) {
  if (name == "relu") return &relu;
  if (name == "leaky_relu") return &leaky_relu;
  if (name == "gelu") return &gelu;
  if (name == "silu") return &silu;
  if (name == "tanh") return &tanh;
  if (name == "sigmoid") return &sigmoid;
  throw std::invalid_argument("unknown activation '" + name +
                              "'; known are relu, leaky_relu, gelu, silu, tanh, sigmoid");
}

Choice norms() { return {{"none", "batch", "layer"}}; }

void add_activation(torch::nn::Sequential& layers, const std::string& name) {
  layers->push_back(torch::nn::Functional(activation(name)));
}

void add_norm(torch::nn::Sequential& layers, const std::string& name, std::int64_t features) {
  if (name == "none") return;
  if (name == "batch") return layers->push_back(torch::nn::BatchNorm1d(features));
  if (name == "layer") return layers->push_back(torch::nn::LayerNorm(torch::nn::LayerNormOptions({features})));
  throw std::invalid_argument("unknown norm '" + name + "'; known are none, batch, layer");
}

void add_image_norm(torch::nn::Sequential& layers, const std::string& name, std::int64_t channels) {
  if (name == "none") return;
  if (name == "batch") return layers->push_back(torch::nn::BatchNorm2d(channels));
  if (name == "layer") return layers->push_back(torch::nn::GroupNorm(torch::nn::GroupNormOptions(1, channels)));
  throw std::invalid_argument("unknown norm '" + name + "'; known are none, batch, layer");
}

void add_convolution(torch::nn::Sequential& layers, const ImageShape& input, std::int64_t channels, std::int64_t kernel,
                     bool halves) {
  const auto [height, width] = input.kernel(kernel);
  torch::nn::Conv2dOptions options(input.channels, channels, {height, width});
  options.padding({height / 2, width / 2});
  if (halves) options.stride(input.stride());
  layers->push_back(torch::nn::Conv2d(options));
  layers->push_back(torch::nn::Functional(&channels_last));
}

void add_dropout(torch::nn::Sequential& layers, double probability) {
  if (probability > 0) layers->push_back(torch::nn::Dropout(probability));
}

}  // namespace pegbox
