#include "data/mnist1d.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "data/content_hash.hpp"
#include "files.hpp"

namespace pegbox {
namespace {

using testing::ElementsAre;

constexpr std::size_t kLength = 40;

TEST(Mnist1d, HasThePublishedSizes) {
  const Table table = mnist1d();
  EXPECT_EQ(table.train.rows, 4000U);
  EXPECT_EQ(table.test.rows, 1000U);
  EXPECT_THAT(table.shape, ElementsAre(1, 40));
  EXPECT_EQ(table.classes.size(), 10U);
  std::array<int, 10> counts{};
  for (const auto* part : {&table.train, &table.test}) {
    EXPECT_EQ(part->inputs.size(), part->rows * kLength);
    for (const double target : part->targets) ++counts.at(static_cast<std::size_t>(target));
  }
  EXPECT_THAT(counts, testing::Each(500));
}

TEST(Mnist1d, IsCentredAndScaledAsAWhole) {
  const Table table = mnist1d();
  double sum = 0;
  double squares = 0;
  for (const auto* part : {&table.train, &table.test}) {
    for (const float value : part->inputs.floats()) {
      sum += value;
      squares += static_cast<double>(value) * value;
    }
  }
  EXPECT_NEAR(sum / 200'000, 0, 1e-6);
  EXPECT_NEAR(squares / 200'000, 1, 1e-6);
}

TEST(Mnist1d, IsTheSameEachTime) { EXPECT_EQ(content_hash(mnist1d()), content_hash(mnist1d())); }

double distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

/// The authors' package gives 0.58 to the nearest neighbour on the first 500 rows of its own test part.
TEST(Mnist1d, IsAsHardAsThePublishedOne) {
  const Table table = mnist1d();
  const auto row = [](const Part& part, std::size_t at) { return part.inputs.floats().subspan(at * kLength, kLength); };
  constexpr std::size_t kTested = 250;
  std::size_t right = 0;
  for (std::size_t i = 0; i < kTested; ++i) {
    double least = std::numeric_limits<double>::infinity();
    double found = -1;
    for (std::size_t j = 0; j < table.train.rows; ++j) {
      const double here = distance(row(table.test, i), row(table.train, j));
      if (here < least) found = table.train.targets[j];
      least = std::min(least, here);
    }
    right += found == table.test.targets[i] ? 1 : 0;
  }
  const double accuracy = static_cast<double>(right) / kTested;
  EXPECT_GT(accuracy, 0.45);
  EXPECT_LT(accuracy, 0.75);
}

}  // namespace
}  // namespace pegbox
