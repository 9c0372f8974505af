#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>

#include "bundled.hpp"
#include "contract/simulated_study.hpp"
#include "hand_made.hpp"

namespace pegbox {
namespace {

using testing::AnyOf;
using testing::DoubleEq;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

const SearchSpace kSpace = {{"learning_rate", Real{1e-4, 1e-1, true}},
                            {"batch_size", Choice{{16, 32, 64, 128, 256}}},
                            {"layers", Integer{1, 4}},
                            {"optimizer", Choice{{std::string("sgd"), std::string("adam")}}},
                            {"momentum", Real{0, 0.99}, 0.9, {{"optimizer", {std::string("sgd")}}}}};

StrategyContext pbt(Budget epochs, const Params& settings = {}) {
  StrategyContext context = context_for("pbt", kSpace, epochs, settings);
  context.window = 4;
  return context;
}

SimulatedStudy ran(const StrategyContext& context, int moves, const std::function<Fate(int)>& fate = {},
                   const std::map<int, Params>& foreign = {}) {
  SimulatedStudy study(context, fate, foreign);
  const auto made = strategy("pbt").create(context);
  study.run(*made, moves);
  EXPECT_THAT(study.faults(), IsEmpty());
  return study;
}

/// Four members, one of which is replaced after each step.
const Params kFour = {{"population", 4}, {"interval", 2}};

Trial member(const StrategyContext& context, int number) {
  Trial trial;
  trial.number = number;
  trial.params = context.space.defaults();
  return trial;
}

TEST(Pbt, ReplacesTheWorstByACopyOfTheBest) {
  const StrategyContext context = pbt(20, kFour);
  const auto made = strategy("pbt").create(context);
  const std::vector<double> losses = {0.3, 0.1, 0.4, 0.2};
  std::vector<Trial> running;
  std::vector<const Trial*> pointers;
  for (int i = 0; i < 4; ++i) {
    const Move move = made->ask({i, {}});
    ASSERT_TRUE(std::holds_alternative<Start>(move));
    EXPECT_EQ(std::get<Start>(move).until, 2);
    EXPECT_FALSE(std::get<Start>(move).from);
    if (i == 3) {
      Trial last = member(context, 3);
      last.until = 2;
      const std::vector<const Trial*> one = {&last};
      EXPECT_EQ(describe(made->ask({4, one})), "wait") << "the step is not over";
    }
    tell(*made, context, member(context, i), 2, losses[static_cast<std::size_t>(i)]);
  }
  const Move copy = made->ask({4, {}});
  ASSERT_TRUE(std::holds_alternative<Start>(copy));
  EXPECT_EQ(std::get<Start>(copy).from, 1);
  EXPECT_EQ(std::get<Start>(copy).until, 2) << "a copy counts its own epochs";
  running.reserve(4);
  running.push_back(member(context, 4));
  running.back().until = 2;
  pointers.push_back(&running.back());
  for (const int other : {0, 1, 3}) {
    EXPECT_EQ(describe(made->ask({5, pointers})), "resume " + std::to_string(other) + " until 4");
    running.push_back(member(context, other));
    running.back().until = 4;
    pointers.push_back(&running.back());
  }
  EXPECT_EQ(describe(made->ask({5, pointers})), "wait");
}

/// Each copy of a study with its source as that then was.
std::vector<std::pair<Trial, Trial>> copies(const SimulatedStudy& study) {
  std::vector<std::pair<Trial, Trial>> result;
  for (const auto& [number, trial] : study.trials()) {
    if (trial.from) result.emplace_back(study.trials().at(*trial.from), trial);
  }
  return result;
}

TEST(Pbt, ChangesOnlyWhatLeavesTheNetworkAlone) {
  const auto all = copies(ran(pbt(40), 400));
  ASSERT_GT(all.size(), 40U);
  for (const auto& [source, copy] : all) {
    EXPECT_EQ(source.params.at("layers"), copy.params.at("layers"));
    EXPECT_EQ(source.params.at("optimizer"), copy.params.at("optimizer"));
    EXPECT_EQ(source.params.has("momentum"), copy.params.has("momentum"));
  }
}

TEST(Pbt, PerturbsByAFifthAndToTheNextChoice) {
  const auto all = copies(ran(pbt(40, {{"resample", 0.0}}), 400));
  const std::vector<std::int64_t> sizes = {16, 32, 64, 128, 256};
  int up = 0, down = 0;
  for (const auto& [source, copy] : all) {
    const double before = source.params.get<double>("learning_rate"), after = copy.params.get<double>("learning_rate");
    EXPECT_THAT(after, AnyOf(DoubleEq(std::min(before * 1.2, 0.1)), DoubleEq(std::max(before * 0.8, 1e-4))));
    (after > before ? up : down) += 1;
    const auto place = [&](const Params& params) {
      return std::ranges::find(sizes, params.get<std::int64_t>("batch_size")) - sizes.begin();
    };
    EXPECT_LE(std::abs(place(source.params) - place(copy.params)), 1);
  }
  EXPECT_GT(up, static_cast<int>(all.size()) / 4);
  EXPECT_GT(down, static_cast<int>(all.size()) / 4);
}

TEST(Pbt, DrawsAnewAsOftenAsToldTo) {
  const auto all = copies(ran(pbt(40, {{"resample", 0.25}}), 2000));
  int anew = 0;
  for (const auto& [source, copy] : all) {
    const double ratio = copy.params.get<double>("learning_rate") / source.params.get<double>("learning_rate");
    const bool perturbed = std::abs(ratio - 1.2) < 1e-9 || std::abs(ratio - 0.8) < 1e-9;
    const double after = copy.params.get<double>("learning_rate");
    anew += perturbed || after == 0.1 || after == 1e-4 ? 0 : 1;
  }
  ASSERT_GT(all.size(), 200U);
  EXPECT_NEAR(static_cast<double>(anew) / static_cast<double>(all.size()), 0.25, 0.09);
}

TEST(Pbt, ExploresWhatItIsTold) {
  const auto all = copies(ran(pbt(40, {{"explore", std::string("layers, optimizer")}}), 400));
  bool layers = false, momentum = false;
  for (const auto& [source, copy] : all) {
    EXPECT_EQ(source.params.at("learning_rate"), copy.params.at("learning_rate"));
    layers = layers || source.params.at("layers") != copy.params.at("layers");
    momentum = momentum || source.params.has("momentum") != copy.params.has("momentum");
  }
  EXPECT_TRUE(layers);
  EXPECT_TRUE(momentum) << "conditions follow what changed";
}

TEST(Pbt, RefusesToExploreWhatIsNotThere) {
  const StrategyContext context = pbt(20, {{"explore", std::string("layers,learning_rat")}});
  EXPECT_THAT([&] { strategy("pbt").create(context); },
              ThrowsMessage<StudyError>(testing::AllOf(HasSubstr("'learning_rat'"), HasSubstr("'learning_rate'"))));
}

/// All kinds of domains, at both ends of a range.
TEST(Pbt, StaysInTheDomain) {
  StrategyContext context = context_for(
      "pbt",
      {{"a", Integer{-7, 9, false, 4}},
       {"b", Integer{1, 1000, true}},
       {"c", Real{-1, 1, false, 0.25}},
       {"d", Real{-3, 2}},
       {"e", Boolean{}},
       {"f", Integer{std::numeric_limits<std::int64_t>::max() - 5, std::numeric_limits<std::int64_t>::max()}},
       {"g", Real{2, 2}}},
      30, {{"explore", std::string("a,b,c,d,e,f,g")}, {"perturb", 1.0}});
  context.window = 5;
  std::map<std::string, bool> moved;
  for (const auto& [source, copy] : copies(ran(context, 600))) {
    for (const auto& [name, value] : copy.params) moved[name] = moved[name] || value != source.params.at(name);
  }
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) EXPECT_TRUE(moved[name]) << name;
}

TEST(Pbt, LetsMembersGoOnWhereNoRoomIsLeft) {
  for (const int trials : {1, 3, 4, 5, 6, 9, 40}) {
    for (const int window : {1, 2, 8}) {
      StrategyContext context = pbt(20, kFour);
      context.trials = trials;
      context.window = window;
      const SimulatedStudy study = ran(context, 2000);
      EXPECT_TRUE(study.done());
      EXPECT_EQ(static_cast<int>(study.trials().size()), trials);
      const auto complete =
          std::ranges::count_if(study.trials(), [](const auto& one) { return one.second.state == State::complete; });
      EXPECT_GE(complete, std::min(trials, 4)) << trials << " trials, window " << window;
    }
  }
}

TEST(Pbt, ReplacesFailedMembers) {
  const SimulatedStudy study =
      ran(pbt(20, kFour), 60, [](int trial) { return trial == 1 ? Fate::fails : Fate::reaches; });
  EXPECT_TRUE(study.trials().at(4).from) << "by a copy";
  EXPECT_NE(study.trials().at(4).from, 1);
  EXPECT_FALSE(study.trials().at(5).from && *study.trials().at(5).from == 1);
  const SimulatedStudy none = ran(pbt(20, kFour), 60, [](int) { return Fate::fails; });
  EXPECT_TRUE(copies(none).empty());
  EXPECT_EQ(none.trials().size(), 60U);
}

TEST(Pbt, TakesNoPartInTrialsOfOthers) {
  std::map<int, Params> foreign;
  for (const int trial : {0, 2, 5, 6}) foreign[trial] = kSpace.defaults();
  const SimulatedStudy study = ran(pbt(20, kFour), 200, {}, foreign);
  for (const auto& [source, copy] : copies(study)) EXPECT_FALSE(foreign.contains(source.number));
  EXPECT_GT(copies(study).size(), 10U);
}

/// A place in the population trains step after step, so that networks become older than one trial.
TEST(Pbt, MakesCopiesOfCopies) {
  const SimulatedStudy study = ran(pbt(20, kFour), 400);
  const bool twice = std::ranges::any_of(copies(study), [](const auto& one) { return one.first.from.has_value(); });
  EXPECT_TRUE(twice);
}

/// The points of a grid are six: each is tried once, and where nothing can be copied no more trials begin.
TEST(Pbt, BeginsWhereItsSamplerSays) {
  StrategyContext context = context_for("pbt", {{"a", Choice{{1, 2, 3}}}, {"b", Boolean{}}}, 20,
                                        {{"population", 10}, {"sampler", std::string("grid")}, {"random_part", 0.0}});
  const SimulatedStudy study = ran(context, 500, [](int) { return Fate::fails; });
  EXPECT_TRUE(study.done());
  std::set<std::string> points;
  for (const auto& [number, trial] : study.trials()) points.insert(describe(Start{trial.params, 1}));
  EXPECT_EQ(points.size(), 6U);
  EXPECT_EQ(study.trials().size(), 6U);
}

TEST(Pbt, IsRandomSearchWhereAStepIsTheWholeBudget) {
  const SimulatedStudy study = ran(pbt(5, {{"interval", 5}}), 50);
  EXPECT_TRUE(copies(study).empty());
  for (const auto& [number, trial] : study.trials()) EXPECT_EQ(trial.until, 5);
}

}  // namespace
}  // namespace pegbox
