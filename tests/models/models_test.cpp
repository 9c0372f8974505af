// The contract of models, checked for every bundled one and for those named in PEGBOX_CHECK_MODELS (paths parted by
// colons).
#include <cstdlib>
#include <sstream>
#include <thread>

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <torch/nn/functional/loss.h>

#include <pegbox/model.hpp>
#include <pegbox/random.hpp>

#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"
#include "trainer/trial_random.hpp"

namespace pegbox {
namespace {

constexpr std::int64_t kRows = 12;
constexpr int kRandomPoints = 20;
const c10::Device kCpu(c10::DeviceType::CPU);

std::vector<PluginFile> models() {
  const Catalog catalog({library_folder()});
  std::vector<PluginFile> found;
  for (const PluginFile& file : catalog.plugins()) {
    if (file.stamp.kind == "model") found.push_back(file);
  }
  const char* more = std::getenv("PEGBOX_CHECK_MODELS");
  std::istringstream paths(more == nullptr ? "" : more);
  for (std::string path; std::getline(paths, path, ':');) found.push_back(catalog.find("model", path));
  return found;
}

DataInfo info(Task task) {
  DataInfo result;
  result.task = task;
  result.input_shape = {6};
  result.outputs = task == Task::classification ? 3 : 1;
  return result;
}

Batch batch(Task task) {
  auto generator = at::detail::createCPUGenerator(1);
  Batch result;
  result.inputs = {torch::randn({kRows, 6}, generator)};
  result.target = task == Task::classification ? torch::arange(kRows, torch::kLong).remainder(3)
                                               : torch::randn({kRows, 1}, generator);
  return result;
}

/// The defaults, the corners where all coordinates are low or high, and random points.
std::vector<Params> points(const SearchSpace& space) {
  std::vector<Params> result{space.defaults(), space.decode(std::vector<double>(space.size(), 0.0)),
                             space.decode(std::vector<double>(space.size(), 1.0))};
  for (int i = 0; i < kRandomPoints; ++i) {
    Random random(1, i, "points");
    std::vector<double> point(space.size());
    for (double& place : point) place = random.uniform();
    result.push_back(space.decode(point));
  }
  return result;
}

class ModelContractTest : public testing::TestWithParam<PluginFile> {
 protected:
  static void SetUpTestSuite() { at::set_num_threads(1); }

  ModelContractTest()
      : plugin_(load_model(GetParam())),
        settings_(resolve("model", plugin_.settings(), {})),
        model_(plugin_.create(settings_)) {}

  /// Losses of three steps and the outputs after them.
  std::vector<torch::Tensor> trained(const Params& params, Task task, std::uint64_t seed) const {
    TrialRandom random(seed, kCpu);
    const TrialRandom::Use use(random);
    const auto network = model_->build(params, info(task));
    const Batch rows = batch(task);
    std::vector<torch::Tensor> result;
    network->train();
    for (int i = 0; i < 3; ++i) {
      network->zero_grad();
      const Step step = model_->step(*network, rows);
      step.loss.backward();
      result.push_back(step.loss.detach());
      const torch::NoGradGuard no_grad;
      for (auto& weight : network->parameters()) {
        EXPECT_TRUE(weight.grad().defined()) << "a weight that no gradient reaches";
        weight.sub_(0.01 * weight.grad());
      }
    }
    network->eval();
    const torch::NoGradGuard no_grad;
    result.push_back(network->forward(rows.input()));
    return result;
  }

  const ModelPlugin& plugin_;
  Settings settings_;
  std::unique_ptr<Model> model_;
};

TEST_P(ModelContractTest, PublishesWhatItIs) {
  const ModelDescription description = plugin_.describe(settings_);
  EXPECT_EQ(description.space, model_->space());
  EXPECT_EQ(description.open, model_->open_space());
  for (const Setting& setting : plugin_.settings()) EXPECT_FALSE(setting.text.empty()) << setting.name;
}

TEST_P(ModelContractTest, TrainsAllOverItsSpace) {
  for (const Task task : {Task::classification, Task::regression}) {
    for (const Params& params : points(model_->space())) {
      const auto result = trained(params, task, 1);
      for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::isfinite(result[static_cast<std::size_t>(i)].item<double>()));
      EXPECT_THAT(result.back().sizes(), testing::ElementsAre(kRows, info(task).outputs));
    }
  }
}

TEST_P(ModelContractTest, DrawsFromTheTrialsStreamOnly) {
  const Params params = model_->space().defaults();
  const auto first = trained(params, Task::classification, 7).back();
  torch::manual_seed(12345);
  EXPECT_TRUE(torch::equal(first, trained(params, Task::classification, 7).back()));
  EXPECT_FALSE(torch::equal(first, trained(params, Task::classification, 8).back()));
}

TEST_P(ModelContractTest, MayBeUsedFromSeveralThreads) {
  const auto all = points(model_->space());
  std::vector<torch::Tensor> alone;
  for (const Params& params : all) alone.push_back(trained(params, Task::classification, 3).back());
  std::vector<torch::Tensor> together(all.size());
  std::vector<std::thread> threads;
  for (std::size_t first = 0; first < 4; ++first) {
    threads.emplace_back([&, first] {
      for (std::size_t i = first; i < all.size(); i += 4) together[i] = trained(all[i], Task::classification, 3).back();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_TRUE(torch::equal(alone[i], together[i])) << i;
}

TEST_P(ModelContractTest, EvaluatesWithoutChangingTheNetwork) {
  TrialRandom random(1, kCpu);
  const TrialRandom::Use use(random);
  const auto network = model_->build(model_->space().defaults(), info(Task::classification));
  network->eval();
  const torch::NoGradGuard no_grad;
  const Batch rows = batch(Task::classification);
  const Metrics first = model_->evaluate(*network, rows, info(Task::classification));
  EXPECT_EQ(first, model_->evaluate(*network, rows, info(Task::classification)));
  EXPECT_TRUE(first.contains("loss"));
}

INSTANTIATE_TEST_SUITE_P(All, ModelContractTest, testing::ValuesIn(models()),
                         [](const auto& test) { return test.param.stamp.name; });

}  // namespace
}  // namespace pegbox
