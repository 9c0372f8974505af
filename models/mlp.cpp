#include <algorithm>

#include <c10/util/accumulate.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>

#include <pegbox/initialisation.hpp>
#include <pegbox/layers.hpp>
#include <pegbox/model.hpp>

namespace {

using namespace pegbox;

/// Linear, norm, activation and dropout for each hidden layer, then a linear one to the outputs.
class Perceptron final : public Network {
 public:
  Perceptron(const Params& params, const std::vector<std::int64_t>& widths, std::int64_t inputs, std::int64_t outputs) {
    std::int64_t fan_in = inputs;
    for (const std::int64_t width : widths) {
      layers_->push_back(torch::nn::Linear(fan_in, width));
      add_norm(layers_, params.get<std::string>("norm"), width);
      add_activation(layers_, params.get<std::string>("activation"));
      add_dropout(layers_, params.get<double>("dropout"));
      fan_in = width;
    }
    layers_->push_back(torch::nn::Linear(fan_in, outputs));
    register_module("layers", layers_);
  }

  torch::Tensor forward(torch::Tensor input) override { return layers_->forward(input.flatten(1)); }

 private:
  torch::nn::Sequential layers_;
};

std::string width_name(std::int64_t layer) { return "width_" + std::to_string(layer); }

class Mlp final : public Model {
 public:
  static std::vector<Setting> settings() {
    return {{"widths", Choice{{"one", "each"}}, "one", "one width for all hidden layers, or each its own (width_1 …)"},
            {"max_layers", Integer{1, 16}, 4, "most hidden layers that the search proposes"},
            Initialisation::setting()};
  }

  explicit Mlp(const Settings& settings)
      : each_(settings.get<std::string>("widths") == "each"),
        max_layers_(settings.get<std::int64_t>("max_layers")),
        initialisation_(settings) {}

  SearchSpace space() const override {
    std::vector<Parameter> parameters{{"layers", Integer{1, max_layers_}, std::min<std::int64_t>(2, max_layers_)}};
    const Integer width{16, 256, /*log=*/true};
    if (!each_) parameters.push_back({"width", width, 64});
    for (std::int64_t layer = 1; each_ && layer <= max_layers_; ++layer) {
      parameters.push_back({width_name(layer), width, 64, {at_least("layers", static_cast<double>(layer))}});
    }
    parameters.push_back({"activation", activations(), "relu"});
    parameters.push_back({"norm", norms(), "none"});
    parameters.push_back({"dropout", Real{0, 0.5}, 0.0});
    initialisation_.join(parameters);
    return parameters;
  }

  std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
    std::vector<std::int64_t> widths;
    for (std::int64_t layer = 1; layer <= params.get<std::int64_t>("layers"); ++layer) {
      // A study may allow more layers than were proposed: those are as wide as the last that has a width of its own.
      const std::string name = each_ ? width_name(std::min(layer, max_layers_)) : "width";
      widths.push_back(params.get<std::int64_t>(name));
    }
    const std::int64_t inputs = c10::multiply_integers(info.input_shape);
    auto network = std::make_shared<Perceptron>(params, widths, inputs, info.outputs);
    initialisation_.apply(*network, params);
    return network;
  }

 private:
  bool each_;
  std::int64_t max_layers_;
  Initialisation initialisation_;
};

}  // namespace

PEGBOX_MODEL(Mlp, "mlp", "Multilayer perceptron for tables: classification and regression")
