#include <filesystem>
#include <thread>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>

#include "small_model.hpp"
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

/// Mixes up its shapes.
class BrokenModel : public SmallModel {
 public:
  Step step(Network& network, const Batch& batch, const LossOptions& options) const override {
    return {loss(network.forward(batch.input().slice(1, 0, 1)), batch.target, options), {}};
  }
};

/// Has a loss of its own and no outputs to show.
class SecretModel : public SmallModel {
 public:
  Step step(Network& network, const Batch& batch, const LossOptions& /*options*/) const override {
    return {network.forward(batch.input()).square().mean(), {}};
  }
};

class NothingModel : public SmallModel {
 public:
  std::shared_ptr<Network> build(const Params&, const DataInfo&) const override { return nullptr; }
};

class TrainerTest : public testing::Test {
 protected:
  template <class Type = SmallModel>
  std::unique_ptr<Trainer> trainer() {
    TrainerPlan plan;
    plan.model = &kPlugin<Type>;
    plan.data = &data_;
    plan.device = "cpu";
    plan.epochs = 40;
    return make_trainer(plan);
  }

  Table data_ = clouds();
};

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
              UnorderedElementsAre(Pair("accuracy", 1), Pair("gap", testing::Lt(0.1)), Pair("loss", testing::Lt(0.2)),
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
  subject->forget(2);
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

TEST_F(TrainerTest, AForgottenTrialIsTrainedAgainToGoOn) {
  const auto subject = trainer();
  Trial whole = trial(0, 3);
  train(*subject, whole);
  subject->forget(0);
  Trial parts = trial(0, 1);
  train(*subject, parts);
  subject->forget(0);
  parts.until = 3;
  train(*subject, parts);
  EXPECT_EQ(history(parts), history(whole));
}

TEST_F(TrainerTest, ACopyOfWhatIsNotKnownCannotBegin) {
  const auto subject = trainer();
  Trial copy = trial(1, 1);
  copy.from = 0;
  EXPECT_THAT([&] { train(*subject, copy); },
              ThrowsMessage<std::runtime_error>(HasSubstr("trial 1 began with the weights of trial 0")));
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
  EXPECT_THAT(names, ElementsAre("accuracy", "gap", "loss", "train_loss"));
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
