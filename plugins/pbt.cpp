#include <algorithm>
#include <sstream>

#include <pegbox/error.hpp>
#include <pegbox/nearest.hpp>
#include <pegbox/random.hpp>
#include <pegbox/ranking.hpp>
#include <pegbox/sampler.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {
namespace {

/// Which hyperparameters may change when weights are copied, and how.
class Explorer {
 public:
  static std::vector<Setting> settings() {
    return {{"explore", Text{}, std::string(),
             "hyperparameters that a copy may change, parted by commas; without any, those of the optimizer"},
            {"perturb", Real{0, 1}, 0.2, "numbers change by this part of themselves, up or down"},
            {"resample", Real{0, 1}, 0.25, "probability that a hyperparameter is drawn anew instead"}};
  }

  explicit Explorer(const StrategyContext& context)
      : space_(context.space),
        explored_(chosen(context.space, context.settings.get<std::string>("explore"))),
        perturb_(context.settings.get<double>("perturb")),
        resample_(context.settings.get<double>("resample")) {}

  Params near(const Params& source, Random random) const {
    Params result;
    for (const std::size_t i : space_.dependency_order()) {
      if (!space_.active(i, result)) continue;
      const auto& [name, domain, initial, when] = space_[i];
      Value value = source.has(name) ? source.at(name) : space_.initial(i);
      if (explored_[i]) value = changed(domain, value, random);
      result.set(name, std::move(value));
    }
    return result;
  }

 private:
  static std::vector<bool> chosen(const SearchSpace& space, const std::string& names) {
    std::vector<bool> explored(space.size(), false);
    if (names.empty()) {
      // The trainer's own that leave the shape of the network alone.
      for (const char* name : {"learning_rate", "batch_size", "momentum", "weight_decay"}) {
        if (const auto found = space.find(name)) explored[*found] = true;
      }
    }
    std::istringstream list(names);
    for (std::string name; std::getline(list, name, ',');) {
      name.erase(0, std::min(name.find_first_not_of(' '), name.size()));
      name.erase(name.find_last_not_of(' ') + 1);
      const auto found = space.find(name);
      if (!found) throw StudyError(no_such(space, name));
      explored[*found] = true;
    }
    return explored;
  }

  static std::string no_such(const SearchSpace& space, const std::string& name) {
    std::vector<std::string> known;
    for (const Parameter& parameter : space) known.push_back(parameter.name);
    return "setting 'explore' names '" + name + "', which is no hyperparameter of the study" + suggestion(name, known);
  }

  Value changed(const Domain& domain, const Value& value, Random& random) const {
    if (random.uniform() < resample_) return from_unit(domain, random.uniform());
    const bool up = random.below(2) == 1;
    return std::visit([&](const auto& one) -> Value { return moved(one, value, up); }, domain);
  }

  Value moved(const Real& real, const Value& value, bool up) const {
    const double old = as_number(value);
    const double change = std::abs(old) * perturb_;
    if (real.step == 0) return std::clamp(up ? old + change : old - change, real.low, real.high);
    const auto last = static_cast<double>(cardinality(real) - 1);
    const double place = std::round((old - real.low) / real.step);
    const double steps = std::max(std::round(change / real.step), 1.0);
    return from_unit(real, (std::clamp(up ? place + steps : place - steps, 0.0, last) + 0.5) / (last + 1));
  }

  Value moved(const Integer& whole, const Value& value, bool up) const {
    const auto old = static_cast<std::uint64_t>(std::get<std::int64_t>(value));
    const auto step = static_cast<std::uint64_t>(whole.step);
    const auto room =
        (up ? static_cast<std::uint64_t>(whole.high) - old : old - static_cast<std::uint64_t>(whole.low)) / step;
    const double steps = std::max(std::round(std::abs(as_number(value)) * perturb_ / static_cast<double>(step)), 1.0);
    const std::uint64_t change = (steps < static_cast<double>(room) ? static_cast<std::uint64_t>(steps) : room) * step;
    return static_cast<std::int64_t>(up ? old + change : old - change);
  }

  /// Choices move to their neighbour.
  static Value moved(const Choice& choice, const Value& value, bool up) {
    const auto place = std::ranges::find(choice.choices, value);
    if (up) return place + 1 == choice.choices.end() ? value : *(place + 1);
    return place == choice.choices.begin() ? value : *(place - 1);
  }

  static Value moved(const Boolean&, const Value&, bool up) { return up; }

  SearchSpace space_;
  std::vector<bool> explored_;
  double perturb_, resample_;
};

/// A place in the population.
struct Member {
  int trial = -1;  // the present occupant
  Params params = {};
  Budget epochs = 0;
  State state = State::waiting;
  std::vector<double> costs = {};
  bool told = false;                       // in this step
  bool vacant = true;                      // a new trial is to take the place
  std::optional<std::size_t> source = {};  // in which place is the one that it copies
};

/// Population based training (M. Jaderberg et al., "Population based training of neural networks", 2017): a population
/// trains in steps of `interval` epochs. After each step the worst are replaced by copies of the best, weights and all,
/// with some hyperparameters changed: so these follow a schedule, and the best network has seen several settings.
/// Truncation selection, and a step ends when the whole population is told.
///
/// A copy is a trial of its own and counts its own epochs from 0: it completes, as any other trial, when it has trained
/// for the study's `epochs` itself, in addition to what its ancestors trained. The place of a trial that completed or
/// failed is taken by another copy, or by a new trial where there is nothing to copy. Where the study has no room for
/// another trial, the population trains on to its end.
class PopulationBasedTraining : public Strategy {
 public:
  static std::vector<Setting> settings() {
    std::vector<Setting> settings = {
        {"population", Integer{2, 100'000}, 10, "trials that train side by side"},
        {"interval", Integer{0, 1'000'000'000}, 0, "epochs of a step; 0: a tenth of the study's epochs, at least 1"},
        {"quantile", Real{0, 0.5}, 0.25, "part of the population that is replaced, and that is copied"}};
    std::ranges::move(Explorer::settings(), std::back_inserter(settings));
    return Sampler::with_settings(std::move(settings));
  }

  explicit PopulationBasedTraining(const StrategyContext& context)
      : objectives_(context.objectives),
        epochs_(context.epochs),
        trials_(context.trials),
        seed_(context.seed),
        interval_(interval(context)),
        quantile_(context.settings.get<double>("quantile")),
        explorer_(context),
        sampler_(context),
        members_(static_cast<std::size_t>(context.settings.get<std::int64_t>("population"))) {}

  Move ask(const Turn& turn) override {
    while (true) {
      if (const auto move = next(turn)) return *move;
      if (!turn.running.empty()) return Wait{};
      // No room for the trials that are missing: the others go on. Told the same, a new object does this too.
      end_step();
      if (members_.empty()) return Done{};
    }
  }

  void tell(const Trial& trial) override {
    sampler_.tell(trial);
    Member* member = find(trial.number);
    if (member == nullptr && trial.until != interval_) return;
    if (member != nullptr && member->told) {
      end_step();
      member = find(trial.number);
    }
    if (member == nullptr) {
      const auto free = std::ranges::find(members_, true, &Member::vacant);
      if (free == members_.end()) return;
      member = &*free;
    }
    *member = {trial.number, trial.params, trial.epochs(), trial.state, trial_costs(trial, objectives_), true, false};
    if (std::ranges::all_of(members_, &Member::told)) end_step();
  }

 private:
  static Budget interval(const StrategyContext& context) {
    const auto given = context.settings.get<std::int64_t>("interval");
    return given > 0 ? std::min(given, context.epochs) : std::max<Budget>(context.epochs / 10, 1);
  }

  Member* find(int trial) {
    const auto found = std::ranges::find(members_, trial, &Member::trial);
    return found == members_.end() ? nullptr : &*found;
  }

  /// Whether the occupant can be resumed or copied.
  static bool rests(const Member& member, Trials running) {
    return member.state == State::paused && std::ranges::find(running, member.trial, &Trial::number) == running.end();
  }

  /// New trials first, while those that they copy are paused.
  std::optional<Move> next(const Turn& turn) {
    auto begun = std::ranges::count_if(turn.running, [&](const Trial* trial) {
      return trial->until == interval_ && std::ranges::find(members_, trial->number, &Member::trial) == members_.end();
    });
    const bool room = trials_ == 0 || turn.number < trials_;
    const Member* resumed = nullptr;
    for (const Member& member : members_) {
      if (member.told || (member.vacant && begun-- > 0)) continue;
      const bool possible = room && (!member.source || rests(members_[*member.source], turn.running));
      if (member.vacant && possible) {
        Move move = start(member, turn);
        if (!std::holds_alternative<Done>(move)) return move;
      }
      if (resumed == nullptr && rests(member, turn.running)) resumed = &member;
    }
    if (resumed == nullptr) return {};
    return Resume{resumed->trial, std::min(resumed->epochs + interval_, epochs_)};
  }

  /// A copy, or a new trial where the sampler says; `Done` where that has no more points.
  Move start(const Member& place, const Turn& turn) {
    if (place.source) {
      const Member& source = members_[*place.source];
      return Start{explorer_.near(source.params, Random(seed_, turn.number, "pbt")), interval_, source.trial};
    }
    Move move = sampler_.ask(turn);
    if (auto* begin = std::get_if<Start>(&move)) begin->until = interval_;
    return move;
  }

  /// Decides who goes on and who is replaced by a copy of whom. Places that could not be filled are given up.
  void end_step() {
    std::erase_if(members_, [](const Member& member) { return member.vacant && !member.told; });
    ++step_;
    std::vector<std::size_t> paused = ranked_paused();
    const auto lost = static_cast<std::size_t>(std::ranges::count_if(
        members_, [](const Member& member) { return member.state == State::failed || member.state == State::pruned; }));
    const auto part = static_cast<std::size_t>(std::ceil(quantile_ * static_cast<double>(members_.size())));
    const std::size_t replaced = std::min(part - std::min(part, lost), paused.size() / 2);
    const std::size_t copied = std::min(std::max<std::size_t>(part, 1), paused.size() - replaced);
    for (Member& member : members_) {
      member.vacant = member.state != State::paused;
      member.told = false;
      member.source.reset();
    }
    for (std::size_t i = paused.size() - replaced; i < paused.size(); ++i) members_[paused[i]].vacant = true;
    Random random(seed_, step_, "pbt selection");
    for (Member& member : members_) {
      if (member.vacant && copied > 0) member.source = paused[random.below(copied)];
    }
  }

  /// The places of those that can go on, the best first.
  std::vector<std::size_t> ranked_paused() const {
    std::vector<std::size_t> places, ranked;
    std::vector<std::vector<double>> costs;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (members_[i].state != State::paused) continue;
      places.push_back(i);
      costs.push_back(members_[i].costs);
    }
    for (const std::size_t i : ranking(costs)) ranked.push_back(places[i]);
    return ranked;
  }

  std::vector<Objective> objectives_;
  Budget epochs_;
  int trials_;
  std::uint64_t seed_;
  Budget interval_;
  double quantile_;
  Explorer explorer_;
  Sampler sampler_;  // of new trials that copy nothing
  std::vector<Member> members_;
  int step_ = 0;
};

}  // namespace
}  // namespace pegbox

PEGBOX_STRATEGY(pegbox::PopulationBasedTraining, "pbt",
                "trains a population; the worst become copies of the best with changed hyperparameters");
