#include "trainer/optimizer.hpp"

#include <cmath>
#include <utility>

#include <ATen/ATen.h>
#include <gmock/gmock.h>

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// Two steps down from w = 2 with gradient 3, by hand.
std::vector<double> two_steps(const Params& params) {
  auto weight = at::full({1}, 2.0, at::kDouble).requires_grad_();
  const auto optimizer = make_optimizer(params, {weight});
  std::vector<double> path;
  for (int step = 0; step < 2; ++step) {
    weight.mutable_grad() = at::full({1}, 3.0, at::kDouble);
    optimizer->step();
    path.push_back(weight.item<double>());
  }
  return path;
}

TEST(OptimizerTest, SgdWithMomentumAndDecay) {
  const auto path = two_steps({{"optimizer", "sgd"}, {"learning_rate", 0.1}, {"momentum", 0.5}, {"weight_decay", 0.2}});
  const double first = 2 - 0.1 * (3 + 0.2 * 2);
  EXPECT_NEAR(path[0], first, 1e-12);
  EXPECT_NEAR(path[1], first - 0.1 * (0.5 * (3 + 0.2 * 2) + 3 + 0.2 * first), 1e-12);
}

TEST(OptimizerTest, AdamStepsByTheLearningRateAtFirst) {
  const auto path = two_steps({{"optimizer", "adam"}, {"learning_rate", 0.1}});
  EXPECT_NEAR(path[0], 2 - 0.1, 1e-6);
  EXPECT_NEAR(path[1], 2 - 0.2, 1e-6) << "equal gradients";
}

TEST(OptimizerTest, AdamWDecaysApartFromTheGradient) {
  const auto path = two_steps({{"optimizer", "adamw"}, {"learning_rate", 0.1}, {"weight_decay", 0.5}});
  EXPECT_NEAR(path[0], 2 * (1 - 0.1 * 0.5) - 0.1, 1e-6);
}

TEST(OptimizerTest, RmspropDividesByTheRunningMean) {
  const auto path = two_steps({{"optimizer", "rmsprop"}, {"learning_rate", 0.1}});
  const double first = 2 - 0.1 * 3 / std::sqrt(0.01 * 9);
  EXPECT_NEAR(path[0], first, 1e-6);
  EXPECT_NEAR(path[1], first - 0.1 * 3 / std::sqrt(0.99 * 0.01 * 9 + 0.01 * 9), 1e-6);
}

TEST(OptimizerTest, AdagradDividesByTheSumOfSquares) {
  const auto path = two_steps({{"optimizer", "adagrad"}, {"learning_rate", 0.1}, {"weight_decay", 0.5}});
  const double before = 3 + 0.5 * 2;
  EXPECT_NEAR(path[0], 2 - 0.1, 1e-9);
  const double gradient = 3 + 0.5 * path[0];
  EXPECT_NEAR(path[1], path[0] - 0.1 * gradient / std::sqrt(before * before + gradient * gradient), 1e-9);
}

TEST(OptimizerTest, NesterovLooksAhead) {
  const auto path = two_steps({{"optimizer", "sgd"}, {"learning_rate", 0.1}, {"momentum", 0.5}, {"nesterov", true}});
  EXPECT_NEAR(path[0], 2 - 0.1 * (3 + 0.5 * 3), 1e-12);
  const double velocity = 0.5 * 3 + 3;
  EXPECT_NEAR(path[1], path[0] - 0.1 * (3 + 0.5 * velocity), 1e-12);
}

TEST(OptimizerTest, NesterovWithoutMomentumIsPlainDescent) {
  const auto path = two_steps({{"optimizer", "sgd"}, {"learning_rate", 0.1}, {"momentum", 0.0}, {"nesterov", true}});
  EXPECT_NEAR(path[0], 2 - 0.1 * 3, 1e-12);
  EXPECT_NEAR(path[1], 2 - 0.2 * 3, 1e-12);
}

/// Adam on w = 2 with the gradients 3 and then −1, after D. P. Kingma and J. Ba (2015), algorithm 1.
double adam_by_hand(double beta1, double beta2) {
  double weight = 2;
  double first = 0;
  double second = 0;
  int step = 0;
  for (const double gradient : {3.0, -1.0}) {
    ++step;
    first = beta1 * first + (1 - beta1) * gradient;
    second = beta2 * second + (1 - beta2) * gradient * gradient;
    weight -= 0.1 * first / (1 - std::pow(beta1, step)) / (std::sqrt(second / (1 - std::pow(beta2, step))) + 1e-8);
  }
  return weight;
}

TEST(OptimizerTest, AdamsBetasAreThoseOfTheStudy) {
  for (const char* name : {"adam", "adamw"}) {
    for (const auto& [beta1, beta2] : {std::pair(0.9, 0.999), std::pair(0.5, 0.9)}) {
      Params params{{"optimizer", name}, {"learning_rate", 0.1}};
      if (beta1 < 0.9) {  // the others are the defaults
        params.set("beta1", beta1);
        params.set("beta2", beta2);
      }
      auto weight = at::full({1}, 2.0, at::kDouble).requires_grad_();
      const auto optimizer = make_optimizer(params, {weight});
      for (const double gradient : {3.0, -1.0}) {
        weight.mutable_grad() = at::full({1}, gradient, at::kDouble);
        optimizer->step();
      }
      EXPECT_NEAR(weight.item<double>(), adam_by_hand(beta1, beta2), 1e-9) << name << beta1;
    }
  }
}

/// A step down from w = 2 with gradient 3 after one with the pace of the study, at another pace.
double at_pace(const Params& params, const Pace& pace) {
  auto weight = at::full({1}, 2.0, at::kDouble).requires_grad_();
  const auto optimizer = make_optimizer(params, {weight});
  weight.mutable_grad() = at::full({1}, 3.0, at::kDouble);
  optimizer->step();
  const double before = weight.item<double>();
  set_pace(*optimizer, pace);
  optimizer->step();
  return weight.item<double>() - before;
}

TEST(OptimizerTest, APaceSetsTheLearningRateOfEach) {
  for (const char* name : {"sgd", "adam", "adamw", "rmsprop", "adagrad"}) {
    const Params params{{"optimizer", name}, {"learning_rate", 0.1}};
    EXPECT_NEAR(at_pace(params, {0.2, {}}), 2 * at_pace(params, {0.1, {}}), 1e-9) << name;
    EXPECT_EQ(at_pace(params, {0, {}}), 0) << name;
  }
}

TEST(OptimizerTest, APaceSetsTheMomentum) {
  const Params sgd{{"optimizer", "sgd"}, {"learning_rate", 0.1}, {"momentum", 0.5}};
  EXPECT_NEAR(at_pace(sgd, {0.1, {}}), -0.1 * (0.5 * 3 + 3), 1e-12);
  EXPECT_NEAR(at_pace(sgd, {0.1, 0.25}), -0.1 * (0.25 * 3 + 3), 1e-12);
  const Params rmsprop{{"optimizer", "rmsprop"}, {"learning_rate", 0.1}, {"momentum", 0.5}};
  const double first = 3 / std::sqrt(0.01 * 9);
  const double second = 3 / std::sqrt(0.99 * 0.01 * 9 + 0.01 * 9);
  EXPECT_NEAR(at_pace(rmsprop, {0.1, 0.25}), -0.1 * (0.25 * first + second), 1e-6);
  for (const char* name : {"adam", "adamw"}) {
    // With β₁ = 0.9 of the first step: m = 0.3, then 0.5 · 0.3 + 0.5 · 3, corrected by 1 − 0.5².
    const Params adam{{"optimizer", name}, {"learning_rate", 0.1}};
    const double mean = (0.5 * 0.3 + 0.5 * 3) / (1 - 0.5 * 0.5);
    EXPECT_NEAR(at_pace(adam, {0.1, 0.5}), -0.1 * mean / 3, 1e-6) << name;
  }
}

TEST(OptimizerTest, CountsTheMemoryOfItsState) {
  const auto bytes = [](const Params& params) {
    auto weight = at::ones({5, 3}).requires_grad_();
    const auto optimizer = make_optimizer(params, {weight});
    EXPECT_EQ(state_bytes(*optimizer), 0) << "before the first step";
    weight.mutable_grad() = at::ones({5, 3});
    optimizer->step();
    return state_bytes(*optimizer);
  };
  constexpr std::int64_t kWeights = 5 * 3 * 4;
  EXPECT_EQ(bytes({{"optimizer", "sgd"}, {"learning_rate", 0.1}}), 0);
  EXPECT_EQ(bytes({{"optimizer", "sgd"}, {"learning_rate", 0.1}, {"momentum", 0.5}}), kWeights);
  EXPECT_EQ(bytes({{"optimizer", "adam"}, {"learning_rate", 0.1}}), 2 * kWeights);
  EXPECT_EQ(bytes({{"optimizer", "adamw"}, {"learning_rate", 0.1}}), 2 * kWeights);
  EXPECT_EQ(bytes({{"optimizer", "rmsprop"}, {"learning_rate", 0.1}}), kWeights);
  EXPECT_EQ(bytes({{"optimizer", "rmsprop"}, {"learning_rate", 0.1}, {"momentum", 0.5}}), 2 * kWeights);
}

TEST(OptimizerTest, AdagradCountsItsSumsFromTheStart) {
  auto weight = at::ones({5, 3}).requires_grad_();
  const auto optimizer = make_optimizer({{"optimizer", "adagrad"}, {"learning_rate", 0.1}}, {weight});
  EXPECT_EQ(state_bytes(*optimizer), 5 * 3 * 4);
}

TEST(OptimizerTest, AnUnknownNameIsAnError) {
  EXPECT_THAT(([] {
                two_steps({{"optimizer", "adamm"}, {"learning_rate", 0.1}});
              }),
              ThrowsMessage<std::runtime_error>(HasSubstr("known are sgd, adam, adamw, rmsprop, adagrad")));
}

}  // namespace
}  // namespace pegbox
