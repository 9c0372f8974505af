#include <tuple>
#include <vector>

#include <ATen/ops/cat.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>

#include <pegbox/image_shape.hpp>
#include <pegbox/initialisation.hpp>
#include <pegbox/model.hpp>

namespace {

using namespace pegbox;
using torch::Tensor;

/// Rows as sequences [rows, steps, features]: a signal place by place, an image line by line.
Tensor sequences(const Tensor& images) {
  if (images.size(2) == 1) return images.squeeze(2).transpose(1, 2);
  return images.transpose(1, 2).flatten(2);
}

std::int64_t features(const ImageShape& input) {
  return input.height == 1 ? input.channels : input.channels * input.width;
}

/// Where each layer and direction ended, [layers × directions, rows, width].
Tensor last(const Tensor& state) { return state; }
Tensor last(const std::tuple<Tensor, Tensor>& state) { return std::get<0>(state); }

/// Recurrent layers, then one linear layer on where the last of them ended, on the mean over its steps, or on both (the
/// latter by J. Howard, S. Ruder, "Universal language model fine-tuning for text classification", 2018).
template <class Layers, class Options>
class Recurrent final : public Network {
 public:
  Recurrent(const Params& params, const ImageShape& input, std::int64_t outputs)
      : input_(input),
        ends_(params.get<std::string>("head") != "mean"),
        averages_(params.get<std::string>("head") != "last"),
        directions_(params.get<bool>("bidirectional") ? 2 : 1),
        layers_(options(params, features(input))),
        head_((ends_ && averages_ ? 2 : 1) * directions_ * params.get<std::int64_t>("width"), outputs) {
    register_module("layers", layers_);
    register_module("head", head_);
  }

  Tensor forward(Tensor input) override {
    const auto [steps, state] = layers_(sequences(input_.images(input)));
    std::vector<Tensor> parts;
    if (ends_) parts.push_back(last(state).slice(0, -directions_).transpose(0, 1).flatten(1));
    if (averages_) parts.push_back(steps.mean(1));
    return head_(at::cat(parts, 1));
  }

 private:
  static Options options(const Params& params, std::int64_t features) {
    Options result(features, params.get<std::int64_t>("width"));
    result.num_layers(params.get<std::int64_t>("layers")).batch_first(true);
    result.bidirectional(params.get<bool>("bidirectional"));
    if (params.has("dropout")) result.dropout(params.get<double>("dropout"));
    return result;
  }

  ImageShape input_;
  bool ends_;
  bool averages_;
  std::int64_t directions_;
  Layers layers_;
  torch::nn::Linear head_;
};

using Gru = Recurrent<torch::nn::GRU, torch::nn::GRUOptions>;
using Lstm = Recurrent<torch::nn::LSTM, torch::nn::LSTMOptions>;

class Rnn final : public Model {
 public:
  static std::vector<Setting> settings() { return {Initialisation::setting("xavier")}; }

  explicit Rnn(const Settings& settings) : initialisation_(settings) {}

  SearchSpace space() const override {
    std::vector<Parameter> parameters{{"cell", Choice{{"gru", "lstm"}}, "gru"},
                                      {"layers", Integer{1, 3}, 1},
                                      {"width", Integer{16, 256, /*log=*/true}, 64},
                                      {"bidirectional", Boolean{}, false},
                                      {"dropout", Real{0, 0.5}, 0.0, {at_least("layers", 2)}},
                                      {"head", Choice{{"both", "last", "mean"}}, "both"}};
    initialisation_.join(parameters);
    return parameters;
  }

  std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
    auto network = make(params, ImageShape::of(info.input_shape), info.outputs);
    initialisation_.apply(*network, params);
    return network;
  }

 private:
  static std::shared_ptr<Network> make(const Params& params, const ImageShape& input, std::int64_t outputs) {
    if (params.get<std::string>("cell") == "lstm") return std::make_shared<Lstm>(params, input, outputs);
    return std::make_shared<Gru>(params, input, outputs);
  }

  Initialisation initialisation_;
};

}  // namespace

PEGBOX_MODEL(Rnn, "rnn", "Recurrent network (GRU, LSTM) for sequences")
