#include <algorithm>
#include <cmath>

#include <pegbox/random.hpp>
#include <pegbox/strategy.hpp>

using namespace pegbox;

/// Hill climbing: a random step from the best trial so far; what was inactive there, and one in ten, goes anywhere.
class Climb : public Strategy {
 public:
  static std::vector<Setting> settings() { return {{"step", Real{0.001, 1}, 0.1, "deviation of a step in the range"}}; }

  explicit Climb(const StrategyContext& context) : study_(context), best_(context.space.size(), NAN) {}

  Move ask(const Turn& turn) override {
    Random random(study_.seed, turn.number, "climb");
    std::vector<double> point = best_;
    for (double& place : point) {
      const double step = study_.settings.get<double>("step") * random.normal();
      const bool anywhere = std::isnan(place) || random.uniform() < 0.1;
      place = anywhere ? random.uniform() : std::clamp(place + step, 0.0, 1.0);
    }
    return Start{study_.space.decode(point), study_.epochs};
  }

  void tell(const Trial& trial) override {
    if (trial.state != State::complete) return;
    const double cost = study_.objectives.front().cost(trial.values.front());
    if (cost >= cost_) return;
    cost_ = cost;
    best_ = study_.space.encode(trial.params);
  }

 private:
  StrategyContext study_;
  std::vector<double> best_;  // in the unit cube
  double cost_ = INFINITY;
};

PEGBOX_STRATEGY(Climb, "climb", "random steps from the best trial so far")
