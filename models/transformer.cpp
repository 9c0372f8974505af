#include <algorithm>
#include <array>
#include <cmath>

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/stack.h>
#include <torch/nn/init.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include <pegbox/image_shape.hpp>
#include <pegbox/initialisation.hpp>
#include <pegbox/layers.hpp>
#include <pegbox/model.hpp>

namespace {

using namespace pegbox;
using torch::Tensor;

std::int64_t parts(std::int64_t places, std::int64_t size) { return (places + size - 1) / size; }

/// How an image is cut into patches: as small ones as give no more than so many.
struct Patches {
  Patches(const ImageShape& image, std::int64_t most) : image_(image) {
    while (count() > most) ++size_;
  }

  std::int64_t count() const { return parts(image_.height, height()) * parts(image_.width, width()); }
  std::int64_t height() const { return std::min(size_, image_.height); }
  std::int64_t width() const { return std::min(size_, image_.width); }

  /// Zeros below and to the right, up to whole patches.
  Tensor padded(const Tensor& images) const {
    const std::int64_t below = parts(image_.height, height()) * height() - image_.height;
    const std::int64_t right = parts(image_.width, width()) * width() - image_.width;
    return below + right == 0 ? images : at::constant_pad_nd(images, {0, right, 0, below});
  }

 private:
  ImageShape image_;
  std::int64_t size_ = 1;
};

/// The positions of A. Vaswani et al., "Attention is all you need" (2017), [tokens, width].
Tensor waves(std::int64_t tokens, std::int64_t width) {
  constexpr double kLongest = 10000;
  const Tensor rates = at::arange(0, width, 2, at::kDouble).mul(-std::log(kLongest) / static_cast<double>(width)).exp();
  const Tensor angles = at::arange(tokens, at::kDouble).unsqueeze(1) * rates;
  return at::stack({angles.sin(), angles.cos()}, 2).flatten(1).slice(1, 0, width).to(at::kFloat);
}

/// Each token looks at all others.
class Attention final : public torch::nn::Module {
 public:
  Attention(std::int64_t width, std::int64_t heads, double dropout)
      : heads_(heads), dropout_(dropout), inwards_(width, 3 * width), outwards_(width, width) {
    register_module("inwards", inwards_);
    register_module("outwards", outwards_);
  }

  Tensor forward(const Tensor& tokens) {
    // [query, key and value, rows, heads, tokens, width of a head]
    const Tensor all = inwards_(tokens).unflatten(2, {3, heads_, -1}).permute({2, 0, 3, 1, 4});
    const double dropout = is_training() ? dropout_ : 0;
    const Tensor seen = at::scaled_dot_product_attention(all[0], all[1], all[2], {}, dropout);
    return outwards_(seen.transpose(1, 2).flatten(2));
  }

 private:
  std::int64_t heads_;
  double dropout_;
  torch::nn::Linear inwards_;
  torch::nn::Linear outwards_;
};

torch::nn::LayerNorm layer_norm(std::int64_t width) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}));
}

/// Attention and a small perceptron, each with a way around it. The norm comes before each (R. Xiong et al., "On layer
/// normalization in the transformer architecture", 2020) or, as in the first transformer, after the sum.
class EncoderLayer final : public torch::nn::Module {
 public:
  EncoderLayer(const Params& params, std::int64_t width)
      : pre_norm_(params.get<bool>("pre_norm")),
        attention_(
            std::make_shared<Attention>(width, params.get<std::int64_t>("heads"), params.get<double>("dropout"))),
        attention_norm_(layer_norm(width)),
        feed_norm_(layer_norm(width)),
        dropout_(params.get<double>("dropout")) {
    const std::int64_t inner = params.get<std::int64_t>("feed_forward") * width;
    feed_->push_back(torch::nn::Linear(width, inner));
    add_activation(feed_, params.get<std::string>("activation"));
    add_dropout(feed_, params.get<double>("dropout"));
    feed_->push_back(torch::nn::Linear(inner, width));
    register_module("attention", attention_);
    register_module("attention_norm", attention_norm_);
    register_module("feed", feed_);
    register_module("feed_norm", feed_norm_);
    register_module("dropout", dropout_);
  }

  Tensor forward(const Tensor& tokens) {
    if (pre_norm_) {
      const Tensor seen = tokens + dropout_(attention_->forward(attention_norm_(tokens)));
      return seen + dropout_(feed_->forward(feed_norm_(seen)));
    }
    const Tensor seen = attention_norm_(tokens + dropout_(attention_->forward(tokens)));
    return feed_norm_(seen + dropout_(feed_->forward(seen)));
  }

 private:
  bool pre_norm_;
  std::shared_ptr<Attention> attention_;
  torch::nn::LayerNorm attention_norm_;
  torch::nn::Sequential feed_;
  torch::nn::LayerNorm feed_norm_;
  torch::nn::Dropout dropout_;
};

/// Patches with their positions, encoder layers, and one linear layer on the mean of the tokens, or on a token of its
/// own that was put before them.
class Encoder final : public Network {
 public:
  Encoder(const Params& params, bool learned, const ImageShape& input, std::int64_t outputs)
      : input_(input),
        patches_(input, params.get<std::int64_t>("tokens")),
        width_(params.get<std::int64_t>("heads") * params.get<std::int64_t>("head_width")),
        own_token_(params.get<std::string>("pooling") == "cls"),
        embedding_(embedding()),
        dropout_(params.get<double>("dropout")),
        head_(width_, outputs) {
    for (std::int64_t layer = 0; layer < params.get<std::int64_t>("layers"); ++layer) {
      layers_->push_back(std::make_shared<EncoderLayer>(params, width_));
    }
    if (params.get<bool>("pre_norm")) layers_->push_back(layer_norm(width_));
    const std::int64_t tokens = patches_.count() + (own_token_ ? 1 : 0);
    positions_ = learned ? register_parameter("positions", small({tokens, width_}))
                         : register_buffer("positions", waves(tokens, width_));
    if (own_token_) token_ = register_parameter("token", small({1, 1, width_}));
    register_module("embedding", embedding_);
    register_module("dropout", dropout_);
    register_module("layers", layers_);
    register_module("head", head_);
  }

  Tensor forward(Tensor input) override {
    Tensor tokens = embedding_(patches_.padded(input_.images(input))).flatten(2).transpose(1, 2);
    if (own_token_) tokens = at::cat({token_.expand({tokens.size(0), -1, -1}), tokens}, 1);
    const Tensor encoded = layers_->forward(dropout_(tokens + positions_));
    return head_(own_token_ ? encoded.select(1, 0) : encoded.mean(1));
  }

 private:
  torch::nn::Conv2d embedding() const {
    const std::array<std::int64_t, 2> patch{patches_.height(), patches_.width()};
    return torch::nn::Conv2d(torch::nn::Conv2dOptions(input_.channels, width_, patch).stride(patch));
  }

  /// As A. Dosovitskiy et al., "An image is worth 16x16 words" (2021), begin them.
  static Tensor small(at::IntArrayRef shape) { return torch::nn::init::normal_(at::empty(shape), 0, 0.02); }

  ImageShape input_;
  Patches patches_;
  std::int64_t width_;
  bool own_token_;
  torch::nn::Conv2d embedding_;
  torch::nn::Dropout dropout_;
  torch::nn::Sequential layers_;
  torch::nn::Linear head_;
  Tensor positions_;
  Tensor token_;
};

class Transformer final : public Model {
 public:
  static std::vector<Setting> settings() {
    return {{"positions", Choice{{"learned", "sinusoidal"}}, "learned", "how tokens know their places"},
            Initialisation::setting("xavier")};
  }

  explicit Transformer(const Settings& settings)
      : learned_(settings.get<std::string>("positions") == "learned"), initialisation_(settings) {}

  SearchSpace space() const override {
    std::vector<Parameter> parameters{{"layers", Integer{1, 4}, 2},
                                      {"heads", Choice{{1, 2, 4, 8}}, 4},
                                      {"head_width", Choice{{8, 16, 32}}, 16},
                                      {"feed_forward", Integer{1, 4}, 2},
                                      {"tokens", Choice{{16, 32, 64}}, 16},
                                      {"activation", activations(), "gelu"},
                                      {"pre_norm", Boolean{}, true},
                                      {"pooling", Choice{{"mean", "cls"}}, "mean"},
                                      {"dropout", Real{0, 0.5}, 0.1}};
    initialisation_.join(parameters);
    return parameters;
  }

  std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
    auto network = std::make_shared<Encoder>(params, learned_, ImageShape::of(info.input_shape), info.outputs);
    initialisation_.apply(*network, params);
    return network;
  }

 private:
  bool learned_;
  Initialisation initialisation_;
};

}  // namespace

PEGBOX_MODEL(Transformer, "transformer", "Transformer encoder for sequences, signals and images")
