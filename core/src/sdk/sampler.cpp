#include <pegbox/error.hpp>
#include <pegbox/random.hpp>
#include <pegbox/sampler.hpp>

namespace pegbox {
namespace {

constexpr const char* kOwnBudgets =
    "it decides on budgets itself; name a strategy that gives every trial the whole budget, as 'random'";

StudyError refusal(const std::string& name, const std::string& why) {
  return StudyError("setting 'sampler': '" + name + "' cannot be it: " + why);
}

}  // namespace

std::vector<Setting> Sampler::with_settings(std::vector<Setting> others) {
  others.push_back({"sampler", Text{}, std::string("random"), "the strategy that says where new trials begin"});
  others.push_back({"random_part", Real{0, 1}, 0.33, "part of the trials that begins at uniform points instead"});
  return others;
}

Sampler::Sampler(const StrategyContext& context)
    : space_(context.space),
      seed_(context.seed),
      random_part_(context.settings.get<double>("random_part")),
      name_(context.settings.get<std::string>("sampler")) {
  try {
    strategy_ = context.strategy(name_, {});
  } catch (const StudyError& error) {
    throw refusal(name_, error.what());
  }
  const Move first = strategy_->ask({0, {}});
  const auto* start = std::get_if<Start>(&first);
  if (start != nullptr && start->until < context.epochs) throw refusal(name_, kOwnBudgets);
}

Move Sampler::ask(const Turn& turn) {
  Move move = strategy_->ask(turn);
  auto* start = std::get_if<Start>(&move);
  if (std::holds_alternative<Resume>(move) || (start != nullptr && start->from)) throw refusal(name_, kOwnBudgets);
  if (start == nullptr) return move;
  Random random(seed_, turn.number, "sampler");
  if (random.uniform() >= random_part_) return move;
  std::vector<double> point(space_.size());
  for (double& place : point) place = random.uniform();
  start->params = space_.decode(point);
  return move;
}

}  // namespace pegbox
