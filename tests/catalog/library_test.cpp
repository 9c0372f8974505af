#include "catalog/library.hpp"

#include <thread>
#include <vector>

#include <pegbox/error.hpp>

#include "catalog/catalog.hpp"
#include "fixtures.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

PluginFile plugin(const std::string& kind, const std::string& name) { return Catalog({kBroken}).find(kind, name); }

/// Of a plug-in that does not exist.
PluginFile stand_in(const std::string& kind, const std::string& name) {
  PluginFile file{name + ".so", {}};
  file.stamp.kind = kind;
  file.stamp.name = name;
  return file;
}

StrategyContext context_for(const StrategyPlugin& table) {
  StrategyContext context;
  context.space = SearchSpace({Parameter{"x", Real{0, 1}, 0.25}});
  context.objectives = {{"loss"}};
  context.epochs = 7;
  context.settings = resolve("strategy", table.settings(), {{"count", std::int64_t{2}}});
  return context;
}

std::string study_error_of(const PluginFile& file, const StrategyContext& context) {
  try {
    call_plugin(file, [&] { return load_strategy(file).create(context); });
  } catch (const StudyError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no StudyError";
  return {};
}

TEST(LibraryTest, StrategyIsMadeAndAsked) {
  const PluginFile file = plugin("strategy", "good");
  const StrategyPlugin& table = load_strategy(file);
  const auto settings = call_plugin(file, [&] { return table.settings(); });
  ASSERT_EQ(settings.size(), 1U);
  EXPECT_EQ(settings[0].name, "count");

  const auto strategy = call_plugin(file, [&] { return table.create(context_for(table)); });
  const Turn turn{0, {}};
  for (int i = 0; i < 2; ++i) {
    const Move move = strategy->ask(turn);
    ASSERT_TRUE(std::holds_alternative<Start>(move));
    EXPECT_EQ(std::get<Start>(move).params, (Params{{"x", 0.25}}));
    EXPECT_EQ(std::get<Start>(move).until, 7);
  }
  EXPECT_TRUE(std::holds_alternative<Done>(strategy->ask(turn)));
}

TEST(LibraryTest, PrunerIsMadeAndAsked) {
  const PluginFile file = plugin("pruner", "good_pruner");
  const auto pruner = load_pruner(file).create({{{"loss"}}, 9, {}});
  Trial trial;
  trial.reports = {{1, {{"loss", 1.0}}}};
  EXPECT_TRUE(pruner->keep(trial, {}));
  trial.reports.push_back({2, {{"loss", 0.5}}});
  EXPECT_FALSE(pruner->keep(trial, {}));
}

TEST(LibraryTest, ModelDescribesItself) {
  const PluginFile file = plugin("model", "throwing_model");
  const ModelDescription description = load_model(file).describe({});
  EXPECT_TRUE(description.open);
  EXPECT_TRUE(description.space.find("width"));
}

TEST(LibraryTest, OneFileIsLoadedOnce) {
  PluginFile file = plugin("strategy", "good");
  const StrategyPlugin* const table = &load_strategy(file);
  file.path = kBroken / "twins" / ".." / "good.so";
  EXPECT_EQ(&load_strategy(file), table);
  file.path = std::filesystem::relative(broken("good"));
  EXPECT_EQ(&load_strategy(file), table);

  const PluginFile first{kBroken / "twins" / "first" / "twin.so", *read_stamp(kBroken / "twins" / "first" / "twin.so")};
  PluginFile second = first;
  second.path = kBroken / "twins" / "second" / "twin.so";
  EXPECT_NE(&load_strategy(first), &load_strategy(second));
}

TEST(LibraryTest, LoadsFromSeveralThreads) {
  const std::vector<std::string> names{"good", "wrong_kind", "throwing_factory", "foreign_throw"};
  std::vector<const StrategyPlugin*> tables(8);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < tables.size(); ++i) {
      threads.emplace_back([&, i] { tables[i] = &load_strategy(plugin("strategy", names[i % names.size()])); });
    }
  }
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(tables[i], tables[i + names.size()]);
}

TEST(LibraryTest, RefusesWhatDoesNotLoad) {
  const PluginFile missing = plugin("strategy", "missing_symbol");
  EXPECT_EQ(refusal_of([&] { load_strategy(missing); }), "strategy 'missing_symbol' (" + missing.path.string() +
                                                             ") cannot be loaded: it does not export pegbox_strategy");
  const PluginFile undefined = plugin("strategy", "undefined_symbol");
  EXPECT_EQ(refusal_of([&] { load_strategy(undefined); }),
            "strategy 'undefined_symbol' (" + undefined.path.string() +
                ") cannot be loaded: undefined symbol: nobody_defines_this");
  PluginFile gone = plugin("strategy", "good");
  gone.path = broken("nowhere");
  EXPECT_THAT(refusal_of([&] { load_strategy(gone); }), HasSubstr("cannot be loaded: No such file"));
  const PluginFile strategy = plugin("strategy", "good");
  EXPECT_THAT(refusal_of([&] { load_model(strategy); }), HasSubstr("cannot be loaded: it is not a model"));
}

TEST(LibraryTest, HostSymbol) {
  EXPECT_EQ(host_symbol(broken("good"), "pegbox_strategy"), &load_strategy(plugin("strategy", "good")));
  EXPECT_EQ(refusal_of([] { host_symbol(broken("no_stamp"), "question"); }),
            broken("no_stamp").string() + " cannot be loaded: it does not export question");
  EXPECT_THAT(refusal_of([] { host_symbol(broken("undefined_symbol"), "pegbox_strategy"); }),
              HasSubstr("undefined symbol: nobody_defines_this"));
  EXPECT_THAT(refusal_of([] { host_symbol(broken("not_elf"), "any"); }),
              AllOf(StartsWith(broken("not_elf").string() + " cannot be loaded: "), HasSubstr("invalid ELF header")));
}

TEST(CallPluginTest, GivesTheResultOn) {
  const PluginFile file = stand_in("pruner", "x");
  EXPECT_EQ(call_plugin(file, [] { return 7; }), 7);
}

TEST(CallPluginTest, ExceptionsNameThePlugin) {
  const PluginFile unlucky = plugin("strategy", "throwing_factory");
  EXPECT_EQ(refusal_of([&] { call_plugin(unlucky, [&] { return load_strategy(unlucky).create({}); }); }),
            "strategy 'throwing_factory' (" + unlucky.path.string() + ") threw at start: no luck");
  const PluginFile rude = plugin("strategy", "foreign_throw");
  EXPECT_EQ(refusal_of([&] { call_plugin(rude, [&] { return load_strategy(rude).create({}); }); }),
            "strategy 'foreign_throw' (" + rude.path.string() + ") threw at start: something that is not an exception");
}

TEST(CallPluginTest, StudyErrorPassesWithThePluginInFront) {
  const PluginFile file = plugin("strategy", "good");
  StrategyContext context = context_for(load_strategy(file));
  context.objectives = {{"loss"}, {"accuracy"}};
  EXPECT_EQ(study_error_of(file, context), "strategy 'good': it takes one objective");
}

TEST(CallPluginTest, OwnNameIsNotSaidTwice) {
  const PluginFile file = stand_in("pruner", "x");
  try {
    call_plugin(file, [] { throw StudyError("pruner 'x': unknown setting 'y'"); });
    FAIL();
  } catch (const StudyError& error) {
    EXPECT_STREQ(error.what(), "pruner 'x': unknown setting 'y'");
  }
}

TEST(CallPluginTest, PluginErrorOfAnotherPluginPasses) {
  const PluginFile file = stand_in("strategy", "x");
  EXPECT_EQ(refusal_of([&] { call_plugin(file, [] { throw PluginError("no strategy 'y'"); }); }), "no strategy 'y'");
}

}  // namespace
}  // namespace pegbox
