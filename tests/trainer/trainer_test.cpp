#include <atomic>
#include <filesystem>
#include <thread>

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>

#include <pegbox/error.hpp>
#include <pegbox/model.hpp>
#include <pegbox/random.hpp>

#include "trainer/libtorch_trainer.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::ThrowsMessage;
using testing::UnorderedElementsAre;

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
  torch::Tensor forward(torch::Tensor input) override { return layers_->forward(input); }

 private:
  torch::nn::Sequential layers_;
};

std::atomic<int> threads_seen = 0;

class SmallModel : public Model {
 public:
  SearchSpace space() const override { return {{"width", Integer{1, 64}, 8}}; }
  std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
    threads_seen = at::get_num_threads();
    return std::make_shared<SmallNet>(params.get<std::int64_t>("width"), info.outputs);
  }
};

/// Mixes up its shapes.
class BrokenModel : public SmallModel {
 public:
  Step step(Network& network, const Batch& batch) const override {
    return {loss(network.forward(batch.input().slice(1, 0, 1)), batch.target), {}};
  }
};

/// Has a loss of its own and no outputs to show.
class SecretModel : public SmallModel {
 public:
  Step step(Network& network, const Batch& batch) const override {
    return {network.forward(batch.input()).square().mean(), {}};
  }
};

class NothingModel : public SmallModel {
 public:
  std::shared_ptr<Network> build(const Params&, const DataInfo&) const override { return nullptr; }
};

template <class Type>
const ModelPlugin kPlugin{&declared_settings<Type>, &describe_model<Type>, &make_model<Type>};

/// Two clouds that a line parts; 33 training rows are one more than a batch.
Table clouds(std::size_t rows = 41) {
  Table table;
  table.columns = {"x", "y"};
  table.classes = {"left", "right"};
  Random random(4, 0, "clouds");
  for (std::size_t i = 0; i < rows; ++i) {
    const double side = i % 2 == 0 ? -2 : 2;
    table.inputs.push_back(static_cast<float>(side + 0.5 * random.normal()));
    table.inputs.push_back(static_cast<float>(random.normal()));
    table.targets.push_back(static_cast<double>(i % 2));
  }
  return table;
}

Trial trial(int number, Budget until) {
  Trial result;
  result.number = number;
  result.seed = trial_seed(1, number);
  result.until = until;
  result.params = {{"width", 8},         {"learning_rate", 0.01}, {"batch_size", 32},
                   {"optimizer", "sgd"}, {"momentum", 0.9},       {"weight_decay", 1e-4}};
  return result;
}

class TrainerTest : public testing::Test {
 protected:
  template <class Type = SmallModel>
  std::unique_ptr<Trainer> trainer() {
    TrainerPlan plan;
    plan.model = &kPlugin<Type>;
    plan.data = &data_;
    plan.device = "cpu";
    return make_trainer(plan);
  }

  Table data_ = clouds();
};

/// Trains and keeps the reports in the trial, as the scheduler does.
void train(Trainer& trainer, Trial& trial) {
  trainer.run(trial, [&](const Report& report) {
    trial.reports.push_back(report);
    return true;
  });
}

std::vector<Metrics> history(const Trial& trial) {
  std::vector<Metrics> metrics;
  for (const Report& report : trial.reports) metrics.push_back(report.metrics);
  return metrics;
}

TEST_F(TrainerTest, LearnsAndReportsEachEpoch) {
  const auto subject = trainer();
  const TrainerSummary summary = subject->summary();
  EXPECT_TRUE(summary.classification);
  EXPECT_EQ(summary.train_rows, 33);
  EXPECT_EQ(summary.validation_rows, 8);
  EXPECT_EQ(summary.device, "cpu");
  Trial one = trial(0, 40);
  train(*subject, one);
  ASSERT_EQ(one.reports.size(), 40U);
  for (Budget epoch = 1; epoch <= 40; ++epoch) EXPECT_EQ(one.reports[static_cast<std::size_t>(epoch) - 1].epoch, epoch);
  const Metrics& last = one.reports.back().metrics;
  EXPECT_THAT(last,
              UnorderedElementsAre(Pair("accuracy", 1), Pair("loss", testing::Lt(0.2)),
                                   Pair("train_accuracy", testing::Gt(0.9)), Pair("train_loss", testing::Lt(0.4))));
  EXPECT_LT(last.at("loss"), one.reports.front().metrics.at("loss"));
  EXPECT_EQ(threads_seen, 1);
}

TEST_F(TrainerTest, TheSameTrialGivesTheSameBitsOnAnyNumberOfThreads) {
  constexpr int kTrials = 8;
  const auto alone = trainer();
  std::vector<std::vector<Metrics>> wanted;
  for (int i = 0; i < kTrials; ++i) {
    Trial one = trial(i, 3);
    train(*alone, one);
    wanted.push_back(history(one));
  }
  const auto shared = trainer();
  std::vector<std::vector<Metrics>> seen(kTrials);
  std::vector<std::thread> threads;
  for (int first = 0; first < 4; ++first) {
    threads.emplace_back([&, first] {
      for (int i = kTrials - 1 - first; i >= 0; i -= 4) {
        Trial one = trial(i, 3);
        train(*shared, one);
        seen[static_cast<std::size_t>(i)] = history(one);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(seen, wanted);
  EXPECT_NE(wanted[0], wanted[1]);
}

TEST_F(TrainerTest, ResumingIsAsIfItHadNeverPaused) {
  const auto subject = trainer();
  Trial whole = trial(2, 9);
  train(*subject, whole);
  subject->release(2);
  Trial parts = trial(2, 3);
  train(*subject, parts);
  Trial other = trial(3, 5);
  train(*subject, other);
  parts.until = 9;
  train(*subject, parts);
  EXPECT_EQ(history(parts), history(whole));
}

TEST_F(TrainerTest, StopsWhenToldTo) {
  const auto subject = trainer();
  int reports = 0;
  subject->run(trial(0, 9), [&](const Report&) { return ++reports < 4; });
  EXPECT_EQ(reports, 4);
}

TEST_F(TrainerTest, AForkBeginsWithTheWeightsOfItsSource) {
  const auto subject = trainer();
  Trial source = trial(0, 30);
  train(*subject, source);
  Trial copy = trial(1, 1);
  copy.params.set("learning_rate", 1e-12);
  copy.params.set("momentum", 0.0);
  subject->fork(source, copy);
  train(*subject, copy);
  // The weights hardly move and the running moments of the norm move on by a tenth.
  EXPECT_NEAR(copy.reports[0].metrics.at("loss"), source.reports.back().metrics.at("loss"), 0.02);
  Trial fresh = trial(1, 1);
  fresh.params = copy.params;
  train(*trainer(), fresh);
  EXPECT_GT(fresh.reports[0].metrics.at("loss"), 0.3);
}

TEST_F(TrainerTest, AForkNeedsTheSameShapes) {
  const auto subject = trainer();
  Trial source = trial(0, 1);
  train(*subject, source);
  Trial copy = trial(1, 1);
  copy.params.set("width", 9);
  EXPECT_THAT([&] { subject->fork(source, copy); }, ThrowsMessage<std::runtime_error>(HasSubstr("another shape")));
}

TEST_F(TrainerTest, AReleasedTrialCannotGoOn) {
  const auto subject = trainer();
  Trial one = trial(0, 1);
  train(*subject, one);
  subject->release(0);
  one.until = 3;
  EXPECT_THAT([&] { train(*subject, one); }, ThrowsMessage<std::runtime_error>(HasSubstr("trial 0 is no longer kept")));
}

TEST_F(TrainerTest, ALossThatIsNoNumberFailsWithTheEpoch) {
  const auto subject = trainer();
  Trial one = trial(0, 9);
  one.params.set("learning_rate", 1e30);
  EXPECT_THAT([&] { train(*subject, one); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("loss is"), HasSubstr("after epoch"))));
}

TEST_F(TrainerTest, ErrorsOfLibTorchComeWithoutTheirBacktrace) {
  const auto subject = trainer<BrokenModel>();
  Trial one = trial(0, 1);
  EXPECT_THAT([&] { train(*subject, one); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("shapes"), Not(HasSubstr("frame #")))));
}

TEST_F(TrainerTest, AStepWithoutOutputsReportsItsLoss) {
  const auto subject = trainer<SecretModel>();
  Trial one = trial(0, 1);
  train(*subject, one);
  std::vector<std::string> names;
  for (const auto& [name, value] : one.reports[0].metrics) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("accuracy", "loss", "train_loss"));
}

TEST_F(TrainerTest, AModelThatBuildsNothingFails) {
  const auto subject = trainer<NothingModel>();
  Trial one = trial(0, 1);
  EXPECT_THAT([&] { train(*subject, one); }, ThrowsMessage<std::runtime_error>(HasSubstr("built no network")));
}

TEST_F(TrainerTest, NoDataIsAnError) {
  TrainerPlan plan;
  plan.model = &kPlugin<SmallModel>;
  plan.device = "cpu";
  EXPECT_THAT([&] { make_trainer(plan); }, ThrowsMessage<StudyError>(HasSubstr("names no data")));
}

TEST_F(TrainerTest, AGpuThatIsNotThereIsAnError) {
  if (std::filesystem::exists("/proc/driver/nvidia/version")) GTEST_SKIP() << "there is a GPU driver";
  TrainerPlan plan;
  plan.model = &kPlugin<SmallModel>;
  plan.data = &data_;
  plan.device = "cuda";
  EXPECT_THAT([&] { make_trainer(plan); },
              ThrowsMessage<StudyError>(AllOf(HasSubstr("device 'cuda' cannot be used"), HasSubstr("device: cpu"))));
}

}  // namespace
}  // namespace pegbox
