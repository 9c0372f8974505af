#include <c10/util/accumulate.h>
#include <torch/nn/modules/linear.h>

#include <pegbox/initialisation.hpp>
#include <pegbox/model.hpp>

namespace {

using namespace pegbox;

class Plane final : public Network {
 public:
  Plane(std::int64_t inputs, std::int64_t outputs) : layer_(inputs, outputs) { register_module("layer", layer_); }

  torch::Tensor forward(torch::Tensor input) override { return layer_(input.flatten(1)); }

 private:
  torch::nn::Linear layer_;
};

class LinearModel final : public Model {
 public:
  static std::vector<Setting> settings() { return {Initialisation::setting()}; }

  explicit LinearModel(const Settings& settings) : initialisation_(settings) {}

  SearchSpace space() const override {
    std::vector<Parameter> parameters;
    initialisation_.join(parameters);
    return parameters;
  }

  std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
    auto network = std::make_shared<Plane>(c10::multiply_integers(info.input_shape), info.outputs);
    initialisation_.apply(*network, params);
    return network;
  }

 private:
  Initialisation initialisation_;
};

}  // namespace

PEGBOX_MODEL(LinearModel, "linear", "Linear and logistic regression, the baseline for any data")
