// A training step of the trainer against a loop written by hand on the same network and data, in turns. Prints one line
// of JSON: the median ratio of the times of an epoch, and the spread.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/nn/functional/loss.h>
#include <torch/optim/sgd.h>

#include <pegbox/model.hpp>

#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"
#include "data/bundled.hpp"
#include "trainer/fit_data.hpp"
#include "trainer/input_maker.hpp"
#include "trainer/libtorch_trainer.hpp"
#include "trainer/table_dataset.hpp"

namespace {

using namespace pegbox;

constexpr int kRounds = 15;
constexpr Budget kEpochs = 10;
constexpr std::int64_t kBatch = 32;

template <class Function>
double seconds(const Function& function) {
  const auto begin = std::chrono::steady_clock::now();
  function();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// What someone would write without pegbox: shuffle, step, measure accuracy and loss after each epoch.
double train_by_hand(Network& network, const Batch& train, const Batch& validation) {
  torch::optim::SGD optimizer(network.parameters(), torch::optim::SGDOptions(0.01).momentum(0.9));
  double accuracy = 0;
  for (Budget epoch = 0; epoch < kEpochs; ++epoch) {
    network.train();
    const auto order = at::randperm(train.rows(), at::kLong);
    for (std::int64_t begin = 0; begin < train.rows(); begin += kBatch) {
      const auto rows = order.slice(0, begin, std::min(begin + kBatch, train.rows()));
      optimizer.zero_grad();
      const auto output = network.forward(train.input().index_select(0, rows));
      const auto loss = torch::nn::functional::cross_entropy(output, train.target.index_select(0, rows));
      loss.backward();
      optimizer.step();
    }
    network.eval();
    const at::NoGradGuard no_grad;
    const auto output = network.forward(validation.input());
    accuracy = output.argmax(1).eq(validation.target).to(at::kFloat).mean().item<double>();
    torch::nn::functional::cross_entropy(output, validation.target).item<double>();
  }
  return accuracy;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main() {
  at::set_num_threads(1);
  const ModelPlugin& plugin = load_model(Catalog({library_folder()}).find("model", "mlp"));
  const Table digits = bundled("digits");
  TrainerPlan plan;
  plan.model = &plugin;
  plan.model_settings = resolve("mlp", plugin.settings(), {});
  plan.data = &digits;
  plan.device = "cpu";
  plan.epochs = kEpochs;
  const auto trainer = make_trainer(plan);
  const auto model = plugin.create(plan.model_settings);
  const Division division{.validation = plan.validation, .seed = plan.seed};
  const FitData fit = fits_of(checked(as_dataset(digits), division), division).front();

  Trial trial;
  trial.until = kEpochs;
  trial.params = model->space().complete({{"layers", 2}, {"width", 32}});
  trial.params.set("optimizer", "sgd");
  trial.params.set("learning_rate", 0.01);
  trial.params.set("momentum", 0.9);
  trial.params.set("batch_size", kBatch);

  const InputMaker maker(fit, trial.params);
  const Batch train = maker.rows(fit.train).slice(0, fit.train.count());
  const Batch validation = maker.rows(fit.validation).slice(0, fit.validation.count());

  std::vector<double> ratios;
  std::vector<double> ours;
  for (int round = 0; round <= kRounds; ++round) {
    trial.number = round;
    const double trained = seconds([&] { trainer->run(trial, [](const Report&) { return true; }); });
    const double by_hand = seconds([&] { train_by_hand(*model->build(trial.params, fit.info), train, validation); });
    trainer->forget(round);
    if (round == 0) continue;  // warms up
    ratios.push_back(trained / by_hand);
    ours.push_back(trained);
  }
  const double steps = static_cast<double>(kEpochs * ((train.rows() + kBatch - 1) / kBatch));
  std::cout << R"({"ratio": )" << median(ratios) << R"(, "least": )" << *std::min_element(ratios.begin(), ratios.end())
            << R"(, "most": )" << *std::max_element(ratios.begin(), ratios.end()) << R"(, "microseconds_a_step": )"
            << median(ours) / steps * 1e6 << "}\n";
}
