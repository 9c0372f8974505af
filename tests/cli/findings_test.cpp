#include "cli/findings.hpp"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

const Objective kAccuracy{"accuracy", true};
const Objective kRmse{"rmse", false};
const Objective kLoss{"loss", false};
const Objective kR2{"r2", true};
const Divided kFiveFolds{.folds = 5};

/// A complete trial with these values of its fits, and their mean.
Trial fitted(int number, const Objective& objective, const std::vector<double>& fits) {
  const double mean = std::accumulate(fits.begin(), fits.end(), 0.0) / static_cast<double>(fits.size());
  Trial trial;
  trial.number = number;
  trial.state = State::complete;
  trial.reports = {{1, {{objective.metric, mean}}}};
  trial.values = {mean};
  for (std::size_t i = 0; fits.size() > 1 && i < fits.size(); ++i) {
    trial.reports.back().metrics[objective.metric + "_fit_" + std::to_string(i + 1)] = fits[i];
  }
  return trial;
}

/// The first of two trials is better by these differences.
Comparison apart_by(const std::vector<double>& differences, const Divided& divided,
                    const Objective& objective = kAccuracy) {
  static std::deque<Trial> trials;  // what is compared points to its trials
  std::vector<double> best;
  for (const double difference : differences) best.push_back(0.5 + (objective.maximize ? difference : -difference));
  trials = {fitted(0, objective, std::vector<double>(differences.size(), 0.5)), fitted(1, objective, best)};
  return compared(trials, objective, divided).value();
}

/// With 4 degrees of freedom the distribution has a closed form.
double two_sided_p_of_4(double t) {
  const double x = t * t / (1 + t * t / 4);
  return 1 - 0.75 * std::sqrt(x) * (1 - x / 12);
}

TEST(Comparison, OfFiveFoldsIsTheCorrectedTTest) {
  // Mean 0.03, variance 2.5e-4, and rows to validate on 1/4 of those to train on: t = 0.03 / √((1/5 + 1/4) 2.5e-4) =
  // √8.
  const Comparison comparison = apart_by({0.01, 0.02, 0.03, 0.04, 0.05}, kFiveFolds);
  EXPECT_EQ(comparison.best->number, 1);
  EXPECT_EQ(comparison.next->number, 0);
  EXPECT_NEAR(comparison.p.value(), two_sided_p_of_4(std::sqrt(8)), 1e-9);
  EXPECT_NEAR(comparison.p.value(), 0.04742, 1e-5);
  EXPECT_TRUE(comparison.distinguishable());
}

TEST(Comparison, AgreesWithThePublishedTableOfT) {
  struct Row {
    double t, p;
  };
  // 4 degrees of freedom, two-sided.
  for (const auto& [t, p] : {Row{1.533, 0.2}, Row{2.132, 0.1}, Row{2.776, 0.05}, Row{3.747, 0.02}, Row{4.604, 0.01}}) {
    const double mean = t * std::sqrt((1.0 / 5 + 1.0 / 4) * 2.5e-4);
    const Comparison comparison = apart_by({mean - 0.02, mean - 0.01, mean, mean + 0.01, mean + 0.02}, kFiveFolds);
    EXPECT_NEAR(comparison.p.value(), p, 2e-4) << t;
  }
}

TEST(Comparison, IsTheSameWhereSmallIsGood) {
  const Comparison comparison = apart_by({0.01, 0.02, 0.03, 0.04, 0.05}, kFiveFolds, kRmse);
  EXPECT_EQ(comparison.best->number, 1);
  EXPECT_NEAR(comparison.p.value(), 0.04742, 1e-5);
}

TEST(Comparison, GoesByHowManyRowsAreTrainedOn) {
  const std::vector<double> differences{0.01, 0.02, 0.03, 0.04, 0.05};
  const Divided repeats{.folds = 1, .repeats = 5, .validation = 0.5};
  EXPECT_NEAR(apart_by(differences, repeats).p.value(), two_sided_p_of_4(0.03 / std::sqrt((0.2 + 1) * 2.5e-4)), 1e-9);
  EXPECT_DOUBLE_EQ((Divided{.folds = 10}).validated_to_trained(), 1.0 / 9);
  EXPECT_DOUBLE_EQ((Divided{.repeats = 5, .validation = 0.2}).validated_to_trained(), 0.25);
  const Divided read = Divided::of(Json::parse(R"({"folds": 3, "repeats": 2, "validation": 0.4})"));
  EXPECT_EQ(std::tuple(read.folds, read.repeats, read.validation), std::tuple(3, 2, 0.4));
  EXPECT_EQ(Divided::of(nullptr).folds, 1);
}

TEST(Comparison, OfEqualFitsFindsNothing) {
  const Comparison comparison = apart_by({0, 0, 0, 0, 0}, kFiveFolds);
  EXPECT_EQ(comparison.best->number, 0) << "of equals the lower number";
  EXPECT_EQ(comparison.p, 1.0);
  EXPECT_THAT(comparison_text(comparison, kAccuracy),
              AllOf(HasSubstr("cannot be told from the next, trial 1 (accuracy 0.5)"), HasSubstr("p = 1")));
}

TEST(Comparison, OfFitsThatAllDifferByTheSameIsASignTest) {
  // 2 × 0.5 ⁿ; without a variance any t would be infinite.
  EXPECT_DOUBLE_EQ(apart_by({0.1, 0.1}, {.folds = 2}).p.value(), 0.5);
  EXPECT_DOUBLE_EQ(apart_by(std::vector<double>(5, 0.1), kFiveFolds).p.value(), 0.0625);
  EXPECT_DOUBLE_EQ(apart_by(std::vector<double>(10, 0.1), {.folds = 10}).p.value(), std::pow(2, -9));
  EXPECT_DOUBLE_EQ(apart_by({0.3 - 0.2, 0.4 - 0.3, 0.1, 0.2 - 0.1, 0.1}, kFiveFolds).p.value(), 0.0625)
      << "but for rounding";
}

TEST(Comparison, OfOneFitEachCannotTell) {
  const Comparison comparison = apart_by({0.3}, {});
  EXPECT_FALSE(comparison.p);
  EXPECT_FALSE(comparison.distinguishable());
  EXPECT_EQ(
      comparison_text(comparison, kAccuracy),
      "one fit of each cannot tell whether the best trial is really better than trial 0 (accuracy 0.5); 'folds: 5' or "
      "'repeats: 5' would");
}

TEST(Comparison, SaysWhatIsReallyBetter) {
  const Comparison comparison = apart_by({0.29, 0.3, 0.31, 0.3, 0.3}, kFiveFolds);
  EXPECT_TRUE(comparison.distinguishable());
  EXPECT_EQ(comparison_text(comparison, kAccuracy),
            "the best trial is really better than the next, trial 0 (accuracy 0.5): p < 0.0001");
}

TEST(Comparison, IsOfTheTwoBestThatCameToTheirEnd) {
  std::deque<Trial> trials;
  for (int number = 0; number < 5; ++number) trials.push_back(fitted(number, kAccuracy, {0.5 + 0.1 * number}));
  trials[4].state = State::pruned;
  trials[2].values = {0.9};
  const auto comparison = compared(trials, kAccuracy, {});
  ASSERT_TRUE(comparison);
  EXPECT_EQ(comparison->best->number, 2);
  EXPECT_EQ(comparison->next->number, 3);
  trials.resize(1);
  EXPECT_FALSE(compared(trials, kAccuracy, {}));
  EXPECT_FALSE(compared({}, kAccuracy, {}));
}

TEST(Comparison, TakesNoFitsThatAreNotPaired) {
  std::deque<Trial> trials{fitted(0, kAccuracy, {0.5, 0.6}), fitted(1, kAccuracy, {0.5, 0.6, 0.7})};
  EXPECT_FALSE(compared(trials, kAccuracy, kFiveFolds)->p);
  trials = {fitted(0, kAccuracy, {0.5, 0.6}), fitted(1, kAccuracy, {0.5, NAN})};
  trials[1].values = {0.4};
  EXPECT_FALSE(compared(trials, kAccuracy, kFiveFolds)->p);
  trials[1].reports.clear();
  EXPECT_FALSE(compared(trials, kAccuracy, kFiveFolds)->p) << "a study of another program";
}

TEST(Comparison, IsJson) {
  EXPECT_EQ(comparison_json({}, {kAccuracy}), Json(nullptr));
  EXPECT_EQ(comparison_json(apart_by({0.1, 0.1}, {.folds = 2}), {kAccuracy}),
            Json::parse(R"({"trial": 0, "values": {"accuracy": 0.5}, "p": 0.5, "distinguishable": false})"));
  EXPECT_EQ(comparison_json(apart_by({0.1}, {}), {kAccuracy}),
            Json::parse(R"({"trial": 0, "values": {"accuracy": 0.5}, "p": null, "distinguishable": false})"));
}

/// What is said of a trial with this value and gap.
std::string said_of(const Objective& objective, double value, double gap, const Metrics& more = {}) {
  Trial trial = fitted(0, objective, {value});
  trial.reports.back().metrics["gap"] = gap;
  trial.reports.back().metrics.insert(more.begin(), more.end());
  return fitting_text(trial, objective);
}

TEST(Fitting, OfAccuracy) {
  EXPECT_EQ(said_of(kAccuracy, 0.9, 0.1),
            "the best trial overfits: accuracy 1 on rows it learned from, 0.9 on others; more weight_decay or dropout, "
            "'patience', "
            "a smaller network or more data may help");
  EXPECT_EQ(said_of(kAccuracy, 0.75, 0.01),
            "the best trial may underfit: accuracy 0.76 on rows it learned from, 0.75 on others; a larger network, "
            "more epochs or "
            "another learning_rate may help, unless the inputs say no more");
  EXPECT_THAT(said_of(kAccuracy, 0.94, 0.051), HasSubstr("the best trial overfits"));
  EXPECT_THAT(said_of(kAccuracy, 0.94, 0.049), IsEmpty()) << "a small gap";
  EXPECT_THAT(said_of(kAccuracy, 0.7, 0.16), HasSubstr("the best trial overfits"));
  EXPECT_THAT(said_of(kAccuracy, 0.7, 0.14), IsEmpty()) << "wrong on more than half as many of its own rows";
  EXPECT_THAT(said_of(kAccuracy, 0.79, 0.04), HasSubstr("the best trial may underfit"));
  EXPECT_THAT(said_of(kAccuracy, 0.81, 0.04), IsEmpty());
  EXPECT_THAT(said_of(kAccuracy, 0.79, 0.06), IsEmpty());
  EXPECT_THAT(said_of(kAccuracy, 0.5, -0.1), HasSubstr("the best trial may underfit"))
      << "better on others, as with dropout";
}

TEST(Fitting, OfR2AndOfRmseByTheR2BesideIt) {
  EXPECT_THAT(said_of(kR2, 0.7, 0.16), HasSubstr("the best trial overfits"));
  EXPECT_THAT(said_of(kR2, 0.7, 0.14), IsEmpty());
  EXPECT_THAT(said_of(kR2, 0.39, 0.1), HasSubstr("the best trial may underfit"));
  EXPECT_THAT(said_of(kR2, 0.41, 0.1), IsEmpty());
  // RMSE 10 where R² is 0.6, so on its own rows an RMSE of 5 is an R² of 0.9.
  EXPECT_EQ(said_of(kRmse, 10, 5, {{"r2", 0.6}}),
            "the best trial overfits: rmse 5 on rows it learned from, 10 on others; more weight_decay or dropout, "
            "'patience', a "
            "smaller network or more data may help");
  EXPECT_THAT(said_of(kRmse, 10, 1, {{"r2", 0.6}}), IsEmpty());
  EXPECT_THAT(said_of(kRmse, 10, 1, {{"r2", 0.3}}), HasSubstr("the best trial may underfit"));
  EXPECT_THAT(said_of(kRmse, 0.01, 0.009, {{"r2", 0.999}}), IsEmpty()) << "ten times better, but both are next to 0";
}

TEST(Fitting, OfAnUnknownUnitIsByTheRatioAlone) {
  for (const Objective& objective : {kRmse, kLoss}) {
    EXPECT_THAT(said_of(objective, 1, 0.51), HasSubstr("the best trial overfits"));
    EXPECT_THAT(said_of(objective, 1, 0.49), IsEmpty());
    EXPECT_THAT(said_of(objective, 1000, 0), IsEmpty()) << "nobody knows whether that is much";
    EXPECT_THAT(said_of(objective, -1, 1), IsEmpty()) << "a loss of a model's own";
    EXPECT_THAT(said_of(objective, 0, 0), IsEmpty());
  }
}

TEST(Fitting, AGapWithinTheNoiseOfTheFitsIsNone) {
  EXPECT_THAT(said_of(kAccuracy, 0.9, 0.08, {{"accuracy_se", 0.05}}), IsEmpty());
  EXPECT_THAT(said_of(kAccuracy, 0.9, 0.08, {{"accuracy_se", 0.03}}), HasSubstr("the best trial overfits"));
}

TEST(Fitting, IsSilentWhereNothingIsKnown) {
  Trial trial = fitted(0, kAccuracy, {0.1});
  EXPECT_THAT(fitting_text(trial, kAccuracy), IsEmpty()) << "no gap was measured";
  trial.reports.clear();
  EXPECT_THAT(fitting_text(trial, kAccuracy), IsEmpty());
  EXPECT_THAT(said_of({"reward", true}, 0.1, 5), IsEmpty()) << "a model's own metric";
  EXPECT_THAT(said_of({"accuracy", false}, 0.1, 0.01), IsEmpty()) << "who wants it small?";
  trial.values.clear();
  EXPECT_THAT(fitting_text(trial, kAccuracy), IsEmpty()) << "a failed trial";
}

}  // namespace
}  // namespace pegbox
