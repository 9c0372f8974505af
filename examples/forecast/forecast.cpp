#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>

#include <pegbox/model.hpp>

using namespace pegbox;

/// The next value of a series from those before it, [rows, steps] to [rows, 1]. It knows nothing of pegbox.
class Forecaster : public torch::nn::Module {
 public:
  Forecaster(std::int64_t width, std::int64_t layers)
      : lstm_(torch::nn::LSTMOptions(1, width).num_layers(layers).batch_first(true)), last_(width, 1) {
    register_module("lstm", lstm_);
    register_module("last", last_);
  }

  torch::Tensor forward(torch::Tensor steps) {
    const auto hidden = std::get<0>(lstm_(steps.unsqueeze(2)));  // [rows, steps, width]
    return last_(hidden.select(1, -1));
  }

 private:
  torch::nn::LSTM lstm_;
  torch::nn::Linear last_;
};

/// Two tones that beat, and noise.
torch::Tensor series(std::int64_t steps) {
  auto dice = at::detail::createCPUGenerator(1);
  const auto time = at::arange(steps, at::kFloat);
  return at::sin(0.3 * time) + at::sin(0.37 * time) + 0.05 * at::randn({steps}, dice);
}

class Forecast : public Model {
 public:
  SearchSpace space() const override {
    return {{"width", Integer{4, 32, /*log=*/true}, 16}, {"layers", Integer{1, 2}, 1}};
  }

  /// Windows of the series, the last fifth for validation: a model must not see the future in training.
  Dataset data(Dataset) const override {
    constexpr std::int64_t kSteps = 600, kWindow = 16;
    const auto windows = series(kSteps).unfold(0, kWindow + 1, 1);
    const std::int64_t learned = windows.size(0) * 4 / 5;
    const auto rows = [&](std::int64_t begin, std::int64_t end) -> Batch {
      const auto part = windows.slice(0, begin, end);
      return {{part.slice(1, 0, kWindow).contiguous()}, part.slice(1, kWindow).contiguous()};
    };
    return {.train = rows(0, learned),
            .validation = rows(learned + kWindow, windows.size(0)),
            .info = {.task = Task::regression, .input_shape = {kWindow}, .outputs = 1}};
  }

  std::shared_ptr<Network> build(const Params& params, const DataInfo&) const override {
    return wrapped(std::make_shared<Forecaster>(params.get<std::int64_t>("width"), params.get<std::int64_t>("layers")));
  }
};

PEGBOX_MODEL(Forecast, "forecast", "an LSTM that says how a series goes on")
