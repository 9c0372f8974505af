#include <array>
#include <cmath>
#include <cstddef>

#include <gmock/gmock.h>

#include <pegbox/random.hpp>

#include "tried.hpp"

namespace pegbox {
namespace {

using testing::DoubleNear;

constexpr double kClose = 0.05;
constexpr int kTrials = 1'000;

double x(const Params& params, std::size_t i) { return params.get<double>("x" + std::to_string(i)); }

/// T. Ishigami, T. Homma, "An importance quantification technique in uncertainty analysis for computer models" (1990).
double ishigami(const Params& params) {
  const auto angle = [&](std::size_t i) { return M_PI * (2 * x(params, i) - 1); };
  return std::sin(angle(1)) * (1 + 0.1 * std::pow(angle(3), 4)) + 7 * std::pow(std::sin(angle(2)), 2);
}

/// By the integrals in closed form.
void expect_ishigami(const Importances& found, double close = kClose) {
  EXPECT_THAT(share(found, "x1"), DoubleNear(0.3139, close));
  EXPECT_THAT(share(found, "x2"), DoubleNear(0.4424, close));
  EXPECT_THAT(share(found, "x3"), DoubleNear(0, close));
  EXPECT_THAT(share(found, "x1", "x2"), DoubleNear(0, close));
  EXPECT_THAT(share(found, "x1", "x3"), DoubleNear(0.2437, close));
  EXPECT_THAT(share(found, "x2", "x3"), DoubleNear(0, close));
}

TEST(KnownFunctions, Ishigami) { expect_ishigami(tried(unit_cube(3), ishigami, kTrials).importances()); }

TEST(KnownFunctions, IshigamiFromOtherTrials) {
  for (const std::uint64_t seed : {2, 3, 4}) {
    SCOPED_TRACE(seed);
    expect_ishigami(tried(unit_cube(3), ishigami, kTrials, seed).importances({.seed = seed}));
  }
}

TEST(KnownFunctions, IshigamiWithNoise) {
  // A third of its deviation, 3.7.
  const Importances found = tried(unit_cube(3), ishigami, kTrials, 1, 1.2).importances();
  expect_ishigami(found);
  EXPECT_LT(found.explained, 0.93);
  EXPECT_GT(found.explained, 0.8);
}

/// The g-function of I. M. Sobol: a coordinate matters the less the larger its number is.
TEST(KnownFunctions, SobolG) {
  const std::array<double, 6> a{0, 1, 4.5, 9, 99, 99};
  const auto g = [&](const Params& params) {
    double product = 1;
    for (std::size_t i = 0; i < a.size(); ++i) product *= (std::abs(4 * x(params, i + 1) - 2) + a[i]) / (1 + a[i]);
    return product;
  };
  std::array<double, 6> parts{};
  double whole = 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    parts[i] = 1 / (3 * (1 + a[i]) * (1 + a[i]));
    whole *= 1 + parts[i];
  }
  whole -= 1;
  const Importances found = tried(unit_cube(6), g, kTrials).importances();
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::string first = "x" + std::to_string(i + 1);
    EXPECT_THAT(share(found, first), DoubleNear(parts[i] / whole, kClose)) << first;
    for (std::size_t k = i + 1; k < a.size(); ++k) {
      const std::string second = "x" + std::to_string(k + 1);
      EXPECT_THAT(share(found, first, second), DoubleNear(parts[i] * parts[k] / whole, kClose)) << first << second;
    }
  }
}

TEST(KnownFunctions, LinearWithAnInteraction) {
  // Centred at a half: 2 (x1 - ½) + (x2 - ½) + 6 (x1 - ½) (x3 - ½) has variances 4/12, 1/12 and 36/144.
  const auto function = [](const Params& params) {
    return 2 * x(params, 1) + x(params, 2) + 6 * (x(params, 1) - 0.5) * (x(params, 3) - 0.5);
  };
  const Importances found = tried(unit_cube(4), function, kTrials).importances();
  EXPECT_THAT(share(found, "x1"), DoubleNear(0.5, kClose));
  EXPECT_THAT(share(found, "x2"), DoubleNear(0.125, kClose));
  EXPECT_THAT(share(found, "x3"), DoubleNear(0, kClose));
  EXPECT_THAT(share(found, "x4"), DoubleNear(0, kClose));
  EXPECT_THAT(share(found, "x1", "x3"), DoubleNear(0.375, kClose));
}

TEST(KnownFunctions, AProductIsAllInteraction) {
  const auto function = [](const Params& params) { return (x(params, 1) - 0.5) * (x(params, 2) - 0.5); };
  const Importances found = tried(unit_cube(3), function, kTrials).importances();
  EXPECT_THAT(share(found, "x1", "x2"), DoubleNear(1, kClose));
}

SearchSpace mixed_space() {
  const auto text = [](const char* word) { return Value(std::string(word)); };
  return {{"rate", Real{1e-5, 1e-1, true}},
          {"optimizer", Choice{{text("adam"), text("sgd"), text("rmsprop")}}},
          {"momentum", Real{0, 1}, {}, {{"optimizer", {text("sgd")}}}},
          {"nothing", Integer{1, 4}}};
}

/// 1.5 times the place of the rate, and 1 for adam, twice the momentum for sgd, 0 for rmsprop. Over the cube the
/// rate's variance is 2.25/12 = 0.1875; the optimizer's means are 1, 1 and 0, which is 2/9; the momentum's mean is
/// (1 + 2 m) / 3, which is 1/27; the variance of both is 1/3, so that 2/27 is their interaction.
double mixed(const Params& params) {
  const double rate = 1.5 * to_unit(Real{1e-5, 1e-1, true}, params.at("rate"));
  const auto optimizer = params.get<std::string>("optimizer");
  if (optimizer == "sgd") return rate + 2 * params.get<double>("momentum");
  return rate + (optimizer == "adam" ? 1 : 0);
}

TEST(KnownFunctions, AChoiceAndWhatDependsOnIt) {
  const double whole = 0.1875 + 1.0 / 3;
  const Importances found = tried(mixed_space(), mixed, kTrials).importances();
  EXPECT_THAT(share(found, "rate"), DoubleNear(0.1875 / whole, kClose));
  EXPECT_THAT(share(found, "optimizer"), DoubleNear(2.0 / 9 / whole, kClose));
  EXPECT_THAT(share(found, "momentum"), DoubleNear(1.0 / 27 / whole, kClose));
  EXPECT_THAT(share(found, "nothing"), DoubleNear(0, kClose));
  EXPECT_THAT(share(found, "optimizer", "momentum"), DoubleNear(2.0 / 27 / whole, kClose));
  EXPECT_THAT(share(found, "rate", "optimizer"), DoubleNear(0, kClose));
}

TEST(KnownFunctions, BooleansThatMustDiffer) {
  const SearchSpace space{{"a", Boolean{}}, {"b", Boolean{}}, {"c", Boolean{}}};
  const auto differ = [](const Params& params) { return params.get<bool>("a") != params.get<bool>("b") ? 1.0 : 0.0; };
  const Importances found = tried(space, differ, 200).importances();
  EXPECT_THAT(share(found, "a", "b"), DoubleNear(1, kClose));
}

TEST(KnownFunctions, TrialsThatLieTogetherTellOfTheWholeSpace) {
  // Nine of ten trials lie near the best point, where x2 alone matters; over the cube it is a fifth.
  const auto function = [](const Params& params) { return 2 * x(params, 1) + x(params, 2); };
  Tried all = tried(unit_cube(2), function, 100);
  Random random(5, 0, "near");
  for (int i = 0; i < 900; ++i) {
    const Params near{{"x1", 0.02 * random.uniform()}, {"x2", 0.3 * random.uniform()}};
    all.add(near, function(near));
  }
  const Importances found = all.importances();
  EXPECT_THAT(share(found, "x1"), DoubleNear(0.8, kClose));
  EXPECT_THAT(share(found, "x2"), DoubleNear(0.2, kClose));
}

}  // namespace
}  // namespace pegbox
