#include "contract_spaces.hpp"

#include <cmath>

namespace pegbox {
namespace {

Choice choice(std::initializer_list<const char*> texts) {
  Choice result;
  for (const char* text : texts) result.choices.emplace_back(std::string(text));
  return result;
}

SearchSpace single_point() { return {{"whole", Integer{3, 3}}, {"real", Real{0.5, 0.5}}, {"text", choice({"only"})}}; }

/// 200 hyperparameters, of which a grid can list those that have several values.
SearchSpace wide(bool continuous) {
  constexpr int kWide = 200;
  constexpr int kSeveral = 16;
  std::vector<Parameter> parameters;
  for (int i = 0; i < kWide; ++i) {
    const std::string name = "x" + std::to_string(i);
    if (continuous) {
      parameters.push_back({name, Real{-1, 1}});
    } else {
      parameters.push_back({name, Integer{0, i < kSeveral ? 9 : 0}});
    }
  }
  return SearchSpace(std::move(parameters));
}

}  // namespace

SearchSpace mixed_space(bool continuous) {
  const double step = continuous ? 0 : 0.05;
  const Domain rate = continuous ? Domain(Real{1e-5, 1e-1, true}) : Domain(Choice{{1e-5, 1e-3, 1e-1}});
  const std::vector<Value> with_momentum = {std::string("sgd"), std::string("rmsprop")};
  return {{"width_2", Integer{1, 256, true}, {}, {at_least("layers", 2)}},
          {"dropout_2", Real{0, 0.5, false, step}, {}, {at_least("width_2", 16)}},
          {"layers", Integer{1, 3}, 2},
          {"rate", rate},
          {"batch", Choice{{16, 32, 64, 128}}, 64},
          {"optimizer", choice({"sgd", "adam", "rmsprop"})},
          {"momentum", Real{0, 0.9, false, 0.1}, 0.3, {{"optimizer", with_momentum}}},
          {"nesterov", Boolean{}, {}, {{"momentum", {}, 0.05, 1}, {"optimizer", {std::string("sgd")}}}},
          {"even", Integer{-4, 4, false, 2}},
          {"decay", Real{0, 1, false, step}}};
}

std::vector<ContractSpace> contract_spaces() {
  return {
      {"mixed", mixed_space(true), true},
      {"discrete", mixed_space(false)},
      {"single_point", single_point()},
      {"six_points", {{"flag", Boolean{}}, {"text", choice({"a", "b", "c"})}}},
      {"one_real", {{"x", Real{-5, 5}}}, true},
      {"one_log_real", {{"x", Real{1e-8, 1e8, true}}}, true},
      {"one_whole", {{"x", Integer{0, 1000}}}},
      {"large_whole",
       {{"x", Integer{std::numeric_limits<std::int64_t>::max() - 100'000, std::numeric_limits<std::int64_t>::max()}}}},
      {"one_log_whole", {{"x", Integer{1, 1'000'000, true}}}},
      {"one_choice", {{"x", choice({"a", "b", "c", "d", "e"})}}},
      {"nothing", {}},
      {"narrow", {{"x", Real{1, std::nextafter(1.0, 2.0)}}}, true},
      {"widest", {{"x", Real{-1e150, 1e150}}}, true},
      {"one_or_other",
       {{"flag", Boolean{}}, {"x", Real{0, 1}, {}, {{"flag", {true}}}}, {"y", Real{0, 1}, {}, {{"flag", {false}}}}},
       true},
      {"wide_real", wide(true), true},
      {"wide_discrete", wide(false)}};
}

}  // namespace pegbox
