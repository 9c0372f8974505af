#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>

#include "bundled.hpp"
#include "contract/contract_spaces.hpp"
#include "contract/simulated_study.hpp"
#include "random_space.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::ThrowsMessage;

using Points = std::multiset<Params::Map>;

constexpr int kNoEnd = 1'000'000;

Params::Map map(const Params& params) { return {params.begin(), params.end()}; }

StrategyContext context(const SearchSpace& space, std::uint64_t seed = 1, std::int64_t points = 0) {
  StrategyContext result;
  result.space = space;
  result.objectives = {{"loss"}};
  result.epochs = 3;
  result.window = 4;
  result.seed = seed;
  result.settings = {{"points", points}};
  return result;
}

std::unique_ptr<Strategy> grid(const StrategyContext& context) { return strategy("grid").create(context); }

SimulatedStudy run(const StrategyContext& context, int moves = kNoEnd, const std::map<int, Params>& foreign = {},
                   const std::function<Fate(int)>& fate = {}) {
  const auto strategy = grid(context);
  SimulatedStudy study(context, fate, foreign);
  study.run(*strategy, moves);
  EXPECT_THAT(study.faults(), IsEmpty());
  return study;
}

Points tried(const SimulatedStudy& study) {
  Points result;
  for (const auto& [number, trial] : study.trials()) result.insert(map(trial.params));
  return result;
}

std::vector<Value> values(const Domain& domain) {
  if (const auto* choice = std::get_if<Choice>(&domain)) return choice->choices;
  if (std::holds_alternative<Boolean>(domain)) return {false, true};
  std::vector<Value> result;
  if (const auto* whole = std::get_if<Integer>(&domain)) {
    for (std::int64_t k = whole->low; k <= whole->high; k += whole->step) result.emplace_back(k);
    return result;
  }
  const auto n = static_cast<double>(cardinality(domain));
  for (double k = 0; k < n; ++k) result.push_back(from_unit(domain, (k + 0.5) / n));
  return result;
}

/// All points of a space, by trying every value of every active hyperparameter.
void enumerate(const SearchSpace& space, std::size_t position, const Params& params, Points& points) {
  if (position == space.size()) {
    points.insert(map(params));
    return;
  }
  const std::size_t index = space.dependency_order()[position];
  if (!space.active(index, params)) {
    enumerate(space, position + 1, params, points);
    return;
  }
  for (const Value& value : values(space[index].domain)) {
    Params more = params;
    more.set(space[index].name, value);
    enumerate(space, position + 1, more, points);
  }
}

Points all_points(const SearchSpace& space) {
  Points points;
  enumerate(space, 0, {}, points);
  return points;
}

TEST(Grid, TriesEachPointOfRandomSpacesOnce) {
  int conditional = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const SearchSpace space = random_space(seed, true);
    const Points expected = all_points(space);
    if (expected.size() > 300) continue;
    const SimulatedStudy study = run(context(space, seed));
    EXPECT_TRUE(study.done());
    EXPECT_EQ(tried(study), expected) << "space " << seed;
    conditional += std::any_of(space.begin(), space.end(), [](const auto& one) { return !one.when.empty(); }) ? 1 : 0;
  }
  EXPECT_GT(conditional, 50);
}

TEST(Grid, TriesEachPointOfAPlainSpaceOnce) {
  const SearchSpace space = {{"flag", Boolean{}}, {"whole", Integer{1, 5}}, {"step", Real{0, 0.7, false, 0.1}}};
  const SimulatedStudy study = run(context(space));
  EXPECT_TRUE(study.done());
  EXPECT_EQ(study.trials().size(), 2U * 5 * 8);
  EXPECT_EQ(tried(study), all_points(space));
}

TEST(Grid, CountsInactiveHyperparametersOnce) {
  const Choice optimizer = {{std::string("adam"), std::string("sgd")}};
  const SearchSpace space = {{"optimizer", optimizer},
                             {"momentum", Integer{0, 9}, {}, {{"optimizer", {std::string("sgd")}}}},
                             {"nesterov", Boolean{}, {}, {at_least("momentum", 5)}}};
  EXPECT_EQ(run(context(space)).trials().size(), 1U + 5 + 5 * 2);
}

TEST(Grid, AnEmptySpaceHasOnePoint) { EXPECT_EQ(run(context({})).trials().size(), 1U); }

TEST(Grid, CutsRealRangesIntoPoints) {
  const SimulatedStudy study = run(context({{"x", Real{-1, 1}}}, 1, 5));
  Points expected;
  for (const double x : {-1.0, -0.5, 0.0, 0.5, 1.0}) expected.insert(Params::Map{{"x", Value(x)}});
  EXPECT_EQ(tried(study), expected);

  const SimulatedStudy in_the_logarithm = run(context({{"rate", Real{1e-4, 1, true}}}, 1, 3));
  std::vector<double> rates;
  for (const auto& [number, trial] : in_the_logarithm.trials()) {
    rates.push_back(trial.params.get<double>("rate"));
  }
  std::sort(rates.begin(), rates.end());
  EXPECT_THAT(rates, testing::Pointwise(testing::DoubleNear(1e-15), {1e-4, 1e-2, 1.0}));
}

TEST(Grid, PointsLeaveStepsAndWholeNumbersAlone) {
  const SearchSpace space = {{"x", Real{0, 1, false, 0.1}}, {"n", Integer{1, 20, true}}, {"one", Real{2, 2}}};
  EXPECT_EQ(run(context(space, 1, 3)).trials().size(), 11U * 20);
}

TEST(Grid, RefusesARealRangeWithoutStep) {
  EXPECT_THAT(
      [] {
        grid(context({{"n", Integer{0, 1}}, {"rate", Real{0, 1}}}));
      },
      ThrowsMessage<StudyError>(
          AllOf(HasSubstr("'rate'"), HasSubstr("step"), HasSubstr("list"), HasSubstr("'points'"))));
  EXPECT_THAT(
      [] {
        grid(context({{"rate", Real{0, 1}}}, 1, 1));
      },
      ThrowsMessage<StudyError>(AllOf(HasSubstr("'points'"), HasSubstr("not 1"))));
  EXPECT_THAT(
      [] {
        grid(context({{"x", Real{1e300, std::nextafter(1e300, 1e301)}}}, 1, 10));
      },
      ThrowsMessage<StudyError>(AllOf(HasSubstr("'x'"), HasSubstr("too narrow"))));
}

TEST(Grid, SettingIsDeclared) {
  const Settings settings = resolve("strategy 'grid'", strategy("grid").settings(), {});
  EXPECT_EQ(settings.get<std::int64_t>("points"), 0);
}

TEST(Grid, ShufflesByTheSeed) {
  const SearchSpace space = {{"n", Integer{0, 99}}};
  const SimulatedStudy one = run(context(space, 1)), two = run(context(space, 2));
  EXPECT_NE(one.moves(), two.moves());
  EXPECT_EQ(tried(one), tried(two));
}

/// Over the seeds each point comes first equally often.
TEST(Grid, OrderIsFair) {
  constexpr int kPoints = 10;
  constexpr int kSeeds = 2000;
  std::vector<double> first(kPoints, 0), second(kPoints, 0);
  for (int seed = 0; seed < kSeeds; ++seed) {
    const auto study = run(context({{"n", Integer{0, kPoints - 1}}}, static_cast<std::uint64_t>(seed)), 2);
    ++first[static_cast<std::size_t>(study.trials().at(0).params.get<std::int64_t>("n"))];
    ++second[static_cast<std::size_t>(study.trials().at(1).params.get<std::int64_t>("n"))];
  }
  for (const auto& counts : {first, second}) {
    double chi_square = 0;
    constexpr double kExpected = kSeeds / static_cast<double>(kPoints);
    for (const double count : counts) chi_square += (count - kExpected) * (count - kExpected) / kExpected;
    EXPECT_LT(chi_square, 27.9);  // 9 degrees of freedom, one in a thousand
  }
}

SearchSpace decimals(int digits) {
  std::vector<Parameter> parameters;
  for (int i = 0; i < digits; ++i) parameters.push_back({"x" + std::to_string(i), Integer{0, 9}});
  return SearchSpace(std::move(parameters));
}

TEST(Grid, WalksThroughAHugeSpace) {
  const Points points = tried(run(context(decimals(12)), 1000));
  EXPECT_EQ(points.size(), 1000U);
  EXPECT_EQ(std::set(points.begin(), points.end()).size(), 1000U);
}

TEST(Grid, RefusesWhatItCannotCount) {
  EXPECT_NO_THROW(grid(context(decimals(18))));
  EXPECT_THAT([] { grid(context(decimals(20))); }, ThrowsMessage<StudyError>(HasSubstr("1e+20 points")));
  EXPECT_THROW(grid(context(decimals(1000))), StudyError);
}

/// Ten branches with six hyperparameters of their own: the product has 10^61 points, the space 10^7.
TEST(Grid, CountsBranchesOneByOne) {
  std::vector<Parameter> parameters = {{"branch", Integer{0, 9}}};
  for (int branch = 0; branch < 10; ++branch) {
    for (int i = 0; i < 6; ++i) {
      const std::string name = "b" + std::to_string(branch) + "_" + std::to_string(i);
      parameters.push_back({name, Integer{0, 9}, {}, {{"branch", {branch}}}});
    }
  }
  const SimulatedStudy study = run(context(SearchSpace(parameters)), 500);
  const Points points = tried(study);
  EXPECT_EQ(std::set(points.begin(), points.end()).size(), 500U);
  std::map<Value, int> branches;
  for (const auto& [number, trial] : study.trials()) ++branches[trial.params.at("branch")];
  ASSERT_EQ(branches.size(), 10U);
  for (const auto& [branch, count] : branches) EXPECT_NEAR(count, 50, 35) << to_string(branch);
}

TEST(Grid, RefusesConditionsThatAreTooEntangled) {
  std::vector<Parameter> parameters;
  const auto name = [](int i) { return "x" + std::to_string(i); };
  for (int i = 0; i < 18; ++i) {
    parameters.push_back({name(i), Boolean{}});
    for (int k = 0; k < i; ++k) {
      parameters.push_back({name(k) + name(i), Boolean{}, {}, {{name(k), {true}}, {name(i), {true}}}});
    }
  }
  EXPECT_THAT([&] { grid(context(SearchSpace(parameters))); }, ThrowsMessage<StudyError>(HasSubstr("too entangled")));
}

TEST(Grid, TakesConditionsOnLargeRanges) {
  const std::int64_t large = 1LL << 50;
  const SearchSpace space = {{"n", Integer{0, large - 1}},
                             {"upper", Boolean{}, {}, {at_least("n", static_cast<double>(large / 2))}},
                             {"exact", Integer{0, 3}, {}, {{"n", {12345}}}}};
  const SimulatedStudy study = run(context(space), 300);
  const Points points = tried(study);
  EXPECT_EQ(std::set(points.begin(), points.end()).size(), 300U);
}

TEST(Grid, PassesOverWhatOthersTry) {
  const SearchSpace space = {{"x", Real{0, 0.7, false, 0.1}}, {"n", Integer{0, 3}}};
  const std::map<int, Params> foreign = {
      {0, space.defaults()}, {1, {{"x", 0.1 + 0.2}, {"n", 0}}}, {5, {{"x", 0.0}, {"n", 2}}}};
  const SimulatedStudy study = run(context(space), kNoEnd, foreign);
  std::set<std::pair<double, std::int64_t>> different;
  for (const auto& [number, trial] : study.trials()) {
    different.emplace(std::round(10 * trial.params.get<double>("x")), trial.params.get<std::int64_t>("n"));
  }
  EXPECT_EQ(different.size(), 32U);
  // Trial 5 was not yet enqueued when the grid may have tried its point, so one point can be there twice.
  EXPECT_LE(study.trials().size(), 33U);
}

TEST(Grid, PassesOverWhatIsRunning) {
  const SearchSpace space = {{"n", Integer{0, 2}}};
  const auto strategy = grid(context(space));
  Trial zero, two;
  zero.params = {{"n", 0}};
  two.params = {{"n", 2}};
  const std::vector<const Trial*> running = {&zero, &two};
  const Move move = strategy->ask({2, running});
  EXPECT_EQ(std::get<Start>(move).params, Params({{"n", 1}}));
}

TEST(Grid, TakesNoNoticeOfPointsBetween) {
  const SearchSpace space = {{"x", Real{0, 1}}};
  const SimulatedStudy study = run(context(space, 1, 5), kNoEnd, {{0, {{"x", 0.1234}}}});
  EXPECT_EQ(study.trials().size(), 6U);
}

TEST(Grid, CountsFailedTrialsAsTried) {
  const SearchSpace space = {{"n", Integer{0, 9}}};
  EXPECT_EQ(run(context(space), kNoEnd, {}, [](int) { return Fate::fails; }).trials().size(), 10U);
}

TEST(Grid, StaysDone) {
  const auto strategy = grid(context({{"n", Integer{0, 0}}}));
  Trial only;
  only.params = {{"n", 0}};
  strategy->tell(only);
  EXPECT_TRUE(std::holds_alternative<Done>(strategy->ask({1, {}})));
  EXPECT_TRUE(std::holds_alternative<Done>(strategy->ask({1, {}})));
}

}  // namespace
}  // namespace pegbox
