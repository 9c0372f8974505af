#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fault.hpp"
#include "study/study.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;

Value whole(std::int64_t number) { return number; }
Value word(const std::string& text) { return text; }

std::vector<Value> wholes(std::initializer_list<std::int64_t> numbers) { return {numbers.begin(), numbers.end()}; }
std::vector<Value> reals(std::initializer_list<double> numbers) { return {numbers.begin(), numbers.end()}; }
std::vector<Value> words(std::initializer_list<std::string> texts) { return {texts.begin(), texts.end()}; }

SearchSpace base() {
  return {{"learning_rate", Real{1e-5, 1, true}, 0.001},
          {"dropout", Real{0, 0.5, false, 0.125}, 0.25},
          {"layers", Integer{1, 8}, whole(3)},
          {"width", Integer{8, 256, true}},
          {"units", Integer{10, 50, false, 10}, whole(40)},
          {"batch_size", Choice{wholes({16, 32, 64, 128})}, whole(64)},
          {"scale", Choice{reals({0.5, 1, 2})}},
          {"optimizer", Choice{words({"sgd", "adam", "rmsprop"})}, word("adam")},
          {"momentum", Real{0, 0.99}, 0.9, {{"optimizer", words({"sgd", "rmsprop"})}}},
          {"nesterov", Boolean{}, true, {{"optimizer", words({"sgd"})}}},
          {"dampening", Real{0, 1}, 0.0, {{"nesterov", {false}}}},
          {"norm", Boolean{}, false},
          {"second", Integer{1, 4}, {}, {at_least("layers", 2)}},
          {"warmup", Integer{0, 5}, {}, {{"units", {}, 35, 45}}}};
}

SearchSpace merged(const std::string& section, bool open = false) {
  return merged_space(base(), open, parse_document(section, "s.yaml"));
}

std::string fault_in(const std::string& section, bool open = false) {
  return fault_of([&] { merged(section, open); });
}

const Parameter& parameter(const SearchSpace& space, const std::string& name) {
  return space[space.find(name).value()];
}

/// The one parameter that the section speaks of.
Parameter entry(const std::string& name, const std::string& text, bool open = false) {
  return parameter(merged(name + ": " + text + "\n", open), name);
}

Domain domain(const std::string& name, const std::string& text) { return entry(name, text).domain; }
std::optional<Value> initial(const std::string& name, const std::string& text) { return entry(name, text).initial; }

TEST(Space, IsTheBaseWhereNothingIsSaid) {
  EXPECT_EQ(merged_space(base(), false, Node{}), base());
  EXPECT_EQ(merged("{}\n"), base());
  EXPECT_EQ(merged("layers: {}\n"), base());
}

TEST(Space, NarrowsAndWidensRanges) {
  EXPECT_EQ(domain("learning_rate", "{high: 0.1}"), Domain(Real{1e-5, 0.1, true}));
  EXPECT_EQ(domain("learning_rate", "{low: 1e-4, high: 1e-1, log: true, default: 1e-3}"),
            Domain(Real{1e-4, 0.1, true}));
  EXPECT_EQ(domain("learning_rate", "{low: 0, high: 2, log: false}"), Domain(Real{0, 2}));
  EXPECT_EQ(domain("learning_rate", "{high: 10}"), Domain(Real{1e-5, 10, true}));
  EXPECT_EQ(domain("dropout", "{high: 0.25}"), Domain(Real{0, 0.25, false, 0.125}));
  EXPECT_EQ(domain("dropout", "{step: 0}"), Domain(Real{0, 0.5}));
  EXPECT_EQ(domain("layers", "{high: 6}"), Domain(Integer{1, 6}));
  EXPECT_EQ(domain("layers", "{high: 20}"), Domain(Integer{1, 20}));
  EXPECT_EQ(domain("layers", "{type: int, low: 1, high: 4}"), Domain(Integer{1, 4}));
  EXPECT_EQ(domain("layers", "{high: 4.0}"), Domain(Integer{1, 4}));
  EXPECT_EQ(domain("width", "{low: 16}"), Domain(Integer{16, 256, true}));
  EXPECT_EQ(domain("width", "{log: false, step: 8}"), Domain(Integer{8, 256, false, 8}));
  EXPECT_EQ(domain("momentum", "{low: 0.5}"), Domain(Real{0.5, 0.99}));
}

TEST(Space, KeepsConditionsOfNarrowedParameters) {
  EXPECT_EQ(entry("momentum", "{low: 0.5}").when, parameter(base(), "momentum").when);
  EXPECT_EQ(entry("second", "2").when, parameter(base(), "second").when);
}

TEST(Space, KeepsTheOrderOfTheBase) {
  const SearchSpace space = merged("norm: true\nzeta: 1\nlayers: 2\nalpha: 2\n", true);
  ASSERT_EQ(space.size(), base().size() + 2);
  for (std::size_t i = 0; i < base().size(); ++i) EXPECT_EQ(space[i].name, base()[i].name);
  EXPECT_EQ(space[base().size()].name, "zeta");
  EXPECT_EQ(space[base().size() + 1].name, "alpha");
}

TEST(Space, MovesDefaultsToTheNearestValue) {
  EXPECT_EQ(initial("learning_rate", "{high: 0.1}"), Value(0.001));
  EXPECT_EQ(initial("learning_rate", "{low: 0.01}"), Value(0.01));
  EXPECT_EQ(initial("learning_rate", "{high: 1e-4}"), Value(1e-4));
  EXPECT_EQ(initial("layers", "{low: 5}"), whole(5));
  EXPECT_EQ(initial("layers", "{high: 2}"), whole(2));
  EXPECT_EQ(initial("layers", "{step: 3}"), whole(4));  // 1, 4, 7
  EXPECT_EQ(initial("dropout", "{low: 0.375}"), Value(0.375));
  EXPECT_EQ(initial("dropout", "{step: 0.1875}"), Value(0.1875));  // 0, 0.1875, 0.375
  EXPECT_EQ(initial("units", "{high: 35}"), whole(30));            // 10, 20, 30
  EXPECT_EQ(initial("units", "{step: 15}"), whole(40));            // 10, 25, 40
  EXPECT_EQ(initial("units", "{low: 12, high: 42}"), whole(42));   // 12, 22, 32, 42
  EXPECT_EQ(initial("units", "{low: 14, high: 54}"), whole(44));   // 14, 24, 34, 44, 54
  EXPECT_EQ(initial("width", "{high: 64}"), std::nullopt);         // the middle, as before
}

TEST(Space, TakesDefaultsFromTheFile) {
  EXPECT_EQ(initial("learning_rate", "{default: 0.01}"), Value(0.01));
  EXPECT_EQ(initial("learning_rate", "{default: 1}"), Value(1.0));
  EXPECT_EQ(initial("layers", "{high: 6, default: 6}"), whole(6));
  EXPECT_EQ(initial("optimizer", "{default: sgd}"), word("sgd"));
  EXPECT_EQ(initial("optimizer", "{choices: [sgd, adam], default: sgd}"), word("sgd"));
  EXPECT_EQ(initial("norm", "{default: true}"), Value(true));
  EXPECT_THAT(fault_in("layers: {high: 4, default: 5}"), mistake_at("s.yaml:1:28", "its default 5 is outside 1..4"));
  EXPECT_THAT(fault_in("optimizer: {choices: [sgd], default: adam}"),
              mistake_at("s.yaml:1:38", "adam is not one of sgd"));
  EXPECT_THAT(fault_in("norm: {default: 1}"), mistake_at("s.yaml:1:17", "its default 1 is neither"));
  EXPECT_THAT(fault_in("dropout: {default: 0.2}"), mistake_at("s.yaml:1:20", "off the step"));
}

TEST(Space, NarrowsChoices) {
  EXPECT_EQ(domain("optimizer", "[rmsprop, sgd]"), Domain(Choice{words({"rmsprop", "sgd"})}));
  EXPECT_EQ(domain("optimizer", "{choices: [sgd]}"), Domain(Choice{words({"sgd"})}));
  EXPECT_EQ(domain("optimizer", "{type: choice, choices: [sgd, adam]}"), Domain(Choice{words({"sgd", "adam"})}));
  EXPECT_EQ(domain("batch_size", "[32, 64.0]"), Domain(Choice{wholes({32, 64})}));
  EXPECT_EQ(domain("scale", "[1, 2]"), Domain(Choice{reals({1, 2})}));
  EXPECT_EQ(initial("optimizer", "[rmsprop, adam]"), word("adam"));
  EXPECT_EQ(initial("optimizer", "[rmsprop, sgd]"), std::nullopt);
  EXPECT_EQ(initial("scale", "[2, 0.5]"), Value(0.5));  // the base's, its first
  EXPECT_EQ(initial("batch_size", "[128, 64]"), whole(64));
}

TEST(Space, RefusesChoicesThatTheBaseLacks) {
  EXPECT_THAT(fault_in("optimizer: [sgd, lion]"), mistake_at("s.yaml:1:18", "'optimizer'"));
  EXPECT_THAT(fault_in("optimizer: [sgd, lion]"), HasSubstr("lion is not one of sgd, adam, rmsprop"));
  EXPECT_THAT(fault_in("optimizer: 5"), mistake_at("s.yaml:1:12", "5 is not one of sgd, adam, rmsprop"));
  EXPECT_THAT(fault_in("batch_size: ['16']"), mistake_at("s.yaml:1:14", "16 is not a whole number"));
}

TEST(Space, MakesChoicesOfNumbers) {
  EXPECT_EQ(domain("layers", "[1, 2.0, 100]"), Domain(Choice{wholes({1, 2, 100})}));
  EXPECT_EQ(domain("learning_rate", "[1, 0.001]"), Domain(Choice{reals({1, 0.001})}));
  EXPECT_EQ(domain("layers", "{type: int, choices: [2, 4]}"), Domain(Choice{wholes({2, 4})}));
  EXPECT_EQ(initial("learning_rate", "[1, 0.001]"), Value(0.001));
  EXPECT_EQ(initial("learning_rate", "[1, 0.1]"), std::nullopt);
  EXPECT_EQ(initial("layers", "[4, 3]"), whole(3));
  EXPECT_THAT(fault_in("layers: [1, 2.5]"), mistake_at("s.yaml:1:13", "integer 1..8, but 2.5 is not a whole number"));
  EXPECT_THAT(fault_in("layers: [1, many]"), mistake_at("s.yaml:1:13", "many is not a whole number"));
  EXPECT_THAT(fault_in("learning_rate: [small, large]"), mistake_at("s.yaml:1:17", "small is not a number"));
  EXPECT_THAT(fault_in("learning_rate: [0.1, true]"), mistake_at("s.yaml:1:22", "true is not a number"));
}

TEST(Space, FixesValues) {
  EXPECT_EQ(domain("learning_rate", "5"), Domain(Real{5, 5}));
  EXPECT_EQ(initial("learning_rate", "5"), Value(5.0));
  EXPECT_EQ(domain("learning_rate", "-1"), Domain(Real{-1, -1}));
  EXPECT_EQ(domain("dropout", "0.3"), Domain(Real{0.3, 0.3}));
  EXPECT_EQ(domain("layers", "12"), Domain(Integer{12, 12}));
  EXPECT_EQ(initial("layers", "12"), whole(12));
  EXPECT_EQ(domain("optimizer", "sgd"), Domain(Choice{words({"sgd"})}));
  EXPECT_EQ(domain("batch_size", "32"), Domain(Integer{32, 32}));
  EXPECT_EQ(domain("norm", "true"), Domain(Choice{{true}}));
  EXPECT_THAT(fault_in("layers: 2.5"), mistake_at("s.yaml:1:9", "2.5 is not a whole number"));
  EXPECT_THAT(fault_in("layers: two"), mistake_at("s.yaml:1:9", "two is not a whole number"));
  EXPECT_THAT(fault_in("norm: yes"), mistake_at("s.yaml:1:7", "yes is neither true nor false"));
  EXPECT_THAT(fault_in("norm: 1"), mistake_at("s.yaml:1:7", "1 is neither true nor false"));
  EXPECT_THAT(fault_in("layers:"), mistake_at("s.yaml:1:1", "has no value"));
}

TEST(Space, NarrowsBooleans) {
  EXPECT_EQ(domain("norm", "[true, false]"), Domain(Boolean{}));
  EXPECT_EQ(initial("norm", "[true, false]"), Value(false));
  EXPECT_EQ(domain("norm", "[true]"), Domain(Choice{{true}}));
  EXPECT_EQ(initial("norm", "[true]"), std::nullopt);
  EXPECT_EQ(domain("norm", "{type: boolean}"), Domain(Boolean{}));
  EXPECT_THAT(fault_in("norm: [true, 0]"), mistake_at("s.yaml:1:14", "0 is neither true nor false"));
  EXPECT_THAT(fault_in("norm: [true, true]"), mistake_at("s.yaml:1:7", "twice"));
}

TEST(Space, RefusesImpossibleRanges) {
  EXPECT_THAT(fault_in("# c\nlayers: {low: 5, high: 4}"), mistake_at("s.yaml:2:9", "'layers': low 5 is above high 4"));
  EXPECT_THAT(fault_in("layers: {low: 9}"), mistake_at("s.yaml:1:9", "low 9 is above high 8"));
  EXPECT_THAT(fault_in("learning_rate: {low: 0}"), mistake_at("s.yaml:1:16", "log needs low above 0, not 0"));
  EXPECT_THAT(fault_in("width: {low: 0}"), mistake_at("s.yaml:1:8", "log needs low of 1 or more, not 0"));
  EXPECT_THAT(fault_in("units: {high: 15}"), mistake_at("s.yaml:1:8", "step 10 is larger than the range 10..15"));
  EXPECT_THAT(fault_in("units: {log: true}"), mistake_at("s.yaml:1:8", "log and step exclude each other"));
  EXPECT_THAT(fault_in("layers: {step: 0}"), mistake_at("s.yaml:1:9", "step must be 1 or more"));
  EXPECT_THAT(fault_in("dropout: {step: -1}"), mistake_at("s.yaml:1:10", "step must be above 0"));
  EXPECT_THAT(fault_in("learning_rate: {high: 1e400}"), mistake_at("s.yaml:1:23", "1e400 is out of the range"));
  EXPECT_THAT(fault_in("learning_rate: {low: nan}"), mistake_at("s.yaml:1:22", "not a finite number"));
  EXPECT_THAT(fault_in("layers: {high: 2.5}"), mistake_at("s.yaml:1:16", "2.5 is not a whole number"));
}

TEST(Space, RefusesImpossibleChoices) {
  EXPECT_THAT(fault_in("optimizer: []"), mistake_at("s.yaml:1:12", "list is empty"));
  EXPECT_THAT(fault_in("optimizer: {choices: []}"), mistake_at("s.yaml:1:22", "list is empty"));
  EXPECT_THAT(fault_in("optimizer: {choices: sgd}"), mistake_at("s.yaml:1:22", "list of values, not sgd"));
  EXPECT_THAT(fault_in("optimizer: [sgd, sgd]"), mistake_at("s.yaml:1:12", "choice sgd stands there twice"));
  EXPECT_THAT(fault_in("optimizer: [sgd, [adam]]"), mistake_at("s.yaml:1:18", "not a list"));
  EXPECT_THAT(fault_in("optimizer: [sgd, ~]"), mistake_at("s.yaml:1:18", "not nothing"));
  EXPECT_THAT(fault_in("x: [1, two]", true), mistake_at("s.yaml:1:4", "different kinds: 1 and two"));
  std::string many = "x: [0";
  for (int i = 1; i <= 1000; ++i) many += "," + std::to_string(i);
  EXPECT_THAT(fault_in(many + "]", true), mistake_at("s.yaml:1:4", "more than 1000 values"));
}

TEST(Space, TakesOtherNumbersThanThoseListed) {
  EXPECT_EQ(domain("batch_size", "[8, 16]"), Domain(Choice{wholes({8, 16})}));
  EXPECT_EQ(domain("batch_size", "{high: 512, log: true}"), Domain(Integer{16, 512, true}));
  EXPECT_EQ(initial("batch_size", "{high: 48}"), whole(48));
  EXPECT_EQ(domain("scale", "{low: 0}"), Domain(Real{0, 2}));
  EXPECT_EQ(domain("scale", "[1, 4]"), Domain(Choice{reals({1, 4})}));
}

TEST(Space, RefusesAnotherKind) {
  EXPECT_THAT(fault_in("optimizer: {low: 1, high: 2}"),
              mistake_at("s.yaml:1:13", "it takes a list of these, not a range"));
  EXPECT_THAT(fault_in("norm: {high: 2}"), mistake_at("s.yaml:1:8", "true or false"));
  EXPECT_THAT(fault_in("layers: {type: real}"), mistake_at("s.yaml:1:16", "is integer 1..8, which is of another type"));
  EXPECT_THAT(fault_in("layers: {type: choice}"), mistake_at("s.yaml:1:16", "another type"));
  EXPECT_THAT(fault_in("learning_rate: {type: int, low: 1}"), mistake_at("s.yaml:1:23", "another type"));
  EXPECT_THAT(fault_in("layers: {choices: [1], low: 1}"),
              mistake_at("s.yaml:1:24", "low, high, step and log have no place"));
  EXPECT_THAT(fault_in("layers: {type: float}"), mistake_at("s.yaml:1:16", "real, int, choice or boolean, not float"));
  EXPECT_THAT(fault_in("layers: {low: one}"), mistake_at("s.yaml:1:15", "'low' is a number, not one"));
  EXPECT_THAT(fault_in("layers: {low: [1]}"), mistake_at("s.yaml:1:15", "not a list"));
  EXPECT_THAT(fault_in("layers: {log: 1}"), mistake_at("s.yaml:1:15", "'log' is true or false, not 1"));
  EXPECT_THAT(fault_in("layers: {log: on}"), mistake_at("s.yaml:1:15", "not on"));
}

TEST(Space, NamesTheNearestName) {
  EXPECT_THAT(fault_in("layers: 2\nlerning_rate: 0.1\n"), mistake_at("s.yaml:2:1", "no hyperparameter 'lerning_rate'"));
  EXPECT_THAT(fault_in("lerning_rate: 0.1"), HasSubstr("did you mean 'learning_rate'?"));
  EXPECT_THAT(fault_in("layers: {hihg: 3}"), mistake_at("s.yaml:1:10", "did you mean 'high'?"));
  EXPECT_THAT(fault_in("layers: {high: }"), mistake_at("s.yaml:1:10", "'high' has no value"));
  EXPECT_THAT(fault_in("'': 1", true), mistake_at("s.yaml:1:1", "empty name"));
  EXPECT_THAT(fault_in("? " + std::string(513, 'x') + "\n: 1\n", true), mistake_at("s.yaml:1:3", "512 bytes"));
  EXPECT_THAT(fault_in("\"a\\tb\": 1", true), mistake_at("s.yaml:1:1", "control character"));
  EXPECT_THAT(fault_in("[layers]"), mistake_at("s.yaml:1:1", "map of hyperparameters"));
}

TEST(Space, AddsToAnOpenOne) {
  const auto domain_of = [](const std::string& text) { return entry("x", text, true).domain; };
  EXPECT_EQ(domain_of("{low: 1, high: 4}"), Domain(Integer{1, 4}));
  EXPECT_EQ(domain_of("{low: 1, high: 9, step: 2}"), Domain(Integer{1, 9, false, 2}));
  EXPECT_EQ(domain_of("{low: 1, high: 64, log: true}"), Domain(Integer{1, 64, true}));
  EXPECT_EQ(domain_of("{low: 1.0, high: 4}"), Domain(Real{1, 4}));
  EXPECT_EQ(domain_of("{low: 0, high: 1, step: 0.25}"), Domain(Real{0, 1, false, 0.25}));
  EXPECT_EQ(domain_of("{low: 0, high: 1, default: 0.5}"), Domain(Real{0, 1}));
  EXPECT_EQ(domain_of("{type: real, low: 1, high: 4}"), Domain(Real{1, 4}));
  EXPECT_EQ(domain_of("{type: int, low: 1.0, high: 4}"), Domain(Integer{1, 4}));
  EXPECT_EQ(domain_of("{type: integer, low: 1, high: 4}"), Domain(Integer{1, 4}));
  EXPECT_EQ(domain_of("{low: 1e-5, high: 1, log: true}"), Domain(Real{1e-5, 1, true}));
  EXPECT_EQ(domain_of("[relu, tanh]"), Domain(Choice{words({"relu", "tanh"})}));
  EXPECT_EQ(domain_of("[1, 2]"), Domain(Choice{wholes({1, 2})}));
  EXPECT_EQ(domain_of("[1, 2.5]"), Domain(Choice{reals({1, 2.5})}));
  EXPECT_EQ(domain_of("{type: real, choices: [1, 2]}"), Domain(Choice{reals({1, 2})}));
  EXPECT_EQ(domain_of("{type: int, choices: [1.0, 2]}"), Domain(Choice{wholes({1, 2})}));
  EXPECT_EQ(domain_of("{type: boolean}"), Domain(Boolean{}));
  EXPECT_EQ(domain_of("[true, false]"), Domain(Boolean{}));
  EXPECT_EQ(domain_of("7"), Domain(Integer{7, 7}));
  EXPECT_EQ(domain_of("0.5"), Domain(Real{0.5, 0.5}));
  EXPECT_EQ(domain_of("tanh"), Domain(Choice{words({"tanh"})}));
  EXPECT_EQ(domain_of("'7'"), Domain(Choice{words({"7"})}));
  EXPECT_EQ(entry("x", "{low: 0, high: 1, default: 0.5}", true).initial, Value(0.5));
  EXPECT_EQ(entry("x", "{type: real, low: 0, high: 4, default: 1}", true).initial, Value(1.0));
  EXPECT_EQ(entry("x", "{choices: [a, b], default: b}", true).initial, word("b"));
}

TEST(Space, NeedsWholeEntriesForWhatIsAdded) {
  EXPECT_THAT(fault_in("x: {low: 1}", true), mistake_at("s.yaml:1:4", "needs both low and high"));
  EXPECT_THAT(fault_in("x: {}", true), mistake_at("s.yaml:1:4", "needs both low and high"));
  EXPECT_THAT(fault_in("x: {type: choice}", true), mistake_at("s.yaml:1:11", "needs choices"));
  EXPECT_THAT(fault_in("x: {type: boolean, low: 0, high: 1}", true), mistake_at("s.yaml:1:20", "type boolean"));
  EXPECT_THAT(fault_in("x: {type: int, low: 0.5, high: 2}", true),
              mistake_at("s.yaml:1:21", "0.5 is not a whole number"));
  EXPECT_THAT(fault_in("x: {type: int, choices: [1, 2.5]}", true), mistake_at("s.yaml:1:29", "not of its type"));
  EXPECT_THAT(fault_in("x: {low: 0, high: 1.5, log: true}", true), mistake_at("s.yaml:1:4", "log needs low above 0"));
  EXPECT_THAT(fault_in("x: {low: 3, high: 2}", true), mistake_at("s.yaml:1:4", "low 3 is above high 2"));
  EXPECT_THAT(fault_in("x: {low: 1, high: 2, default: 3}", true),
              mistake_at("s.yaml:1:31", "its default 3 is outside 1..2"));
}

SearchSpace options() {
  return {{"patience", Integer{0, 50}, whole(0)},
          {"flip", Boolean{}, false},
          {"schedule", Choice{words({"none", "step"})}, word("none")}};
}

SearchSpace with_options(const std::string& section) {
  return merged_space(base(), false, parse_document(section, "s.yaml"), options());
}

TEST(SpaceOptions, JoinOnlyWhereTheyAreNamed) {
  EXPECT_EQ(merged_space(base(), false, Node{}, options()), base());
  EXPECT_EQ(with_options("layers: [2, 3]\n"), merged("layers: [2, 3]\n"));
  const SearchSpace space = with_options("flip: {}\npatience: {low: 2, high: 9}\n");
  EXPECT_EQ(space.size(), base().size() + 2);
  EXPECT_EQ(parameter(space, "patience").domain, Domain(Integer{2, 9}));
  EXPECT_EQ(parameter(space, "patience").initial, whole(2)) << "the nearest to what holds without";
  EXPECT_EQ(parameter(space, "flip"), options()[1]);
  EXPECT_FALSE(space.find("schedule").has_value());
}

TEST(SpaceOptions, AreNarrowedAsOthersAre) {
  EXPECT_EQ(parameter(with_options("schedule: step\n"), "schedule").domain, Domain(Choice{words({"step"})}));
  EXPECT_THAT(fault_of([] { with_options("schedule: steps\n"); }),
              mistake_at("s.yaml:1:11", "steps is not one of none, step"));
  EXPECT_EQ(parameter(with_options("patience: {high: 99}\n"), "patience").domain, Domain(Integer{0, 99}));
}

TEST(SpaceOptions, MayBeConditionsAndHaveThem) {
  const SearchSpace space =
      with_options("schedule: {when: {optimizer: sgd}}\npatience: {high: 5, when: {schedule: step}}\n");
  EXPECT_EQ(parameter(space, "patience").when.size(), 1U);
  EXPECT_EQ(parameter(space, "schedule").when.size(), 1U);
}

TEST(SpaceOptions, AreSuggestedToo) {
  EXPECT_THAT(fault_of([] { with_options("patiense: 3\n"); }),
              mistake_at("s.yaml:1:1", "there is no hyperparameter 'patiense'; did you mean 'patience'?"));
}

TEST(SpaceOptions, OfTheModelsNameAreTheModels) {
  const SearchSpace options{{"layers", Integer{1, 99}, whole(50)}};
  const SearchSpace space = merged_space(base(), false, parse_document("layers: {high: 4}", "s.yaml"), options);
  EXPECT_EQ(space, merged("layers: {high: 4}"));
}

TEST(Space, HasAtMost1000Parameters) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "x" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(merged_space({}, true, parse_document(text, "s.yaml")).size(), 1000U);
  text += "one_more: 1\n";
  EXPECT_THAT(fault_of([&] { merged_space({}, true, parse_document(text, "s.yaml")); }),
              mistake_at("s.yaml:1001:1", "at most 1000 hyperparameters"));
}

TEST(SpaceConditions, AreReadInAllForms) {
  using Conditions = std::vector<Condition>;
  const auto when = [](const std::string& text) { return entry("dropout", "{when: {" + text + "}}").when; };
  EXPECT_EQ(when("optimizer: [sgd, rmsprop]"), (Conditions{{"optimizer", words({"sgd", "rmsprop"})}}));
  EXPECT_EQ(when("optimizer: sgd"), (Conditions{{"optimizer", words({"sgd"})}}));
  EXPECT_EQ(when("layers: {low: 2}"), (Conditions{at_least("layers", 2)}));
  EXPECT_EQ(when("layers: {low: 2, high: 3}"), (Conditions{{"layers", {}, 2, 3}}));
  EXPECT_EQ(when("layers: 2.0"), (Conditions{{"layers", wholes({2})}}));
  EXPECT_EQ(when("norm: true"), (Conditions{{"norm", {true}}}));
  EXPECT_EQ(when("batch_size: {high: 32}"),
            (Conditions{{"batch_size", {}, -std::numeric_limits<double>::infinity(), 32}}));
  EXPECT_EQ(when("norm: true, layers: 2"), (Conditions{{"norm", {true}}, {"layers", wholes({2})}}));
  EXPECT_EQ(when(""), Conditions{});
}

TEST(SpaceConditions, ReplaceThoseOfTheBase) {
  EXPECT_EQ(entry("momentum", "{when: {norm: false}}").when, (std::vector<Condition>{{"norm", {false}}}));
  EXPECT_EQ(entry("momentum", "{when: {}}").when, (std::vector<Condition>{}));
}

TEST(SpaceConditions, LoseValuesThatTheParentLost) {
  const SearchSpace space = merged("optimizer: [adam, rmsprop]\n");
  EXPECT_EQ(parameter(space, "momentum").when, (std::vector<Condition>{{"optimizer", words({"rmsprop"})}}));
}

TEST(SpaceConditions, DropParametersThatCanNeverBeActive) {
  const SearchSpace space = merged("optimizer: adam\nlayers: 1\nunits: [10, 50]\nmomentum: {low: 0.5}\n");
  for (const char* name : {"momentum", "nesterov", "dampening", "second", "warmup"})
    EXPECT_FALSE(space.find(name)) << name;
  EXPECT_EQ(space.size(), base().size() - 5);
  EXPECT_FALSE(merged("nesterov: true\n").find("dampening"));
  EXPECT_TRUE(merged("nesterov: false\n").find("dampening"));
}

TEST(SpaceConditions, LookAtTheStepsOfRanges) {
  EXPECT_TRUE(merged("units: {low: 10, high: 40}\n").find("warmup"));             // 40 lies in 35..45
  EXPECT_FALSE(merged("units: {low: 10, high: 50, step: 20}\n").find("warmup"));  // 10, 30, 50
  EXPECT_FALSE(merged("units: {high: 30}\n").find("warmup"));
  EXPECT_FALSE(merged("units: {low: 50, high: 90}\n").find("warmup"));
  EXPECT_TRUE(merged("units: 40\n").find("warmup"));
  EXPECT_TRUE(merged("layers: {low: 3}\n").find("second"));
  const auto real = [](const std::string& parent) {
    const SearchSpace from = {{"r", Real{0, 1}}, {"child", Boolean{}, {}, {{"r", {}, 0.4, 0.45}}}};
    return merged_space(from, false, parse_document("r: " + parent, "s.yaml")).find("child").has_value();
  };
  EXPECT_TRUE(real("{low: 0.45}"));
  EXPECT_FALSE(real("{low: 0.46}"));
  EXPECT_TRUE(real("{step: 0.2}"));
  EXPECT_FALSE(real("{step: 0.25}"));
  EXPECT_TRUE(real("{high: 0.43, step: 0.1}"));
  EXPECT_FALSE(real("{high: 0.43, step: 0.39}"));
  EXPECT_TRUE(real("[0.1, 0.41]"));
  EXPECT_FALSE(real("[0.1, 0.5]"));
}

TEST(SpaceConditions, OfTheFileMustBeAbleToHold) {
  EXPECT_THAT(fault_in("optimizer: adam\nmomentum: {when: {optimizer: [sgd, rmsprop]}}\n"),
              mistake_at("s.yaml:2:30", "'momentum': its condition on 'optimizer' can never hold"));
  EXPECT_THAT(fault_in("layers: {high: 3}\ndropout: {when: {layers: {low: 4}}}\n"),
              mistake_at("s.yaml:2:26", "can never hold: that is integer 1..3"));
  EXPECT_THAT(fault_in("optimizer: adam\ndropout: {when: {momentum: {low: 0.5}}}\n"),
              mistake_at("s.yaml:2:28", "can never hold: that is never active"));
  EXPECT_THAT(fault_in("dropout: {when: {optimizer: [sgd, lion]}}\n"),
              mistake_at("s.yaml:1:29", "lion is not one of sgd, adam, rmsprop"));
  EXPECT_THAT(fault_in("dropout: {when: {layers: 2.5}}\n"), mistake_at("s.yaml:1:26", "can never hold"));
  EXPECT_THAT(fault_in("dropout: {when: {norm: yes}}\n"), mistake_at("s.yaml:1:24", "can never hold"));
}

TEST(SpaceConditions, OfTheFileLoseValuesThatTheFileTookAway) {
  const SearchSpace space = merged("optimizer: [sgd, adam]\nmomentum: {when: {optimizer: [sgd, rmsprop]}}\n");
  EXPECT_EQ(parameter(space, "momentum").when, (std::vector<Condition>{{"optimizer", words({"sgd"})}}));
}

TEST(SpaceConditions, AreChecked) {
  EXPECT_THAT(fault_in("dropout: {when: {layer: 2}}\n"), mistake_at("s.yaml:1:25", "did you mean 'layers'?"));
  EXPECT_THAT(fault_in("dropout: {when: {optimizer: {low: 1}}}\n"),
              mistake_at("s.yaml:1:29", "needs a list of values"));
  EXPECT_THAT(fault_in("dropout: {when: {layers: {low: 3, high: 2}}}\n"), mistake_at("s.yaml:1:26", "low above high"));
  EXPECT_THAT(fault_in("dropout: {when: {layers: {}}}\n"), mistake_at("s.yaml:1:26", "needs low or high"));
  EXPECT_THAT(fault_in("dropout: {when: {layers: {above: 3}}}\n"), mistake_at("s.yaml:1:27", "unknown key 'above'"));
  EXPECT_THAT(fault_in("dropout: {when: {layers: []}}\n"), mistake_at("s.yaml:1:26", "empty"));
  EXPECT_THAT(fault_in("dropout: {when: {layers: }}\n"), mistake_at("s.yaml:1:18", "not nothing"));
  EXPECT_THAT(fault_in("dropout: {when: optimizer}\n"), mistake_at("s.yaml:1:17", "'when' is a map"));
}

TEST(SpaceConditions, DoNotDependOnThemselves) {
  EXPECT_THAT(fault_in("layers: {when: {layers: 2}}\n"), mistake_at("s.yaml:1:25", "depend on itself"));
  EXPECT_THAT(fault_in("optimizer: {when: {nesterov: true}}\n"),
              mistake_at("s.yaml:1:30", "'optimizer': its conditions depend"));
  EXPECT_THAT(fault_in("a: {low: 1, high: 2, when: {b: 1}}\nb: {low: 1, high: 2, when: {a: 1}}\n", true),
              mistake_at("s.yaml:1:32", "depend on itself"));
}

TEST(SpaceConditions, MayNameWhatIsAddedLater) {
  const SearchSpace space = merged("a: {low: 1, high: 2, when: {b: yes}}\nb: [yes, no]\n", true);
  EXPECT_EQ(parameter(space, "a").when, (std::vector<Condition>{{"b", words({"yes"})}}));
}

}  // namespace
}  // namespace pegbox
