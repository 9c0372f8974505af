// One fit's epochs, and what several of them are told as.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <ATen/autocast_mode.h>
#include <gmock/gmock.h>
#include <torch/nn/modules/linear.h>

#include "small_model.hpp"
#include "trainer/fit_summary.hpp"
#include "trainer/fit_training.hpp"
#include "trainer/input_maker.hpp"
#include "trainer/libtorch_trainer.hpp"
#include "trainer/optimizer.hpp"
#include "trainer/schedule.hpp"
#include "trainer/table_dataset.hpp"

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

TEST(FitSummaryTest, OneFitStaysAsItIs) {
  const Metrics one{{"loss", 0.5}, {"train_loss", 0.25}};
  EXPECT_EQ(summarised({one}, "loss"), one);
}

TEST(FitSummaryTest, HasMeanDeviationAndError) {
  const std::vector<Metrics> fits{{{"loss", 1}, {"accuracy", 0.5}, {"train_loss", 3}, {"best_epoch", 2}, {"gap", 0.5}},
                                  {{"loss", 2}, {"accuracy", 0.5}, {"train_loss", 5}, {"best_epoch", 3}, {"gap", 0.25}},
                                  {{"loss", 6}, {"accuracy", 0.5}, {"train_loss", 1}, {"best_epoch", 7}}};
  const double deviation = std::sqrt((4.0 + 1 + 9) / 2);
  EXPECT_THAT(summarised(fits, "loss"),
              UnorderedElementsAre(
                  Pair("loss", 3), Pair("loss_sd", deviation), Pair("loss_se", deviation / std::sqrt(3.0)),
                  Pair("loss_fit_1", 1), Pair("loss_fit_2", 2), Pair("loss_fit_3", 6), Pair("accuracy", 0.5),
                  Pair("accuracy_sd", 0), Pair("accuracy_se", 0), Pair("train_loss", 3), Pair("best_epoch", 4)));
}

/// Inputs to outputs by one matrix: nothing random after the first weights.
class LinearNet final : public Network {
 public:
  explicit LinearNet(std::int64_t outputs) : layer_(2, outputs) { register_module("layer", layer_); }
  torch::Tensor forward(torch::Tensor input) override { return layer_->forward(input); }

 private:
  torch::nn::Linear layer_;
};

class LinearModel : public Model {
 public:
  SearchSpace space() const override { return {}; }
  std::shared_ptr<Network> build(const Params& /*params*/, const DataInfo& info) const override {
    return std::make_shared<LinearNet>(info.outputs);
  }
};

/// The same, and draws whenever it is measured.
class DrawingModel final : public LinearModel {
 public:
  Step step(Network& network, const Batch& batch, const LossOptions& options) const override {
    Batch noisy = batch;
    noisy.inputs = {batch.input() + at::randn_like(batch.input())};
    return Model::step(network, noisy, options);
  }
  Metrics evaluate(Network& network, const Rows& rows, const DataInfo& info) const override {
    at::rand({3});
    return Model::evaluate(network, rows, info);
  }
};

/// Has learnt by one step more with each step.
class CountingNet final : public Network {
 public:
  CountingNet() {
    weight_ = register_parameter("weight", at::zeros({2, 1}));
    steps_ = register_buffer("steps", at::zeros({}, at::kLong));
  }
  torch::Tensor forward(torch::Tensor input) override {
    if (is_training()) steps_.add_(1);
    return input.matmul(weight_);
  }
  std::size_t steps() const { return static_cast<std::size_t>(steps_.item<std::int64_t>()); }

 private:
  at::Tensor weight_, steps_;
};

/// Measures what a script says for each epoch of one step.
class ScriptedModel final : public Model {
 public:
  explicit ScriptedModel(std::vector<double> script, std::string name = "score")
      : script_(std::move(script)), name_(std::move(name)) {}
  SearchSpace space() const override { return {}; }
  std::shared_ptr<Network> build(const Params& /*params*/, const DataInfo& /*info*/) const override {
    return std::make_shared<CountingNet>();
  }
  Step step(Network& network, const Batch& batch, const LossOptions& /*options*/) const override {
    return {network.forward(batch.input()).square().mean(), {}};
  }
  Metrics evaluate(Network& network, const Rows& /*rows*/, const DataInfo& /*info*/) const override {
    return {{name_, script_.at(dynamic_cast<CountingNet&>(network).steps() - 1)}};
  }

 private:
  std::vector<double> script_;
  std::string name_;
};

constexpr std::uint64_t kSeed = 5;

/// A fit of a model on the clouds; one batch an epoch unless told otherwise.
class Subject {
 public:
  Subject(const Model& model, const Params& more, Budget epochs = 20, Objective objective = {"score", true},
          const Table& rows = clouds(60))
      : plan_{&model, epochs, std::move(objective), at::kCPU},
        data_(fits_of(checked(as_dataset(rows), {}), {}).front()),
        params_{{"learning_rate", 0.1}, {"batch_size", 256}, {"optimizer", "sgd"}, {"momentum", 0.0}} {
    for (const auto& [name, value] : more) params_.set(name, value);
    fit_ = begin_fit(plan_, data_.info, params_, kSeed);
  }

  const Metrics& epoch(bool last = false) {
    train_epoch(plan_, data_, params_, last, *fit_);
    return fit_->metrics;
  }
  void epochs(int count) {
    for (int i = 0; i < count; ++i) epoch();
  }
  Metrics validated() { return measured_on(plan_, data_, data_.validation, params_, *fit_); }

  Fit& fit() { return *fit_; }
  const FitPlan& plan() const { return plan_; }
  const FitData& data() const { return data_; }
  const Params& params() const { return params_; }
  double rate() { return fit_->optimizer->param_groups()[0].options().get_lr(); }

  /// The training rows as the network gets them, in their order.
  Batch seen() const { return InputMaker(data_, params_).rows(data_.train).slice(0, data_.train.count()); }

 private:
  FitPlan plan_;
  FitData data_;
  Params params_;
  std::unique_ptr<Fit> fit_;
};

// --- Early stopping
// ---------------------------------------------------------------------------------------------------

TEST(EarlyStoppingTest, GoesBackToTheBestEpoch) {
  const ScriptedModel model({0.1, 0.5, 0.4, 0.45, 0.3, 0.9});
  Subject subject(model, {{"patience", 3}});
  std::vector<at::Tensor> best;
  for (int epoch = 1; epoch <= 5; ++epoch) {
    EXPECT_FALSE(subject.fit().ended) << epoch;
    subject.epoch();
    if (epoch == 2) {
      for (const at::Tensor& weight : weights_of(*subject.fit().network)) best.push_back(weight.detach().clone());
    }
  }
  EXPECT_TRUE(subject.fit().ended);
  EXPECT_EQ(subject.fit().metrics.at("score"), 0.5);
  EXPECT_EQ(subject.fit().metrics.at("best_epoch"), 2);
  EXPECT_EQ(subject.fit().epoch, 5);
  EXPECT_EQ(subject.validated().at("score"), 0.5) << "measured again";
  const std::vector<at::Tensor> weights = weights_of(*subject.fit().network);
  ASSERT_EQ(weights.size(), best.size());
  for (std::size_t i = 0; i < best.size(); ++i) EXPECT_TRUE(at::equal(weights[i], best[i]));
  EXPECT_EQ(subject.epoch().at("score"), 0.5);
  EXPECT_EQ(subject.fit().epoch, 5) << "it has ended";
}

/// After how many epochs the fit ends, and which was the best; 0 where it does not end.
std::pair<int, double> ended(const std::vector<double>& script, int patience, Budget epochs,
                             const Objective& objective = {"score", true}) {
  const ScriptedModel model(script);
  Subject subject(model, {{"patience", patience}}, epochs, objective);
  for (int epoch = 1; epoch <= static_cast<int>(script.size()); ++epoch) {
    subject.epoch();
    if (subject.fit().ended) return {epoch, subject.fit().metrics.at("best_epoch")};
  }
  return {0, 0};
}

TEST(EarlyStoppingTest, WaitsSoManyEpochsForSomethingBetter) {
  EXPECT_THAT(ended({1, 2, 3, 4, 5, 6}, 1, 99), Pair(0, 0));
  EXPECT_THAT(ended({1, 2, 2, 3}, 1, 99), Pair(3, 2)) << "as good is not better";
  EXPECT_THAT(ended({1, 2, 1, 3, 1, 1, 1}, 2, 99), Pair(6, 4));
  EXPECT_THAT(ended({3, 2, 1, 1, 4, 5}, 2, 99, {"score", false}), Pair(5, 3));
  EXPECT_THAT(ended({1, 2, 1, 1, 1}, 0, 5), Pair(0, 0)) << "without patience never";
}

TEST(EarlyStoppingTest, TheLargestBudgetEndsItToo) {
  EXPECT_THAT(ended({1, 3, 2, 2}, 50, 4), Pair(4, 2));
  EXPECT_THAT(ended({1, 2, 3, 4}, 50, 4), Pair(4, 4));
}

TEST(EarlyStoppingTest, WhatIsNotANumberIsTheWorst) {
  EXPECT_THAT(ended({1, 3, kNone, 2, 2, 5}, 3, 99), Pair(5, 2));
  EXPECT_THAT(ended({kNone, 1, kNone, 2, 1, 1, 1}, 2, 99), Pair(6, 4));
}

TEST(EarlyStoppingTest, WithoutTheObjectiveTheLossDecides) {
  const ScriptedModel model({3, 1, 2, 2}, "loss");
  Subject subject(model, {{"patience", 2}});
  subject.epochs(4);
  EXPECT_TRUE(subject.fit().ended);
  EXPECT_THAT(subject.fit().metrics, testing::Contains(Pair("loss", 1)));
}

// --- Gap
// --------------------------------------------------------------------------------------------------------------

TEST(GapTest, IsHowMuchBetterTrainingRowsAre) {
  const LinearModel model;
  for (const Objective& objective : {Objective{"accuracy", true}, Objective{"loss", false}}) {
    Subject subject(model, {}, 20, objective);
    EXPECT_FALSE(subject.epoch().contains("gap"));
    const Metrics last = subject.epoch(/*last=*/true);
    const FitData& data = subject.data();
    const decltype(FitData::train) some{data.train.rows, data.train.positions.slice(0, 0, data.validation.count())};
    const Metrics seen = measured_on(subject.plan(), data, some, subject.params(), subject.fit());
    const double apart = seen.at(objective.metric) - last.at(objective.metric);
    EXPECT_DOUBLE_EQ(last.at("gap"), objective.maximize ? apart : -apart);
  }
}

TEST(GapTest, ChangesNothingThatComesAfter) {
  const DrawingModel model;
  Subject paused(model, {}, 20, {"loss", false});
  Subject straight(model, {}, 20, {"loss", false});
  paused.epoch(/*last=*/true);
  straight.epoch();
  EXPECT_EQ(paused.epoch(), straight.epoch());
}

// --- Loss, clipping, precision
// ----------------------------------------------------------------------------------------

/// The cross entropy of the rows, with weights w and smoothing ε: (1 − ε) Σ w_y ln p_y + ε/K Σ Σ w_k ln p_k, over Σ
/// w_y.
double cross_entropy(const at::Tensor& output, const at::Tensor& target, const std::vector<double>& weights,
                     double smoothing) {
  const at::Tensor logits = output.to(at::kDouble);
  const auto classes = static_cast<std::size_t>(logits.size(1));
  double sum = 0;
  double weight = 0;
  for (std::int64_t row = 0; row < logits.size(0); ++row) {
    std::vector<double> numbers(classes);
    for (std::size_t k = 0; k < classes; ++k) numbers[k] = logits[row][static_cast<std::int64_t>(k)].item<double>();
    double norm = 0;
    for (const double number : numbers) norm += std::exp(number);
    const auto right = static_cast<std::size_t>(target[row].item<std::int64_t>());
    sum -= (1 - smoothing) * weights[right] * (numbers[right] - std::log(norm));
    for (std::size_t k = 0; k < classes; ++k) {
      sum -= smoothing / static_cast<double>(classes) * weights[k] * (numbers[k] - std::log(norm));
    }
    weight += weights[right];
  }
  return sum / weight;
}

/// Every fifth row is of the second class.
Table uneven_clouds() {
  Table rows = clouds(60);
  for (std::size_t i = 0; i < rows.rows(); ++i) targets_in(rows)[i] = static_cast<double>(i % 5 == 0);
  return rows;
}

/// The loss of the first epoch's only batch, as trained and by hand.
std::pair<double, double> first_loss(const Params& more, double smoothing, bool balanced) {
  const LinearModel model;
  Subject subject(model, more, 20, {"accuracy", true}, uneven_clouds());
  const Batch seen = subject.seen();
  const at::Tensor output = subject.fit().network->forward(seen.input()).detach();
  std::vector<double> weights{1, 1};
  if (balanced) {
    const double rows = static_cast<double>(seen.rows());
    const double ones = seen.target.sum().item<double>();
    weights = {rows / (2 * (rows - ones)), rows / (2 * ones)};
  }
  return {subject.epoch().at("train_loss"), cross_entropy(output, seen.target, weights, smoothing)};
}

TEST(LossTest, IsSmoothedAndWeighedAsTheStudySays) {
  const auto expect_equal = [](const std::pair<double, double>& losses) {
    EXPECT_NEAR(losses.first, losses.second, 1e-6);
    return losses.second;
  };
  const double plain = expect_equal(first_loss({}, 0, false));
  const double smooth = expect_equal(first_loss({{"label_smoothing", 0.25}}, 0.25, false));
  const double weighed = expect_equal(first_loss({{"class_weights", "balanced"}}, 0, true));
  expect_equal(first_loss({{"label_smoothing", 0.25}, {"class_weights", "balanced"}}, 0.25, true));
  EXPECT_NE(plain, smooth);
  EXPECT_NE(plain, weighed);
}

TEST(LossTest, OfTheValidationPartIsPlain) {
  const LinearModel model;
  Subject subject(model, {{"label_smoothing", 0.25}, {"class_weights", "balanced"}, {"learning_rate", 1e-4}});
  const double found = subject.epoch().at("loss");
  const at::NoGradGuard no_grad;
  const Batch rows = InputMaker(subject.data(), subject.params())
                         .rows(subject.data().validation)
                         .slice(0, subject.data().validation.count());
  EXPECT_NEAR(found, cross_entropy(subject.fit().network->forward(rows.input()), rows.target, {1, 1}, 0), 1e-6);
}

/// The gradients of the epoch's only step, in a row.
at::Tensor gradients(const Params& more) {
  const LinearModel model;
  Subject subject(model, more);
  subject.epoch();
  std::vector<at::Tensor> parts;
  for (const at::Tensor& weight : subject.fit().network->parameters()) parts.push_back(weight.grad().flatten());
  return at::cat(parts);
}

TEST(ClippingTest, BoundsTheNormAndKeepsTheDirection) {
  const at::Tensor whole = gradients({});
  const double norm = whole.norm().item<double>();
  ASSERT_GT(norm, 0.05);
  const at::Tensor clipped = gradients({{"clip_norm", 0.05}});
  EXPECT_NEAR(clipped.norm().item<double>(), 0.05, 1e-5);
  EXPECT_TRUE(at::allclose(clipped * (norm / 0.05), whole, 1e-4, 1e-6));
  EXPECT_TRUE(at::equal(gradients({{"clip_norm", 2 * norm}}), whole)) << "below the bound";
}

TEST(PrecisionTest, SixteenBitsDifferLittle) {
  const LinearModel model;
  Subject exact(model, {{"batch_size", 16}});
  Subject coarse(model, {{"batch_size", 16}, {"precision", "bfloat16"}});
  exact.epochs(3);
  coarse.epochs(3);
  EXPECT_NE(coarse.fit().metrics.at("train_loss"), exact.fit().metrics.at("train_loss"));
  for (const char* name : {"loss", "train_loss"}) {
    EXPECT_NEAR(coarse.fit().metrics.at(name), exact.fit().metrics.at(name), 0.02) << name;
  }
  for (const at::Tensor& weight : coarse.fit().network->parameters()) EXPECT_EQ(weight.scalar_type(), at::kFloat);
  EXPECT_FALSE(at::autocast::is_autocast_enabled(at::kCPU)) << "only while a step is forward";
}

// --- Schedules
// --------------------------------------------------------------------------------------------------------

TEST(PaceTest, TheOptimizerFollowsTheSchedule) {
  const LinearModel model;
  // 48 training rows: 3 batches of 16.
  for (const char* name : {"none", "step", "cosine", "one_cycle"}) {
    for (const double warmup : {0.0, 0.25}) {
      const Params more{{"schedule", name}, {"warmup", warmup}, {"batch_size", 16}, {"momentum", 0.9}};
      Subject subject(model, more, 8, {"accuracy", true});
      const Schedule schedule(subject.params(), 8, 3);
      for (Budget epoch = 1; epoch <= 8; ++epoch) {
        subject.epoch();
        const std::int64_t step = schedule.moves() ? 2 : 0;
        EXPECT_EQ(subject.rate(), schedule.pace(epoch, step, 1).learning_rate) << name << epoch;
      }
    }
  }
}

/// The rate after each epoch, where the validation loss is as scripted.
std::vector<double> rates(const std::vector<double>& losses, const Params& more) {
  const ScriptedModel model(losses, "loss");
  Subject subject(model, more, 99, {"loss", false});
  std::vector<double> result;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    subject.epoch();
    result.push_back(subject.rate());
  }
  return result;
}

TEST(PaceTest, APlateauLowersTheRateOfTheNextEpoch) {
  const std::vector<double> losses{3, 2, 2, 2, 2, 1, 1, 1, 1};
  const Params plateau{{"schedule", "plateau"}, {"decay_factor", 0.5}, {"decay_patience", 1}};
  EXPECT_THAT(rates(losses, plateau), ElementsAre(0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.025));
  const std::vector<double> flat(12, 1.0);
  EXPECT_THAT(rates(flat, {}), testing::Each(0.1)) << "no other schedule goes by the loss";
}

// --- Several fits
// -----------------------------------------------------------------------------------------------------

class FoldsTest : public testing::Test {
 protected:
  FoldsTest() {
    plan_.model = &kPlugin<SmallModel>;
    plan_.data = &data_;
    plan_.device = "cpu";
    plan_.epochs = 4;
    plan_.folds = 5;
    plan_.seed = 3;
    plan_.test = 0.2;
  }

  Division division() const { return {plan_.validation, plan_.folds, plan_.repeats, plan_.test, plan_.seed}; }

  /// What each fit measures after each epoch, trained alone.
  std::vector<std::vector<Metrics>> alone(const Trial& one) {
    const SmallModel model;
    const FitPlan plan{&model, plan_.epochs, {"accuracy", true}, at::kCPU};
    std::vector<std::vector<Metrics>> result;
    const std::vector<FitData> fits = fits_of(checked(as_dataset(data_), division()), division());
    for (std::size_t i = 0; i < fits.size(); ++i) {
      const std::uint64_t seed = i == 0 ? one.seed : trial_seed(one.seed, static_cast<int>(i));
      const auto fit = begin_fit(plan, fits[i].info, one.params, seed);
      result.emplace_back();
      for (Budget epoch = 1; epoch <= one.until; ++epoch) {
        train_epoch(plan, fits[i], one.params, epoch == one.until, *fit);
        result.back().push_back(fit->metrics);
      }
      tests_.push_back(measured_on(plan, fits[i], fits[i].test, one.params, *fit));
    }
    return result;
  }

  Table data_ = clouds(60);
  TrainerPlan plan_;
  std::vector<Metrics> tests_;
};

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST_F(FoldsTest, ATrialIsItsFitsTrainedAlone) {
  plan_.repeats = 2;
  const auto trainer = make_trainer(plan_);
  EXPECT_EQ(trainer->summary().fits, 10);
  EXPECT_EQ(trainer->summary().test_rows, 12);
  Trial one = trial(1, 4);
  train(*trainer, one);
  const std::vector<std::vector<Metrics>> fits = alone(one);
  ASSERT_EQ(fits.size(), 10U);
  for (std::size_t epoch = 0; epoch < 4; ++epoch) {
    const Metrics& found = one.reports[epoch].metrics;
    for (const char* name : {"accuracy", "loss", "train_loss", "train_accuracy"}) {
      std::vector<double> values;
      for (const auto& fit : fits) values.push_back(fit[epoch].at(name));
      EXPECT_DOUBLE_EQ(found.at(name), mean_of(values)) << name;
      for (std::size_t i = 0; i < 10 && name == std::string("accuracy"); ++i) {
        EXPECT_EQ(found.at("accuracy_fit_" + std::to_string(i + 1)), values[i]);
      }
      if (!found.contains(std::string(name) + "_sd")) continue;
      double squares = 0;
      for (const double value : values) squares += (value - mean_of(values)) * (value - mean_of(values));
      EXPECT_DOUBLE_EQ(found.at(std::string(name) + "_sd"), std::sqrt(squares / 9)) << name;
      EXPECT_DOUBLE_EQ(found.at(std::string(name) + "_se"), std::sqrt(squares / 9 / 10)) << name;
    }
    EXPECT_TRUE(found.contains("loss_sd"));
    EXPECT_FALSE(found.contains("train_loss_sd"));
    EXPECT_EQ(found.contains("gap"), epoch == 3);
  }
  std::vector<double> tested;
  for (const Metrics& metrics : tests_) tested.push_back(metrics.at("loss"));
  EXPECT_DOUBLE_EQ(trainer->test(one).at("loss"), mean_of(tested));
}

TEST_F(FoldsTest, TheFirstFitIsTheSameHoweverManyRepeatsThereAre) {
  plan_.folds = 1;
  const auto history_of = [&](int repeats) {
    plan_.repeats = repeats;
    Trial one = trial(1, 4);
    train(*make_trainer(plan_), one);
    std::vector<double> values;
    for (const Report& report : one.reports) {
      values.push_back(report.metrics.at(repeats == 1 ? "accuracy" : "accuracy_fit_1"));
    }
    return values;
  };
  EXPECT_EQ(history_of(3), history_of(1));
}

TEST_F(FoldsTest, ATrialGoesOnUntilItsLastFitHasStopped) {
  plan_.epochs = 40;
  const auto trainer = make_trainer(plan_);
  Trial one = trial(1, 40);
  one.params.set("patience", 2);
  train(*trainer, one);
  ASSERT_LT(one.epochs(), 40) << "all have stopped early";
  EXPECT_EQ(one.reports.back().metrics.count("gap"), 1U);
  EXPECT_GE(static_cast<double>(one.epochs()), one.reports.back().metrics.at("best_epoch") + 2);
  int more = 0;
  trainer->run(one, [&](const Report& /*report*/) { return ++more > 0; });
  EXPECT_EQ(more, 0) << "run again, it reports nothing";
}

TEST_F(FoldsTest, WithoutATestPartNothingIsTested) {
  plan_.test = 0;
  const auto trainer = make_trainer(plan_);
  Trial one = trial(1, 1);
  train(*trainer, one);
  EXPECT_TRUE(trainer->test(one).empty());
}

}  // namespace
}  // namespace pegbox
