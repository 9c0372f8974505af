#include <cmath>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <pegbox/sobol.hpp>

namespace pegbox {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Eq;
using testing::SizeIs;

std::vector<double> point(const Sobol& sobol, std::uint64_t index) {
  std::vector<double> result(sobol.dimensions());
  sobol.point(index, result);
  return result;
}

std::vector<std::vector<double>> points(const Sobol& sobol, std::uint64_t first, std::uint64_t count) {
  std::vector<std::vector<double>> result;
  for (std::uint64_t i = 0; i < count; ++i) result.push_back(point(sobol, first + i));
  return result;
}

/// Whether 2^m points have one in each of the equal boxes that 2^a parts of dimension i and 2^(m − a) of j make.
bool one_in_each_box(const std::vector<std::vector<double>>& points, std::size_t i, std::size_t j, int a, int m) {
  std::set<std::pair<int, int>> boxes;
  for (const auto& one : points) {
    boxes.emplace(static_cast<int>(std::ldexp(one[i], a)), static_cast<int>(std::ldexp(one[j], m - a)));
  }
  return boxes.size() == points.size();
}

/// The points that S. Joe and F. Y. Kuo show as their program's output.
TEST(Sobol, IsThePublishedSequence) {
  const Sobol sobol = Sobol::unscrambled(3);
  EXPECT_THAT(
      points(sobol, 0, 10),
      ElementsAre(ElementsAre(0, 0, 0), ElementsAre(0.5, 0.5, 0.5), ElementsAre(0.75, 0.25, 0.25),
                  ElementsAre(0.25, 0.75, 0.75), ElementsAre(0.375, 0.375, 0.625), ElementsAre(0.875, 0.875, 0.125),
                  ElementsAre(0.625, 0.125, 0.875), ElementsAre(0.125, 0.625, 0.375),
                  ElementsAre(0.1875, 0.3125, 0.9375), ElementsAre(0.6875, 0.8125, 0.4375)));
}

/// The direction numbers of a dimension from its line in the file new-joe-kuo-6: degree s, the inner coefficients a of
/// the polynomial, and m_1 … m_s; by equation 2 of their paper, bit by bit.
std::vector<std::uint32_t> joe_kuo(unsigned s, std::uint32_t a, std::vector<std::uint32_t> m) {
  for (std::size_t k = s; k < 32; ++k) {
    std::uint32_t next = m[k - s] ^ m[k - s] << s;
    for (unsigned j = 1; j < s; ++j) {
      if ((a >> (s - 1 - j) & 1) == 1) next ^= m[k - j] << j;
    }
    m.push_back(next);
  }
  return m;
}

void expect_directions(std::size_t dimension, const std::vector<std::uint32_t>& m) {
  const Sobol sobol = Sobol::unscrambled(static_cast<int>(dimension));
  double before = 0;
  for (std::size_t k = 0; k < 32; ++k) {
    // Point 2^k is the sum of the directions k and k − 1 without carry.
    const double both = point(sobol, std::uint64_t{1} << k)[dimension - 1];
    const double direction = std::ldexp(m[k], -static_cast<int>(k) - 1);
    const auto bits = [](double part) { return static_cast<std::uint32_t>(std::ldexp(part, 32)); };
    ASSERT_EQ(bits(both), bits(direction) ^ bits(before)) << "dimension " << dimension << ", bit " << k;
    before = direction;
  }
}

TEST(Sobol, HasTheDirectionNumbersOfJoeAndKuo) {
  expect_directions(2, joe_kuo(1, 0, {1}));
  expect_directions(3, joe_kuo(2, 1, {1, 3}));
  expect_directions(4, joe_kuo(3, 1, {1, 3, 1}));
  expect_directions(5, joe_kuo(3, 2, {1, 1, 1}));
  expect_directions(6, joe_kuo(4, 1, {1, 1, 3, 3}));
  expect_directions(7, joe_kuo(4, 4, {1, 3, 5, 13}));
  expect_directions(8, joe_kuo(5, 2, {1, 1, 5, 5, 17}));
  expect_directions(9, joe_kuo(5, 4, {1, 1, 5, 5, 5}));
  expect_directions(10, joe_kuo(5, 7, {1, 1, 7, 11, 19}));
}

/// Owen's scrambling keeps it: each aligned run of 2^m points has one in each of 2^m equal parts of a dimension.
TEST(Sobol, IsStratifiedInEachDimension) {
  constexpr int kM = 7;
  constexpr std::uint64_t kCount = 1U << kM;
  for (const Sobol& sobol : {Sobol::unscrambled(Sobol::kMostDimensions), Sobol(Sobol::kMostDimensions, 1)}) {
    for (const std::uint64_t first : {std::uint64_t{0}, 5 * kCount, (std::uint64_t{1} << 32) - kCount}) {
      const auto run = points(sobol, first, kCount);
      for (std::size_t i = 0; i < sobol.dimensions(); ++i) {
        ASSERT_TRUE(one_in_each_box(run, i, i, 0, kM)) << "dimension " << i << " from point " << first;
      }
    }
  }
}

/// The first two dimensions are a (0, 2)-sequence: one point in each box of the volume 2^-m, however long and narrow.
TEST(Sobol, HasAPointInEachBoxOfTheFirstTwoDimensions) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Sobol sobol = seed == 0 ? Sobol::unscrambled(2) : Sobol(2, seed);
    for (const int m : {1, 4, 9}) {
      const std::uint64_t count = std::uint64_t{1} << m;
      for (const std::uint64_t first : {std::uint64_t{0}, count, 6 * count}) {
        const auto run = points(sobol, first, count);
        for (int a = 0; a <= m; ++a) EXPECT_TRUE(one_in_each_box(run, 0, 1, a, m)) << seed << ' ' << first << ' ' << a;
      }
    }
  }
}

/// Whatever boxes of two dimensions are filled evenly stay so, and no others become so.
TEST(Sobol, ScramblingKeepsThePairs) {
  constexpr int kDimensions = 12, kM = 6;
  const auto plain = points(Sobol::unscrambled(kDimensions), 0, 1U << kM);
  const auto scrambled = points(Sobol(kDimensions, 3), 0, 1U << kM);
  int even = 0, uneven = 0;
  for (std::size_t i = 0; i < kDimensions; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      for (int a = 0; a <= kM; ++a) {
        const bool before = one_in_each_box(plain, i, j, a, kM);
        EXPECT_EQ(one_in_each_box(scrambled, i, j, a, kM), before) << i << ' ' << j << ' ' << a;
        ++(before ? even : uneven);
      }
    }
  }
  EXPECT_GT(even, 0);
  EXPECT_GT(uneven, 0);
}

/// Over the seeds each of the 63 first bits of a dimension's tree is flipped independently of each other one, which is
/// what makes the scrambling Owen's. In the tree, bit k of a coordinate hangs on the k bits before it.
TEST(Sobol, ScramblesEachBitByItself) {
  constexpr int kDepth = 6, kSeeds = 4000;
  constexpr std::size_t kNodes = (1U << kDepth) - 1;
  const Sobol plain = Sobol::unscrambled(1);
  std::vector<std::vector<int>> signs(kNodes);
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Sobol sobol(1, seed);
    std::vector<int> of_seed(kNodes);
    for (std::uint64_t index = 0; index < 1U << kDepth; ++index) {
      const auto before = static_cast<unsigned>(std::ldexp(point(plain, index)[0], kDepth));
      const auto after = static_cast<unsigned>(std::ldexp(point(sobol, index)[0], kDepth));
      for (int k = 0; k < kDepth; ++k) {
        const std::size_t node = (std::size_t{1} << k) - 1 + (before >> (kDepth - k));
        of_seed[node] = ((before ^ after) >> (kDepth - 1 - k) & 1) == 1 ? 1 : -1;
      }
    }
    for (std::size_t node = 0; node < kNodes; ++node) signs[node].push_back(of_seed[node]);
  }
  const double limit = 5 * std::sqrt(kSeeds);  // of some 2,000 sums none is likely to be beyond
  for (std::size_t i = 0; i < kNodes; ++i) {
    int sum = 0;
    for (const int sign : signs[i]) sum += sign;
    EXPECT_LT(std::abs(sum), limit) << i;
    for (std::size_t j = 0; j < i; ++j) {
      int both = 0;
      for (std::size_t seed = 0; seed < kSeeds; ++seed) both += signs[i][seed] * signs[j][seed];
      EXPECT_LT(std::abs(both), limit) << i << ' ' << j;
    }
  }
}

/// For a smooth function the error of scrambled points falls as n^-3/2, where that of random ones falls as n^-1/2
/// (A. B. Owen, "Scrambled net variance for integrals of smooth functions", 1997).
TEST(Sobol, IntegratesBetterThanRandomPoints) {
  constexpr int kDimensions = 4, kSeeds = 50;
  constexpr std::uint64_t kCount = 256;
  double squares = 0, mean = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    double sum = 0;
    for (const auto& one : points(Sobol(kDimensions, seed), 0, kCount)) {
      double product = 1;
      for (const double x : one) product *= 1 + (x - 0.5);
      sum += product - 1;
    }
    const double error = sum / kCount;
    mean += error / kSeeds;
    squares += error * error / kSeeds;
  }
  // The variance of one random point.
  const double random = (std::pow(1 + 1.0 / 12, kDimensions) - 1) / kCount;
  EXPECT_LT(squares, random / 100);
  EXPECT_LT(std::abs(mean), 4 * std::sqrt(squares / kSeeds));  // without bias
}

TEST(Sobol, ScrambledPointsAreInsideTheCube) {
  const Sobol sobol(50, 9);
  for (const std::uint64_t first : {std::uint64_t{0}, (std::uint64_t{1} << 32) - 1000}) {
    for (const auto& one : points(sobol, first, 1000)) {
      for (const double x : one) {
        ASSERT_GT(x, 0);
        ASSERT_LT(x, 1);
      }
    }
  }
}

TEST(Sobol, IsAPureFunctionOfSeedAndIndex) {
  const Sobol one(6, 42), same(6, 42), other(6, 43);
  const auto late = point(one, 1000);
  EXPECT_EQ(point(one, 3), point(same, 3));
  EXPECT_EQ(point(same, 1000), late);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NE(point(one, 3)[i], point(other, 3)[i]);
}

TEST(Sobol, MoreDimensionsDoNotChangeTheFirst) {
  const auto few = point(Sobol(3, 5), 77);
  auto many = point(Sobol(30, 5), 77);
  many.resize(3);
  EXPECT_EQ(few, many);
}

TEST(Sobol, BeginsAgainAfterItsLength) {
  constexpr std::uint64_t kLength = std::uint64_t{1} << 32;
  const Sobol sobol(3, 1);
  EXPECT_EQ(point(sobol, kLength + 7), point(sobol, 7));
  EXPECT_NE(point(sobol, kLength - 1), point(sobol, 0));
}

TEST(Sobol, HasAnyNumberOfDimensionsUpToTheLast) {
  EXPECT_THAT(point(Sobol(0, 1), 3), SizeIs(0));
  EXPECT_THAT(point(Sobol::unscrambled(Sobol::kMostDimensions), 1), Each(Eq(0.5)));
  EXPECT_THROW(Sobol(Sobol::kMostDimensions + 1, 1), std::invalid_argument);
  EXPECT_THROW(Sobol(-1, 1), std::invalid_argument);
}

}  // namespace
}  // namespace pegbox
