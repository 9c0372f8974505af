#pragma once

#include <atomic>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>

#include <pegbox/model.hpp>
#include <pegbox/random.hpp>

#include "tables.hpp"
#include "trainer/trainer.hpp"

namespace pegbox {

/// Dropout, batch normalisation and initialisation: all that draws or keeps a state.
class SmallNet final : public Network {
 public:
  SmallNet(std::int64_t width, std::int64_t outputs) {
    layers_->push_back(torch::nn::Linear(2, width));
    layers_->push_back(torch::nn::BatchNorm1d(width));
    layers_->push_back(torch::nn::Dropout(0.2));
    layers_->push_back(torch::nn::Linear(width, outputs));
    register_module("layers", layers_);
  }
  torch::Tensor forward(torch::Tensor input) override { return layers_->forward(input.flatten(1)); }

 private:
  torch::nn::Sequential layers_;
};

inline std::atomic<int> threads_seen = 0;

class SmallModel : public Model {
 public:
  SearchSpace space() const override { return {{"width", Integer{1, 64}, 8}}; }
  std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
    threads_seen = at::get_num_threads();
    return std::make_shared<SmallNet>(params.get<std::int64_t>("width"), info.outputs);
  }
};

template <class Type>
inline const ModelPlugin kPlugin{&declared_settings<Type>, &describe_model<Type>, &make_model<Type>};

/// Two clouds that a line parts; 33 training rows are one more than a batch.
inline Table clouds(std::size_t rows = 41) {
  std::vector<float> inputs;
  std::vector<double> classes;
  Random random(4, 0, "clouds");
  for (std::size_t i = 0; i < rows; ++i) {
    const double side = i % 2 == 0 ? -2 : 2;
    inputs.push_back(static_cast<float>(side + 0.5 * random.normal()));
    inputs.push_back(static_cast<float>(random.normal()));
    classes.push_back(static_cast<double>(i % 2));
  }
  return table_of({"x", "y"}, std::move(inputs), std::move(classes), {"left", "right"});
}

inline Trial trial(int number, Budget until) {
  Trial result;
  result.number = number;
  result.seed = trial_seed(1, number);
  result.until = until;
  result.params = {{"width", 8},         {"learning_rate", 0.01}, {"batch_size", 32},
                   {"optimizer", "sgd"}, {"momentum", 0.9},       {"weight_decay", 1e-4}};
  return result;
}

/// Trains and keeps the reports in the trial, as the scheduler does.
inline void train(Trainer& trainer, Trial& trial) {
  trainer.run(trial, [&](const Report& report) {
    trial.reports.push_back(report);
    return true;
  });
}

/// What was measured, but for the gap where the trial paused: only where it ended.
inline std::vector<Metrics> history(const Trial& trial) {
  std::vector<Metrics> metrics;
  for (const Report& report : trial.reports) {
    if (!metrics.empty()) metrics.back().erase("gap");
    metrics.push_back(report.metrics);
  }
  return metrics;
}

}  // namespace pegbox
