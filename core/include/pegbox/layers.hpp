#pragma once

#include <cstdint>
#include <string>

#include <torch/nn/modules/container/sequential.h>

#include <pegbox/domain.hpp>
#include <pegbox/image_shape.hpp>

namespace pegbox {

/// A function of each number alone, without weights.
using Activation = torch::Tensor (*)(const torch::Tensor& input);

/// The names of all activations: relu, leaky_relu, gelu, silu, tanh, sigmoid.
Choice activations();

/// The activation of that name, as LibTorch has it by default. Throws `std::invalid_argument` for another name.
Activation activation(const std::string& name);

/// The names of all norms: none, batch (S. Ioffe, C. Szegedy, "Batch normalization", 2015) and layer (J. L. Ba,
/// J. R. Kiros, G. E. Hinton, "Layer normalization", 2016).
Choice norms();

/// Adds the activation of that name.
void add_activation(torch::nn::Sequential& layers, const std::string& name);

/// Adds the norm of that name for inputs [rows, features]. Throws `std::invalid_argument` for another name.
void add_norm(torch::nn::Sequential& layers, const std::string& name, std::int64_t features);

/// The same for inputs [rows, channels, height, width]; `layer` is over the three together, with a scale and a shift
/// for each channel (a group norm of one group; Y. Wu, K. He, "Group normalization", 2018).
void add_image_norm(torch::nn::Sequential& layers, const std::string& name, std::int64_t channels);

/// Adds a convolution of images of that shape that keeps their size, or halves it as `ImageShape::halved` has it.
/// `kernel` is odd.
void add_convolution(torch::nn::Sequential& layers, const ImageShape& input, std::int64_t channels, std::int64_t kernel,
                     bool halves = false);

/// Adds dropout of single numbers, where the probability is above 0.
void add_dropout(torch::nn::Sequential& layers, double probability);

}  // namespace pegbox
