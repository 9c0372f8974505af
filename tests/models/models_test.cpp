// The contract of models, checked for every bundled one and for those named in PEGBOX_CHECK_MODELS (paths parted by
// colons; they need only take flat rows); and what is asked of the bundled ones beyond it, on more shapes.
#include <cstdlib>
#include <sstream>
#include <thread>

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <torch/nn/functional/loss.h>

#include <pegbox/model.hpp>

#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"
#include "contract/space_points.hpp"
#include "sanitized.hpp"
#include "trainer/model_contract.hpp"
#include "trainer/trial_random.hpp"

namespace pegbox {
namespace {

using Shape = std::vector<std::int64_t>;

const c10::Device kCpu(c10::DeviceType::CPU);

struct Subject {
  PluginFile file;
  std::vector<Shape> shapes;  ///< of rows that it takes
};

void PrintTo(const Subject& subject, std::ostream* out) { *out << subject.file.stamp.name; }

std::vector<Subject> models() {
  const Catalog catalog({library_folder()});
  std::vector<Subject> found;
  for (const PluginFile& file : catalog.plugins()) {
    if (file.stamp.kind == "model") found.push_back({file, {{10}, {1, 40}, {2, 16}, {1, 8, 8}, {3, 32, 32}}});
  }
  const char* more = std::getenv("PEGBOX_CHECK_MODELS");
  std::istringstream paths(more == nullptr ? "" : more);
  for (std::string path; std::getline(paths, path, ':');) found.push_back({catalog.find("model", path), {{10}}});
  return found;
}

/// Data to train on, of one shape and task.
struct Example {
  Batch rows;
  DataInfo info;
};

Example example(const Shape& shape, Task task, std::int64_t rows = 4) {
  auto generator = at::detail::createCPUGenerator(1);
  Shape sizes = shape;
  sizes.insert(sizes.begin(), rows);
  Example result;
  result.info.task = task;
  result.info.input_shape = shape;
  result.info.outputs = task == Task::classification ? 3 : 2;
  result.rows.inputs = {torch::randn(sizes, generator)};
  result.rows.target = task == Task::classification ? torch::arange(rows, torch::kLong).remainder(3)
                                                    : torch::randn({rows, 2}, generator);
  return result;
}

torch::Tensor evaluated(Network& network, const Example& data) {
  const torch::NoGradGuard no_grad;
  network.eval();
  return network.forward(data.rows.input());
}

class ModelContractTest : public testing::TestWithParam<Subject> {
 protected:
  static void SetUpTestSuite() { at::set_num_threads(1); }

  ModelContractTest()
      : plugin_(load_model(GetParam().file)),
        settings_(resolve("model", plugin_.settings(), {})),
        model_(plugin_.create(settings_)) {}

  std::shared_ptr<Network> built(const Params& params, const Example& data, std::uint64_t seed) const {
    TrialRandom random(seed, kCpu);
    const TrialRandom::Use use(random);
    return model_->build(params, data.info);
  }

  const ModelPlugin& plugin_;
  Settings settings_;
  std::unique_ptr<Model> model_;
};

/// Under a sanitizer two models stand for all.
bool quick(const std::string& name) { return name == "mlp" || name == "linear"; }

TEST_P(ModelContractTest, KeepsTheContract) {
  if (!quick(GetParam().file.stamp.name)) PEGBOX_TAKES_MINUTES();
  for (const ModelCheck& check : model_contract(plugin_)) EXPECT_THAT(check.faults(), testing::IsEmpty()) << check.name;
}

TEST_P(ModelContractTest, OneNetworkMayBeEvaluatedFromTwoThreads) {
  const Example data = example(GetParam().shapes.back(), Task::classification);
  const auto network = built(model_->space().defaults(), data, 1);
  const auto alone = evaluated(*network, data);
  std::vector<torch::Tensor> together(2);
  std::vector<std::thread> threads;
  for (torch::Tensor& output : together) {
    threads.emplace_back([&] {
      at::set_num_threads(1);
      const torch::NoGradGuard no_grad;
      for (int i = 0; i < 5; ++i) output = network->forward(data.rows.input());
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const torch::Tensor& output : together) EXPECT_TRUE(torch::equal(output, alone));
}

INSTANTIATE_TEST_SUITE_P(All, ModelContractTest, testing::ValuesIn(models()),
                         [](const auto& test) { return test.param.file.stamp.name; });

}  // namespace
}  // namespace pegbox
