#include "trainer/fit_data.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "tables.hpp"
#include "tensors.hpp"
#include "trainer/input_maker.hpp"
#include "trainer/option_checks.hpp"
#include "trainer/table_dataset.hpp"

namespace pegbox {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::ThrowsMessage;

using Selected = decltype(FitData::train);  // some of the rows

/// The second column names the row.
Table table(std::size_t rows, bool classes) {
  std::vector<float> inputs;
  std::vector<double> targets;
  Random random(1, 0, "table");
  for (std::size_t i = 0; i < rows; ++i) {
    inputs.push_back(static_cast<float>(100 + 20 * random.normal()));
    inputs.push_back(static_cast<float>(i));
    inputs.push_back(7);
    targets.push_back(classes ? static_cast<double>(i % 4 == 0) : 1000 + 50 * random.normal());
  }
  std::vector<std::string> names;
  if (classes) names = {"no", "yes"};
  return table_of({"a", "row", "constant"}, std::move(inputs), std::move(targets), std::move(names));
}

std::vector<FitData> fits(const Dataset& data, const Division& division) {
  return fits_of(checked(data, division), division);
}

FitData only_fit(const Table& rows, double validation, std::uint64_t seed = 1) {
  return fits(as_dataset(rows), {.validation = validation, .seed = seed}).front();
}

at::Tensor inputs_of(const Selected& part) {
  return part.positions.defined() ? part.rows.input().index_select(0, part.positions) : part.rows.input();
}

at::Tensor targets_of(const Selected& part) {
  return part.positions.defined() ? part.rows.target.index_select(0, part.positions) : part.rows.target;
}

/// Which rows of the table the part has.
std::vector<float> row_names(const Selected& part) { return values(inputs_of(part).select(1, 1)); }

TEST(FitDataTest, StandardizesByTheTrainingPartOnly) {
  const FitData fit = only_fit(table(200, false), 0.25);
  EXPECT_EQ(fit.train.count(), 150);
  EXPECT_EQ(fit.validation.count(), 50);
  const InputMaker maker(fit, {});
  const auto inputs = maker.rows(fit.train).slice(0, 150).input().to(at::kDouble);
  for (const int column : {0, 1}) {
    EXPECT_NEAR(inputs.select(1, column).mean().item<double>(), 0, 1e-5);
    EXPECT_NEAR(inputs.select(1, column).std(0, false).item<double>(), 1, 1e-5);
  }
  EXPECT_EQ(inputs.select(1, 2).abs().max().item<double>(), 0) << "a constant column becomes 0";
  const auto held_out = maker.rows(fit.validation).slice(0, 50).input();
  EXPECT_GT(held_out.select(1, 0).mean().abs().item<double>(), 1e-4) << "shifted by the training part";
}

TEST(FitDataTest, StandardizesTargetsByTheTrainingPartOnly) {
  const Table rows = table(200, false);
  const FitData fit = only_fit(rows, 0.25);
  const auto targets = targets_of(fit.train).to(at::kDouble);
  EXPECT_NEAR(targets.mean().item<double>(), 0, 1e-6);
  EXPECT_NEAR(targets.std(0, false).item<double>(), 1, 1e-6);
  ASSERT_EQ(fit.info.target_scale.size(), 1U);
  EXPECT_NEAR(fit.info.target_scale[0], 50, 8);
  // Undone, they are the table's again, but for one shift.
  const auto names = row_names(fit.validation);
  const auto found = values(targets_of(fit.validation));
  const auto raw = [&](std::size_t i) { return targets_in(rows)[static_cast<std::size_t>(names[i])]; };
  for (std::size_t i = 1; i < names.size(); ++i) {
    EXPECT_NEAR((found[i] - found[0]) * fit.info.target_scale[0], raw(i) - raw(0), 1e-3);
  }
}

TEST(FitDataTest, KeepsTheSharesOfTheClasses) {
  const FitData fit = only_fit(table(200, true), 0.2);
  EXPECT_EQ(targets_of(fit.validation).sum().item<std::int64_t>(), 10) << "a quarter of 40";
  EXPECT_EQ(targets_of(fit.train).sum().item<std::int64_t>(), 40);
}

TEST(FitDataTest, WeighsClassesByTheirTrainingRows) {
  const FitData fit = only_fit(table(200, true), 0.2);
  const auto weights = values(fit.class_weights);
  ASSERT_EQ(weights.size(), 2U);
  EXPECT_FLOAT_EQ(weights[0], 160.0F / (2 * 120));
  EXPECT_FLOAT_EQ(weights[1], 160.0F / (2 * 40));
  EXPECT_FALSE(only_fit(table(200, false), 0.2).class_weights.defined());
}

TEST(FitDataTest, AShapeChangesNoNumber) {
  const Table flat = table(40, true);
  Table image = flat;
  image.shape = {3, 1, 1};
  EXPECT_EQ(as_dataset(flat).info.input_shape, std::vector<std::int64_t>{3});
  const FitData fit = only_fit(image, 0.25);
  EXPECT_EQ(fit.info.input_shape, image.shape);
  EXPECT_EQ(inputs_of(fit.train).sizes(), (std::vector<std::int64_t>{30, 3, 1, 1}));
  EXPECT_TRUE(at::equal(inputs_of(fit.train).flatten(1), inputs_of(only_fit(flat, 0.25).train)));
}

TEST(FitDataTest, TheSeedMakesTheSplit) {
  const auto rows = [](std::uint64_t seed) { return row_names(only_fit(table(60, true), 0.2, seed).validation); };
  EXPECT_EQ(rows(1), rows(1));
  EXPECT_NE(rows(1), rows(2));
}

/// How often each row is in the parts.
std::vector<int> times_in(const std::vector<Selected>& parts, std::size_t rows) {
  std::vector<int> times(rows);
  for (const Selected& part : parts) {
    for (const float row : row_names(part)) ++times.at(static_cast<std::size_t>(row));
  }
  return times;
}

std::vector<Selected> validation_parts(const std::vector<FitData>& all, std::size_t begin, std::size_t count) {
  std::vector<Selected> parts;
  for (std::size_t i = begin; i < begin + count; ++i) parts.push_back(all[i].validation);
  return parts;
}

TEST(FitDataTest, EachRepeatValidatesOnEachRowOnce) {
  const std::vector<FitData> all =
      fits(as_dataset(table(60, true)), {.validation = 0.9, .folds = 3, .repeats = 2, .seed = 1});
  ASSERT_EQ(all.size(), 6U);
  EXPECT_THAT(times_in(validation_parts(all, 0, 3), 60), Each(1));
  EXPECT_THAT(times_in(validation_parts(all, 3, 3), 60), Each(1));
  EXPECT_NE(row_names(all[0].validation), row_names(all[3].validation));
  for (const FitData& fit : all) {
    EXPECT_THAT(times_in({fit.train, fit.validation}, 60), Each(1));
    EXPECT_TRUE(fit.train.rows.input().is_same(all[0].train.rows.input())) << "rows are shared";
    EXPECT_TRUE(at::equal(fit.moments[0].mean, measured(inputs_of(fit.train), {}).mean));
  }
}

TEST(FitDataTest, RepeatsWithoutFoldsDivideAnew) {
  const std::vector<FitData> all = fits(as_dataset(table(60, true)), {.repeats = 3, .seed = 1});
  ASSERT_EQ(all.size(), 3U);
  std::set<std::vector<float>> parts;
  for (const FitData& fit : all) parts.insert(row_names(fit.validation));
  EXPECT_EQ(parts.size(), 3U);
  EXPECT_EQ(row_names(all[0].validation), row_names(only_fit(table(60, true), 0.2).validation));
}

TEST(FitDataTest, NoFitSeesTheTestPart) {
  const Division division{.folds = 3, .repeats = 2, .test = 0.25, .seed = 1};
  const std::vector<FitData> all = fits(as_dataset(table(80, true)), division);
  for (const FitData& fit : all) {
    EXPECT_EQ(fit.test.count(), 20);
    EXPECT_EQ(targets_of(fit.test).sum().item<std::int64_t>(), 5) << "classes in proportion";
    EXPECT_EQ(row_names(fit.test), row_names(all[0].test));
    EXPECT_THAT(times_in({fit.train, fit.validation, fit.test}, 80), Each(1));
  }
}

TEST(FitDataTest, TestTargetsAreInTheUnitOfTheFit) {
  const Table rows = table(80, false);
  const FitData fit = fits(as_dataset(rows), {.test = 0.25, .seed = 1}).front();
  const auto names = row_names(fit.test);
  const auto found = values(targets_of(fit.test));
  const auto first = row_names(fit.train)[0];
  const float wanted = values(targets_of(fit.train))[0];
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double apart =
        targets_in(rows)[static_cast<std::size_t>(names[i])] - targets_in(rows)[static_cast<std::size_t>(first)];
    EXPECT_NEAR((found[i] - wanted) * fit.info.target_scale[0], apart, 1e-3);
  }
}

Dataset with_groups(std::size_t rows, std::int64_t groups) {
  Dataset data = as_dataset(table(rows, true));
  data.groups = at::arange(static_cast<std::int64_t>(rows)).remainder(groups);
  return data;
}

TEST(FitDataTest, GroupsStayWholeInAllParts) {
  for (const FitData& fit : fits(with_groups(120, 20), {.folds = 3, .test = 0.2, .seed = 1})) {
    std::set<int> groups;
    std::size_t sum = 0;
    for (const Selected& part : {fit.train, fit.validation, fit.test}) {
      std::set<int> here;
      for (const float row : row_names(part)) here.insert(static_cast<int>(row) % 20);
      sum += here.size();
      groups.merge(here);
    }
    EXPECT_EQ(sum, 20U) << "no group is in two parts";
    EXPECT_EQ(groups.size(), 20U);
  }
}

TEST(FitDataTest, AValidationPartOfItsOwnIsUsed) {
  Dataset data = as_dataset(table(60, true));
  data.validation = data.train.slice(50, 60);
  data.train = data.train.slice(0, 50);
  const std::vector<FitData> all = fits(data, {.repeats = 2});
  ASSERT_EQ(all.size(), 2U);
  for (const FitData& fit : all) {
    EXPECT_EQ(fit.train.count(), 50);
    EXPECT_EQ(fit.validation.count(), 10);
  }
  EXPECT_THAT([&] { fits(data, {.folds = 5}); },
              ThrowsMessage<StudyError>("the data has a validation part of its own, so it cannot be cross-validated; "
                                        "leave 'folds' out"));
}

TEST(FitDataTest, ATestPartOfItsOwnIsUsed) {
  Dataset data = as_dataset(table(60, true));
  data.test = data.train.slice(50, 60);
  data.train = data.train.slice(0, 50);
  EXPECT_EQ(fits(data, {}).front().test.count(), 10);
  EXPECT_THAT([&] { fits(data, {.test = 0.1}); },
              ThrowsMessage<StudyError>("the data has a test part of its own (10 rows); leave 'test' out"));
}

TEST(FitDataTest, TheWholeHasAllRows) {
  Dataset data = as_dataset(table(60, false));
  data.validation = data.train.slice(50, 55);
  data.test = data.train.slice(55, 60);
  data.train = data.train.slice(0, 50);
  const FitData fit = whole(data);
  EXPECT_EQ(fit.train.count(), 60);
  EXPECT_EQ(fit.validation.count(), 0);
  EXPECT_THAT(times_in({fit.train}, 60), Each(1));
  EXPECT_NEAR(targets_of(fit.train).to(at::kDouble).mean().item<double>(), 0, 1e-6);
}

TEST(FitDataTest, RefusesAClassThatIsTooRareForTheFolds) {
  Table rows = table(40, true);
  for (double& target : targets_in(rows)) target = 0;
  targets_in(rows)[3] = 1;
  EXPECT_THAT([&] { fits(as_dataset(rows), {.folds = 5}); },
              ThrowsMessage<StudyError>("class 'yes' has 1 row, fewer than the 5 folds; say fewer 'folds'"));
}

TEST(FitDataTest, RefusesWhatCannotBeTrainedOn) {
  const auto refused = [](auto&& change) {
    Dataset data = as_dataset(table(20, true));
    change(data);
    return [data] { checked(data, {}); };
  };
  EXPECT_THAT(refused([](Dataset& d) { d.train.target = d.train.target.slice(0, 0, 5); }),
              ThrowsMessage<StudyError>(HasSubstr("targets are not one for each row")));
  EXPECT_THAT(refused([](Dataset& d) { d.info.outputs = 1; }), ThrowsMessage<StudyError>(HasSubstr("must be in 0..0")));
  EXPECT_THAT(refused([](Dataset& d) { d.train.target = d.train.target.to(at::kFloat); }),
              ThrowsMessage<StudyError>(HasSubstr("of type long")));
  EXPECT_THAT(refused([](Dataset& d) { d.train.inputs.push_back(at::ones({3})); }),
              ThrowsMessage<StudyError>(HasSubstr("different numbers of rows")));
  EXPECT_THAT(refused([](Dataset& d) { d.train.inputs.clear(); }), ThrowsMessage<StudyError>(HasSubstr("no rows")));
  EXPECT_THAT(refused([](Dataset& d) {
                d.test = {{at::ones({2, 4})}, at::zeros({2}, at::kLong)};
              }),
              ThrowsMessage<StudyError>("the test data: a row has the shape [4], but a training row [3]"));
  for (const at::Tensor& groups : {at::arange(19), at::arange(20).to(at::kInt), at::arange(20).reshape({20, 1})}) {
    EXPECT_THAT(refused([&](Dataset& d) { d.groups = groups; }),
                ThrowsMessage<StudyError>(HasSubstr("groups must be a tensor of type long")));
  }
}

TEST(FitDataTest, RefusesTargetsThatAreNoNumbers) {
  Dataset data = as_dataset(table(20, false));
  data.train.target[3] = NAN;
  EXPECT_THAT([&] { checked(data, {}); },
              ThrowsMessage<StudyError>("the training data: a target is not a finite number"));
  data.train.target = at::ones({20, 2});
  EXPECT_THAT([&] { checked(data, {}); }, ThrowsMessage<StudyError>(HasSubstr("of shape [rows, 1], not [20, 2]")));
}

TEST(OptionChecksTest, NumbersThatMeanNothingAreRefused) {
  const Dataset data = as_dataset(table_of({"a"}, {1, 2, 3, 4}, {0.5, 1.5, 2.5, 3.5}, {}));
  const auto refused = [&](const char* name, double low, double high) {
    return [&data, name, low, high] { check_options({{name, Real{low, high}}}, data); };
  };
  EXPECT_THAT(refused("momentum", 0.5, 1),
              ThrowsMessage<StudyError>(HasSubstr("'momentum' must be at least 0 and below 1, but the study has 1")));
  EXPECT_THAT(refused("warmup", -0.1, 0.5), ThrowsMessage<StudyError>(HasSubstr("but the study has -0.1")));
  EXPECT_THAT(refused("decay_factor", 0.5, 1.5), ThrowsMessage<StudyError>(HasSubstr("at least 0 and at most 1")));
  EXPECT_THAT(refused("clip_norm", -1, 1), ThrowsMessage<StudyError>(HasSubstr("'clip_norm' must be at least 0, but")));
  EXPECT_NO_THROW(refused("decay_factor", 0.5, 1)());
  EXPECT_NO_THROW(refused("clip_norm", 0, 1e6)());
  EXPECT_THAT(
      [&] {
        check_options({{"batch_size", Choice{{0, 16}}}}, data);
      },
      ThrowsMessage<StudyError>(HasSubstr("'batch_size' must be at least 1, but the study has 0")));
}

}  // namespace
}  // namespace pegbox
