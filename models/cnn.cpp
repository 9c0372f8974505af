#include <algorithm>

#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/pooling.h>

#include <pegbox/image_shape.hpp>
#include <pegbox/initialisation.hpp>
#include <pegbox/layers.hpp>
#include <pegbox/model.hpp>

namespace {

using namespace pegbox;
using torch::nn::Sequential;

/// Odd sizes are rounded up, so that no place is left out.
void add_pooling(Sequential& layers, const std::string& name, const ImageShape& input) {
  const auto size = input.stride();
  if (name == "max") {
    layers->push_back(torch::nn::MaxPool2d(torch::nn::MaxPool2dOptions(size).stride(size).ceil_mode(true)));
  } else if (name == "avg") {
    layers->push_back(torch::nn::AvgPool2d(torch::nn::AvgPool2dOptions(size).stride(size).ceil_mode(true)));
  }
}

torch::Tensor through(Sequential& layers, const torch::Tensor& input) {
  return layers->is_empty() ? input : layers->forward(input);
}

/// Convolution, norm and activation, with a way around them where the model skips; then the image is halved. The
/// pooling `stride` halves it in the convolution.
class Block final : public torch::nn::Module {
 public:
  Block(const Params& params, const ImageShape& input, std::int64_t channels) : skips_(params.get<bool>("skip")) {
    const auto pooling = params.get<std::string>("pooling");
    const bool strided = pooling == "stride" && input.halved() != input;
    add_convolution(layers_, input, channels, params.get<std::int64_t>("kernel"), strided);
    add_image_norm(layers_, params.get<std::string>("norm"), channels);
    add_activation(layers_, params.get<std::string>("activation"));
    if (skips_ && (strided || channels != input.channels)) add_convolution(around_, input, channels, 1, strided);
    if (input.halved() != input) add_pooling(pooling_, pooling, input);
    register_module("layers", layers_);
    register_module("around", around_);
    register_module("pooling", pooling_);
  }

  torch::Tensor forward(const torch::Tensor& input) {
    auto output = layers_->forward(input);
    if (skips_) output = output + through(around_, input);
    return through(pooling_, output);
  }

 private:
  Sequential layers_;
  Sequential around_;
  Sequential pooling_;
  bool skips_;
};

/// Blocks, then one linear layer on the whole last image or on the mean of each channel.
class Convolutional final : public Network {
 public:
  Convolutional(const Params& params, const ImageShape& input, std::int64_t outputs)
      : input_(input), averages_(params.get<std::string>("head") == "average") {
    constexpr std::int64_t kMostChannels = 512;
    ImageShape image = input;
    auto channels = params.get<std::int64_t>("channels");
    for (std::int64_t block = 0; block < params.get<std::int64_t>("blocks"); ++block) {
      blocks_->push_back(std::make_shared<Block>(params, image, channels));
      image.channels = channels;
      // As VGG has it: half the image, twice the channels.
      if (image.halved() != image) channels = std::max(channels, std::min(2 * channels, kMostChannels));
      image = image.halved();
    }
    add_dropout(head_, params.get<double>("dropout"));
    head_->push_back(torch::nn::Linear(averages_ ? image.channels : image.numbers(), outputs));
    register_module("blocks", blocks_);
    register_module("head", head_);
  }

  torch::Tensor forward(torch::Tensor input) override {
    const auto image = blocks_->forward(input_.images(input));
    return head_->forward(averages_ ? image.mean({2, 3}) : image.flatten(1));
  }

 private:
  ImageShape input_;
  bool averages_;
  Sequential blocks_;
  Sequential head_;
};

class Cnn final : public Model {
 public:
  static std::vector<Setting> settings() { return {Initialisation::setting()}; }

  explicit Cnn(const Settings& settings) : initialisation_(settings) {}

  SearchSpace space() const override {
    std::vector<Parameter> parameters{
        {"blocks", Integer{1, 4}, 3},     {"channels", Integer{8, 64, /*log=*/true}, 32},
        {"kernel", Choice{{3, 5, 7}}, 3}, {"pooling", Choice{{"max", "avg", "stride"}}, "max"},
        {"norm", norms(), "batch"},       {"activation", activations(), "relu"},
        {"skip", Boolean{}, false},       {"head", Choice{{"flatten", "average"}}, "flatten"},
        {"dropout", Real{0, 0.5}, 0.0}};
    initialisation_.join(parameters);
    return parameters;
  }

  std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
    auto network = std::make_shared<Convolutional>(params, ImageShape::of(info.input_shape), info.outputs);
    initialisation_.apply(*network, params);
    return network;
  }

 private:
  Initialisation initialisation_;
};

}  // namespace

PEGBOX_MODEL(Cnn, "cnn", "Convolutional network for images and signals")
