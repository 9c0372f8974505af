#include <ATen/ops/nll_loss.h>

#include <pegbox/error.hpp>
#include <pegbox/model.hpp>

#include "net.hpp"

using namespace pegbox;

/// The network of net.hpp, as it is, with its sizes as hyperparameters.
class DigitsNet : public Model {
 public:
  SearchSpace space() const override {
    return {{"channels", Integer{4, 32, /*log=*/true}, 8},
            {"hidden", Integer{16, 128, /*log=*/true}, 32},
            {"dropout", Real{0, 0.6}, 0.25}};
  }

  std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
    if (info.input_shape != std::vector<std::int64_t>{1, 8, 8} || info.outputs != 10) {
      throw StudyError("digits_net takes images of shape [1, 8, 8] in 10 classes, and no other data");
    }
    return wrapped(std::make_shared<Net>(params.get<std::int64_t>("channels"), params.get<std::int64_t>("hidden"),
                                         params.get<double>("dropout")));
  }

  /// The network's outputs are logarithms of probabilities already.
  torch::Tensor loss(const torch::Tensor& output, const torch::Tensor& target,
                     const LossOptions& options) const override {
    return at::nll_loss(output, target, options.class_weights);
  }
};

PEGBOX_MODEL(DigitsNet, "digits_net", "a convolutional network for digits that was there before")
