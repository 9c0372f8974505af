#include <torch/nn/modules/linear.h>

#include <pegbox/model.hpp>

namespace {

using namespace pegbox;

class Straight : public Network {
 public:
  explicit Straight(const DataInfo& info) : layer_(register_module("layer", torch::nn::Linear(64, info.outputs))) {}
  torch::Tensor forward(torch::Tensor input) override { return layer_->forward(input.flatten(1)); }

 private:
  torch::nn::Linear layer_;
};

/// One layer on the digits. Whatever hyperparameters a study adds change nothing.
class AnySpace : public Model {
 public:
  SearchSpace space() const override { return {}; }
  bool open_space() const override { return true; }
  std::shared_ptr<Network> build(const Params&, const DataInfo& info) const override {
    return std::make_shared<Straight>(info);
  }
};

}  // namespace

PEGBOX_MODEL(AnySpace, "any_space", "One layer on the digits, with any hyperparameters")
