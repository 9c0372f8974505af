#include "random_space.hpp"

#include <algorithm>
#include <cmath>

namespace pegbox {
namespace {

std::int64_t whole(Random& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low) + 1));
}

Choice random_choice(Random& random) {
  Choice choice;
  const std::int64_t kind = whole(random, 0, 2);
  const std::int64_t count = whole(random, 1, 4);
  for (std::int64_t i = 0; i < count; ++i) {
    if (kind == 0) choice.choices.emplace_back("text" + std::to_string(i));
    if (kind == 1) choice.choices.emplace_back(i * 3);
    if (kind == 2) choice.choices.emplace_back(0.1 * static_cast<double>(i + 1));
  }
  random.shuffle(choice.choices);
  return choice;
}

Domain random_domain(Random& random, bool small) {
  const double low = 20 * random.uniform() - 10;
  const std::int64_t bottom = whole(random, -1000, 1000);
  const std::int64_t values = whole(random, 1, small ? 4 : 2000);
  switch (random.below(small ? 5 : 7)) {
    case 0:
      return Boolean{};
    case 1:
      return random_choice(random);
    case 2:
      return Integer{bottom, bottom + (values - 1) * 3, false, values == 1 ? 1 : 3};
    case 3:
      return Integer{std::abs(bottom) + 1, std::abs(bottom) + values, true};
    case 4:
      return Real{static_cast<double>(bottom), static_cast<double>(bottom) + 0.1 * static_cast<double>(values), false,
                  small ? 0.05 * static_cast<double>(values) : 0.1};
    case 5:
      return Real{low, low + 5 * random.uniform()};
    default:
      return Real{std::exp(low), std::exp(low + 1 + random.uniform()), true};
  }
}

Condition random_condition(const Parameter& parent, Random& random) {
  const Value one = from_unit(parent.domain, random.uniform());
  const Value two = from_unit(parent.domain, random.uniform());
  const bool numeric = std::holds_alternative<Real>(parent.domain) || std::holds_alternative<Integer>(parent.domain);
  if (!numeric || random.uniform() < 0.3) return {parent.name, {one, two}};
  if (random.uniform() < 0.3) return at_least(parent.name, as_number(one));
  return {parent.name, {}, std::min(as_number(one), as_number(two)), std::max(as_number(one), as_number(two))};
}

}  // namespace

SearchSpace random_space(std::uint64_t seed, bool small) {
  Random random(seed, 0, "space");
  std::vector<Parameter> parameters;
  const std::int64_t size = whole(random, 1, small ? 6 : 12);
  for (std::int64_t i = 0; i < size; ++i) {
    Parameter parameter = {"p" + std::to_string(i), random_domain(random, small)};
    while (!parameters.empty() && random.uniform() < 0.45) {
      parameter.when.push_back(random_condition(parameters[random.below(parameters.size())], random));
    }
    parameters.push_back(std::move(parameter));
  }
  random.shuffle(parameters);
  return SearchSpace(std::move(parameters));
}

Params random_point(const SearchSpace& space, Random& random) {
  std::vector<double> point(space.size());
  for (double& place : point) place = random.uniform();
  return space.decode(point);
}

}  // namespace pegbox
