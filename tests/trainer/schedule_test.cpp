#include "trainer/schedule.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>

namespace pegbox {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr Budget kEpochs = 10;
constexpr std::int64_t kSteps = 7;  // of an epoch
constexpr double kRate = 0.2;

Params params(const Params& more) {
  Params result{{"optimizer", "sgd"}, {"learning_rate", kRate}, {"momentum", 0.9}};
  for (const auto& [name, value] : more) result.set(name, value);
  return result;
}

Schedule schedule(const Params& more) { return {params(more), kEpochs, kSteps}; }

/// The rate of every step, in order.
std::vector<double> rates(const Schedule& schedule, double plateau = 1) {
  std::vector<double> result;
  for (Budget epoch = 1; epoch <= kEpochs; ++epoch) {
    for (std::int64_t step = 0; step < kSteps; ++step) {
      result.push_back(schedule.pace(epoch, step, plateau).learning_rate);
    }
  }
  return result;
}

/// Compares with a closed form of the step's place, from 0 to 69.
template <class Function>
void expect_rates(const std::vector<double>& found, const Function& wanted) {
  ASSERT_EQ(found.size(), 70U);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], wanted(static_cast<double>(i)), 1e-15) << i;
}

TEST(ScheduleTest, NoneKeepsTheRate) {
  EXPECT_THAT(rates(schedule({})), Each(kRate));
  EXPECT_FALSE(schedule({}).moves());
  EXPECT_FALSE(schedule({}).pace(3, 4, 1).momentum.has_value());
}

TEST(ScheduleTest, StepDecaysEachSoManyEpochs) {
  const Params more{{"schedule", "step"}, {"decay_factor", 0.5}, {"decay_every", 0.3}};
  expect_rates(rates(schedule(more)), [](double step) {
    const double epoch = std::floor(step / kSteps);
    return kRate * std::pow(0.5, std::floor(epoch / 3));
  });
  EXPECT_FALSE(schedule(more).moves());
}

TEST(ScheduleTest, StepDecaysAtMostOnceAnEpoch) {
  const Schedule often(params({{"schedule", "step"}, {"decay_factor", 0.5}, {"decay_every", 0.05}}), 3, kSteps);
  EXPECT_DOUBLE_EQ(often.pace(1, 6, 1).learning_rate, kRate);
  EXPECT_DOUBLE_EQ(often.pace(2, 0, 1).learning_rate, kRate / 2);
  EXPECT_DOUBLE_EQ(often.pace(3, 0, 1).learning_rate, kRate / 4);
}

TEST(ScheduleTest, CosineIsHalfAWave) {
  expect_rates(rates(schedule({{"schedule", "cosine"}})),
               [](double step) { return kRate * (1 + std::cos(std::numbers::pi * step / 70)) / 2; });
  EXPECT_TRUE(schedule({{"schedule", "cosine"}}).moves());
}

/// The rates of one cycle as the paper's figures have them: up to the peak at 21 of 70 steps, then down.
double one_cycle(double step) {
  constexpr double kLow = kRate / 25;
  constexpr double kEnd = kRate / 250'000;
  if (step < 21) return kLow + (kRate - kLow) * (1 - std::cos(std::numbers::pi * step / 21)) / 2;
  return kEnd + (kRate - kEnd) * (1 + std::cos(std::numbers::pi * (step - 21) / 49)) / 2;
}

TEST(ScheduleTest, OneCycleRisesAndFalls) { expect_rates(rates(schedule({{"schedule", "one_cycle"}})), one_cycle); }

TEST(ScheduleTest, OneCycleMovesMomentumAgainstTheRate) {
  const Schedule subject = schedule({{"schedule", "one_cycle"}});
  const auto momentum = [&](Budget epoch, std::int64_t step) { return subject.pace(epoch, step, 1).momentum.value(); };
  EXPECT_DOUBLE_EQ(momentum(1, 0), 0.9);
  EXPECT_NEAR(momentum(2, 0), 0.8 + 0.1 * (1 + std::cos(std::numbers::pi / 3)) / 2, 1e-15);
  EXPECT_NEAR(momentum(4, 0), 0.8, 1e-15);
  EXPECT_NEAR(momentum(10, 6), 0.9 - 0.1 * (1 + std::cos(std::numbers::pi * 48 / 49)) / 2, 1e-15);
}

TEST(ScheduleTest, OneCycleMovesTheFirstBetaOfAdam) {
  const auto at_peak = [](const Params& more) { return schedule(more).pace(4, 0, 1).momentum; };
  EXPECT_NEAR(at_peak({{"schedule", "one_cycle"}, {"optimizer", "adam"}}).value(), 0.8, 1e-15);
  EXPECT_NEAR(at_peak({{"schedule", "one_cycle"}, {"optimizer", "adamw"}, {"beta1", 0.95}}).value(), 0.85, 1e-15);
  EXPECT_EQ(at_peak({{"schedule", "one_cycle"}, {"momentum", 0.05}}).value(), 0) << "not below 0";
  EXPECT_FALSE(at_peak({{"schedule", "one_cycle"}, {"momentum", 0.0}}).has_value());
}

TEST(ScheduleTest, WarmUpRisesInALineAndTheScheduleHasTheRest) {
  // A fifth of 70 steps is 14.
  expect_rates(rates(schedule({{"warmup", 0.2}})),
               [](double step) { return step < 14 ? kRate * (step + 1) / 15 : kRate; });
  expect_rates(rates(schedule({{"warmup", 0.2}, {"schedule", "cosine"}})), [](double step) {
    if (step < 14) return kRate * (step + 1) / 15;
    return kRate * (1 + std::cos(std::numbers::pi * (step - 14) / 56)) / 2;
  });
  EXPECT_TRUE(schedule({{"warmup", 0.2}}).moves());
}

TEST(ScheduleTest, APlateauScalesTheRateOfItsOwnScheduleAlone) {
  EXPECT_THAT(rates(schedule({{"schedule", "plateau"}}), 0.25), Each(kRate / 4));
  for (const char* name : {"none", "step", "cosine", "one_cycle"}) {
    EXPECT_EQ(rates(schedule({{"schedule", name}}), 0.25), rates(schedule({{"schedule", name}}))) << name;
  }
}

TEST(ScheduleTest, PlateausAreCountedFromTheBest) {
  const Params more = params({{"decay_patience", 2}, {"decay_factor", 0.5}});
  Plateau plateau;
  std::vector<double> factors;
  // Improves to 3; three worse or equal; then waits anew; better; three worse.
  for (const double loss : {5.0, 4.0, 3.0, 3.0, 4.0, 3.5, 3.0, 3.2, 2.0, 2.5, 2.5, 2.5}) {
    plateau.see(loss, more);
    factors.push_back(plateau.factor);
  }
  EXPECT_THAT(factors, ElementsAre(1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25));
}

TEST(ScheduleTest, AnUnknownNameIsAnError) {
  EXPECT_THAT(
      [] {
        schedule({{"schedule", "cosin"}});
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("known are none, step, cosine, one_cycle, plateau")));
}

}  // namespace
}  // namespace pegbox
