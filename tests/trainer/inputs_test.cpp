// What a network is given: rows normalised and changed at random.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <gmock/gmock.h>

#include "tensors.hpp"
#include "trainer/augmenter.hpp"
#include "trainer/input_maker.hpp"
#include "trainer/normalizer.hpp"
#include "trainer/trial_random.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Numbers of its own for each test.
at::Tensor random_numbers(at::IntArrayRef sizes, std::uint64_t seed = 1) {
  return at::randn(sizes, at::detail::createCPUGenerator(seed), at::TensorOptions(at::kFloat));
}

struct Column {
  double mean = 0, deviation = 0, low = 0, high = 0;
};

/// Of the numbers that are there, in two passes.
Column by_hand(const std::vector<double>& numbers) {
  Column result{0, 0, std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  double count = 0;
  for (const double number : numbers) {
    if (std::isnan(number)) continue;
    ++count;
    result.mean += number;
    result.low = std::min(result.low, number);
    result.high = std::max(result.high, number);
  }
  if (count == 0) return {};
  result.mean /= count;
  for (const double number : numbers) {
    if (!std::isnan(number)) result.deviation += (number - result.mean) * (number - result.mean);
  }
  result.deviation = std::sqrt(result.deviation / count);
  return result;
}

/// The numbers of a column, or of a channel over all its places.
std::vector<double> numbers_of(const at::Tensor& rows, std::int64_t column) {
  const at::Tensor flat = (rows.dim() == 1 ? rows : rows.select(1, column)).to(at::kDouble).flatten().contiguous();
  return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

void expect_measured(const at::Tensor& rows, const at::Tensor& positions = {}) {
  const Moments found = measured(rows, positions);
  const at::Tensor seen = positions.defined() ? rows.index_select(0, positions) : rows;
  ASSERT_EQ(found.mean.size(0), rows.dim() == 1 ? 1 : rows.size(1));
  for (std::int64_t column = 0; column < found.mean.size(0); ++column) {
    const Column wanted = by_hand(numbers_of(seen, column));
    EXPECT_NEAR(found.mean[column].item<double>(), wanted.mean, 1e-10 * (1 + std::abs(wanted.mean))) << column;
    EXPECT_NEAR(found.deviation[column].item<double>(), wanted.deviation, 1e-9) << column;
    EXPECT_EQ(found.low[column].item<double>(), wanted.low) << column;
    EXPECT_EQ(found.high[column].item<double>(), wanted.high) << column;
  }
  EXPECT_EQ(found.missing, seen.to(at::kDouble).isnan().any().item<bool>());
}

at::Tensor with_holes(at::Tensor rows) {
  return at::where(random_numbers(rows.sizes(), 9) > 1, at::full({}, kMissing, at::kFloat), rows);
}

at::Tensor bytes(at::IntArrayRef sizes) {
  return at::randint(256, sizes, at::detail::createCPUGenerator(3), at::TensorOptions(at::kByte));
}

TEST(MomentsTest, AreThoseOfTwoPasses) {
  expect_measured(random_numbers({50}));
  expect_measured(random_numbers({50, 4}) * 3 + 1000);
  expect_measured(random_numbers({20, 3, 7}));
  expect_measured(random_numbers({20, 3, 5, 6}));
  expect_measured(bytes({20, 3, 5, 6}));
  expect_measured(at::ones({5, 2}));
}

TEST(MomentsTest, AreOfTheStatedRowsAlone) {
  const at::Tensor positions = at::tensor({7, 3, 19, 0}, at::kLong);
  expect_measured(random_numbers({20, 4}), positions);
  expect_measured(bytes({20, 2, 3, 3}), positions);
}

TEST(MomentsTest, MissingNumbersDoNotCount) {
  expect_measured(with_holes(random_numbers({50, 4})));
  expect_measured(with_holes(random_numbers({20, 3, 5, 6})));
  at::Tensor rows = random_numbers({10, 3});
  rows.select(1, 1).fill_(kMissing);
  expect_measured(rows);
}

TEST(MomentsTest, ManyRowsAreJoinedFromParts) {
  // Rows of 2^20 numbers are read four at a time.
  at::Tensor rows = random_numbers({9, 2, 512, 1024}) + at::arange(9).reshape({9, 1, 1, 1}) * 100;
  rows[5].select(0, 1).fill_(kMissing);
  expect_measured(rows);
}

at::Tensor normalized(const at::Tensor& rows, const std::string& kind) {
  return Normalizer(measured(rows, {}), kind, rows).apply(rows);
}

void expect_near(const at::Tensor& found, const at::Tensor& wanted, double tolerance) {
  ASSERT_EQ(found.sizes(), wanted.sizes());
  EXPECT_EQ(found.scalar_type(), at::kFloat);
  EXPECT_LE((found.to(at::kDouble) - wanted.to(at::kDouble)).abs().max().item<double>(), tolerance);
}

/// Each column by (x − shift) / scale.
at::Tensor mapped(const at::Tensor& rows, const std::function<std::pair<double, double>(const Column&)>& map) {
  at::Tensor wanted = rows.to(at::kDouble).clone();
  for (std::int64_t column = 0; column < rows.size(1); ++column) {
    const auto [shift, scale] = map(by_hand(numbers_of(rows, column)));
    wanted.select(1, column).sub_(shift).div_(scale);
  }
  return wanted;
}

std::pair<double, double> to_standard(const Column& column) { return {column.mean, column.deviation}; }
std::pair<double, double> to_range(const Column& column) { return {column.low, column.high - column.low}; }

TEST(NormalizerTest, BringsToMeanAndDeviationOrToARange) {
  for (const at::Tensor& rows : {random_numbers({50, 4}) * 3 + 10, random_numbers({20, 3, 7}),
                                 random_numbers({20, 3, 5, 6}), bytes({20, 3, 5, 6}), bytes({20, 4})}) {
    expect_near(normalized(rows, "standard"), mapped(rows, to_standard), 1e-5);
    expect_near(normalized(rows, "range"), mapped(rows, to_range), 1e-5);
  }
}

TEST(NormalizerTest, NoneKeepsNumbersAndMakesBytesFractions) {
  const at::Tensor rows = random_numbers({50, 4});
  EXPECT_TRUE(at::equal(normalized(rows, "none"), rows));
  const at::Tensor picture = bytes({20, 3, 5, 6});
  expect_near(normalized(picture, "none"), picture.to(at::kDouble) / 255, 1e-6);
  EXPECT_FLOAT_EQ(normalized(at::full({1, 1}, 255, at::kByte), "none").item<float>(), 1);
}

TEST(NormalizerTest, WhatDoesNotVaryBecomesNothing) {
  const at::Tensor rows = at::full({5, 2}, 7.0F);
  EXPECT_TRUE(at::equal(normalized(rows, "standard"), at::zeros({5, 2})));
  EXPECT_TRUE(at::equal(normalized(rows, "range"), at::zeros({5, 2})));
}

TEST(NormalizerTest, WhatIsMissingBecomesTheMean) {
  const at::Tensor rows = at::tensor({1.0F, NAN, 3.0F, 8.0F}).reshape({4, 1});
  EXPECT_EQ(normalized(rows, "standard")[1].item<float>(), 0);
  EXPECT_FLOAT_EQ(normalized(rows, "range")[1].item<float>(), 3.0F / 7);
  EXPECT_FLOAT_EQ(normalized(rows, "none")[1].item<float>(), 4);
  EXPECT_EQ(normalized(rows, "none")[2].item<float>(), 3);
  EXPECT_FALSE(normalized(with_holes(random_numbers({20, 3, 5, 6})), "standard").isnan().any().item<bool>());
}

TEST(NormalizerTest, AListOfSingleNumbersIsOneColumn) {
  const at::Tensor rows = random_numbers({50}) * 3 + 10;
  EXPECT_EQ(normalized(rows, "standard").sizes(), rows.sizes());
  expect_near(normalized(rows, "standard").unsqueeze(1), mapped(rows.unsqueeze(1), to_standard), 1e-5);
}

TEST(NormalizerTest, AnUnknownKindIsAnError) {
  EXPECT_THAT(
      [] {
        normalized(at::ones({2, 2}), "standrd");
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("known are standard, range, none")));
}

/// The same, with the random numbers of a trial.
at::Tensor augmented(const at::Tensor& rows, const Params& params, std::uint64_t seed = 1) {
  TrialRandom random(seed, at::kCPU);
  const TrialRandom::Use use(random);
  return Augmenter(params).apply(rows);
}

/// All moves of a row by at most `most` places up, down, left and right, with zeros where nothing was.
std::vector<at::Tensor> all_moves(const at::Tensor& row, std::int64_t most) {
  std::vector<at::Tensor> moves;
  const std::int64_t height = row.size(1);
  const std::int64_t width = row.size(2);
  for (std::int64_t down = -most; down <= most; ++down) {
    for (std::int64_t right = -most; right <= most; ++right) {
      at::Tensor moved = at::zeros_like(row);
      for (std::int64_t y = 0; y < height; ++y) {
        for (std::int64_t x = 0; x < width; ++x) {
          const std::int64_t from_y = y + down;
          const std::int64_t from_x = x + right;
          if (from_y < 0 || from_y >= height || from_x < 0 || from_x >= width) continue;
          moved.select(1, y).select(1, x).copy_(row.select(1, from_y).select(1, from_x));
        }
      }
      moves.push_back(moved);
    }
  }
  return moves;
}

/// Which of the candidates the row is, or −1.
std::ptrdiff_t found_in(const std::vector<at::Tensor>& candidates, const at::Tensor& row) {
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (at::equal(candidates[i], row)) return static_cast<std::ptrdiff_t>(i);
  }
  return -1;
}

TEST(AugmenterTest, CropMovesEachRowByItsOwnOffsets) {
  const at::Tensor rows = random_numbers({120, 2, 4, 5});
  const at::Tensor moved = augmented(rows, {{"crop", 1}});
  ASSERT_EQ(moved.sizes(), rows.sizes());
  std::vector<int> times(9);
  for (std::int64_t row = 0; row < 120; ++row) {
    const std::ptrdiff_t move = found_in(all_moves(rows[row], 1), moved[row]);
    ASSERT_GE(move, 0) << "row " << row << " is no move of itself";
    ++times[static_cast<std::size_t>(move)];
  }
  EXPECT_EQ(std::ranges::count(times, 0), 0) << "all nine moves are drawn";
}

TEST(AugmenterTest, CropDrawsTheRowsMovesAlongAnAxisTogether) {
  const at::Tensor rows = random_numbers({30, 2, 6, 5});
  TrialRandom random(7, at::kCPU);
  at::Tensor down, right;
  {
    const TrialRandom::Use use(random);
    down = at::randint(5, {30}, at::kLong);
    right = at::randint(5, {30}, at::kLong);
  }
  const at::Tensor moved = augmented(rows, {{"crop", 2}}, 7);
  for (std::int64_t row = 0; row < 30; ++row) {
    const std::int64_t move = down[row].item<std::int64_t>() * 5 + right[row].item<std::int64_t>();
    EXPECT_TRUE(at::equal(moved[row], all_moves(rows[row], 2)[static_cast<std::size_t>(move)])) << row;
  }
}

TEST(AugmenterTest, CropOfASequenceMovesItAlong) {
  const at::Tensor rows = random_numbers({60, 3, 8});
  const at::Tensor moved = augmented(rows, {{"crop", 2}});
  for (std::int64_t row = 0; row < 60; ++row) {
    bool found = false;
    for (std::int64_t by = -2; by <= 2; ++by) {
      at::Tensor wanted = at::zeros_like(rows[row]);
      for (std::int64_t x = std::max<std::int64_t>(0, -by); x < std::min<std::int64_t>(8, 8 - by); ++x) {
        wanted.select(1, x).copy_(rows[row].select(1, x + by));
      }
      found = found || at::equal(moved[row], wanted);
    }
    EXPECT_TRUE(found) << row;
  }
}

TEST(AugmenterTest, FlipMirrorsAboutHalfOfTheRowsAlongTheLastAxis) {
  for (const at::Tensor& rows : {random_numbers({400, 2, 5}), random_numbers({400, 1, 3, 5})}) {
    const at::Tensor flipped = augmented(rows, {{"flip", true}});
    int mirrored = 0;
    for (std::int64_t row = 0; row < 400; ++row) {
      if (at::equal(flipped[row], rows[row])) continue;
      EXPECT_TRUE(at::equal(flipped[row], rows[row].flip({-1}))) << row;
      ++mirrored;
    }
    EXPECT_NEAR(mirrored, 200, 50);
  }
}

TEST(AugmenterTest, DrawsFromTheTrialsStream) {
  const at::Tensor rows = random_numbers({20, 2, 4, 5});
  const Params params{{"flip", true}, {"crop", 2}};
  EXPECT_TRUE(at::equal(augmented(rows, params, 1), augmented(rows, params, 1)));
  EXPECT_FALSE(at::equal(augmented(rows, params, 1), augmented(rows, params, 2)));
}

TEST(AugmenterTest, DoesNothingUnlessTold) {
  const at::Tensor rows = random_numbers({20, 4});
  EXPECT_TRUE(Augmenter(Params{}).idle());
  EXPECT_TRUE(at::equal(augmented(rows, {}), rows));
  EXPECT_TRUE(at::equal(augmented(rows, {{"flip", false}, {"crop", 0}}), rows));
}

TEST(AugmenterTest, RefusesOtherShapes) {
  for (const at::Tensor& rows : {at::ones({4}), at::ones({4, 3}), at::ones({4, 1, 2, 2, 2})}) {
    EXPECT_THAT(
        [&] {
          augmented(rows, {{"crop", 1}});
        },
        ThrowsMessage<std::runtime_error>(HasSubstr("are for sequences [channels, length] and images")));
  }
}

TEST(InputMakerTest, ChangesOnlyTrainingRowsAndNormalizesAll) {
  FitData data;
  data.train.rows = {{bytes({12, 1, 4, 4})}, at::zeros({12}, at::kLong)};
  data.train.positions = at::tensor({0, 2, 4, 6, 8, 10}, at::kLong);
  data.validation = {data.train.rows, at::tensor({1, 3, 5}, at::kLong)};
  data.moments = {measured(data.train.rows.input(), data.train.positions)};
  const InputMaker maker(data, {{"crop", 2}});
  const Normalizer plain(data.moments.front(), "standard", data.train.rows.input());
  const auto given = [&](const at::Tensor& rows) { return plain.apply(data.train.rows.select(rows).input()); };

  const Rows rows = maker.rows(data.validation);
  EXPECT_EQ(rows.count(), 3);
  EXPECT_TRUE(at::equal(rows.slice(0, 3).input(), given(data.validation.positions)));
  EXPECT_TRUE(at::equal(rows.slice(1, 3).input(), given(at::tensor({3, 5}, at::kLong))));
  EXPECT_EQ(maker.rows(data.train, 2).count(), 2);
  EXPECT_EQ(maker.rows(data.train, 99).count(), 6);

  TrialRandom random(1, at::kCPU);
  const TrialRandom::Use use(random);
  const at::Tensor positions = at::tensor({4, 0}, at::kLong);
  const at::Tensor changed = maker.training(positions).input();
  for (std::int64_t row = 0; row < 2; ++row) {
    EXPECT_GE(found_in(all_moves(given(positions)[row], 2), changed[row]), 0);
  }
}

TEST(InputMakerTest, WithoutMomentsOnlyBytesChange) {
  FitData data;
  data.train.rows = {{at::full({2, 3}, 51, at::kByte), random_numbers({2, 5})}, at::zeros({2}, at::kLong)};
  const Batch batch = InputMaker(data, {}).training(at::tensor({1}, at::kLong));
  EXPECT_TRUE(at::allclose(batch.inputs[0], at::full({1, 3}, 0.2F)));
  EXPECT_TRUE(at::equal(batch.inputs[1], data.train.rows.inputs[1].slice(0, 1, 2)));
}

}  // namespace
}  // namespace pegbox
