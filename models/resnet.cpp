#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include <ATen/ops/empty.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>

#include <pegbox/image_shape.hpp>
#include <pegbox/initialisation.hpp>
#include <pegbox/layers.hpp>
#include <pegbox/model.hpp>

namespace {

using namespace pegbox;
using torch::nn::Sequential;

/// What all blocks have in common.
struct Style {
  explicit Style(const Params& params)
      : kernel(params.get<std::int64_t>("kernel")),
        norm(params.get<std::string>("norm")),
        activation(params.get<std::string>("activation")) {}

  std::int64_t kernel;
  std::string norm;
  std::string activation;
};

/// What of a block's own part is dropped while training.
struct Drop {
  double dropout = 0;  ///< probability of each number between the two convolutions
  double depth = 0;    ///< probability of the whole part, for each row on its own
};

/// The basic block of K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition" (2016): two
/// convolutions, and a way around them. Dropout between the two is by S. Zagoruyko, N. Komodakis, "Wide residual
/// networks" (2016), leaving out the whole by G. Huang, Y. Sun, Z. Liu, D. Sedra, K. Q. Weinberger, "Deep networks with
/// stochastic depth" (2016).
class Block final : public torch::nn::Module {
 public:
  Block(const Style& style, const Drop& drop, const ImageShape& input, std::int64_t channels, bool halves)
      : activation_(activation(style.activation)), drop_depth_(drop.depth) {
    const ImageShape place = halves ? input.halved() : input;
    const ImageShape inner{channels, place.height, place.width};
    add_convolution(layers_, input, channels, style.kernel, halves);
    add_image_norm(layers_, style.norm, channels);
    add_activation(layers_, style.activation);
    add_dropout(layers_, drop.dropout);
    add_convolution(layers_, inner, channels, style.kernel);
    add_image_norm(layers_, style.norm, channels);
    if (inner != input) {
      add_convolution(around_, input, channels, 1, halves);
      add_image_norm(around_, style.norm, channels);
    }
    register_module("layers", layers_);
    register_module("around", around_);
  }

  torch::Tensor forward(const torch::Tensor& input) {
    auto own = layers_->forward(input);
    if (is_training() && drop_depth_ > 0) {
      const double keep = 1 - drop_depth_;
      own = own * at::empty({own.size(0), 1, 1, 1}, own.options()).bernoulli_(keep).div_(keep);
    }
    return activation_(own + (around_->is_empty() ? input : around_->forward(input)));
  }

 private:
  Sequential layers_;
  Sequential around_;
  Activation activation_;
  double drop_depth_;
};

/// A convolution, stages of blocks, each stage twice as wide as the one before on half the image, and one linear layer
/// on the mean of each channel.
class Residual final : public Network {
 public:
  Residual(const Params& params, const ImageShape& input, std::int64_t outputs) : input_(input) {
    const Style style(params);
    const auto stages = params.get<std::int64_t>("stages");
    const auto each = params.get<std::int64_t>("blocks");
    auto width = params.get<std::int64_t>("width");
    add_convolution(layers_, input, width, style.kernel);
    add_image_norm(layers_, style.norm, width);
    add_activation(layers_, style.activation);
    ImageShape image{width, input.height, input.width};
    for (std::int64_t block = 0; block < stages * each; ++block) {
      const bool halves = block > 0 && block % each == 0;
      if (halves) width *= 2;
      layers_->push_back(
          std::make_shared<Block>(style, drop_of(params, block + 1, stages * each), image, width, halves));
      if (halves) image = image.halved();
      image.channels = width;
    }
    head_ = torch::nn::Linear(width, outputs);
    register_module("layers", layers_);
    register_module("head", head_);
  }

  torch::Tensor forward(torch::Tensor input) override {
    return head_(layers_->forward(input_.images(input)).mean({2, 3}));
  }

 private:
  /// Blocks are left out the more often the later they come, the last one with the rate itself.
  static Drop drop_of(const Params& params, std::int64_t block, std::int64_t blocks) {
    const auto drop = params.get<std::string>("drop");
    if (drop == "dropout") return {.dropout = params.get<double>("drop_rate")};
    if (drop != "depth") return {};
    return {.depth = params.get<double>("drop_rate") * static_cast<double>(block) / static_cast<double>(blocks)};
  }

  ImageShape input_;
  Sequential layers_;
  torch::nn::Linear head_ = nullptr;
};

class Resnet final : public Model {
 public:
  static std::vector<Setting> settings() { return {Initialisation::setting()}; }

  explicit Resnet(const Settings& settings) : initialisation_(settings) {}

  SearchSpace space() const override {
    std::vector<Parameter> parameters{{"stages", Integer{1, 4}, 3},
                                      {"blocks", Integer{1, 3}, 1},
                                      {"width", Integer{8, 64, /*log=*/true}, 16},
                                      {"kernel", Choice{{3, 5, 7}}, 3},
                                      {"norm", norms(), "batch"},
                                      {"activation", activations(), "relu"},
                                      {"drop", Choice{{"none", "dropout", "depth"}}, "none"},
                                      {"drop_rate", Real{0, 0.5}, 0.1, {{"drop", {"dropout", "depth"}}}}};
    initialisation_.join(parameters);
    return parameters;
  }

  std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
    auto network = std::make_shared<Residual>(params, ImageShape::of(info.input_shape), info.outputs);
    initialisation_.apply(*network, params);
    return network;
  }

 private:
  Initialisation initialisation_;
};

}  // namespace

PEGBOX_MODEL(Resnet, "resnet", "Residual network for images and signals")
