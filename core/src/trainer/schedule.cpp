#include "schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "option_values.hpp"

namespace pegbox {
namespace {

/// From `from` to `to` in half a wave.
double half_wave(double from, double to, double progress) {
  return to + (from - to) * (1 + std::cos(std::numbers::pi * progress)) / 2;
}

constexpr double kRise = 0.3;  // part of a cycle in which the rate rises
constexpr double kStart = 1.0 / 25;
constexpr double kEnd = kStart / 1e4;
constexpr double kMomentumDip = 0.1;

double momentum_of(const Params& params) {
  const auto optimizer = params.get<std::string>("optimizer");
  if (optimizer == "adam" || optimizer == "adamw") return real_option(params, "beta1");
  return params.has("momentum") ? params.get<double>("momentum") : 0;
}

}  // namespace

Schedule::Schedule(const Params& params, Budget epochs, std::int64_t steps_per_epoch)
    : kind_(kind_of(text_option(params, "schedule"))),
      learning_rate_(params.get<double>("learning_rate")),
      momentum_(momentum_of(params)),
      decay_factor_(real_option(params, "decay_factor")),
      steps_(static_cast<double>(epochs) * static_cast<double>(steps_per_epoch)),
      warmup_steps_(std::round(real_option(params, "warmup") * steps_)),
      decay_epochs_(std::max<Budget>(
          1, static_cast<Budget>(std::lround(real_option(params, "decay_every") * static_cast<double>(epochs))))),
      steps_per_epoch_(steps_per_epoch) {}

Schedule::Kind Schedule::kind_of(const std::string& name) {
  if (name == "none") return Kind::none;
  if (name == "step") return Kind::step;
  if (name == "cosine") return Kind::cosine;
  if (name == "one_cycle") return Kind::one_cycle;
  if (name == "plateau") return Kind::plateau;
  throw std::runtime_error("unknown schedule '" + name + "'; known are none, step, cosine, one_cycle, plateau");
}

Pace Schedule::pace(Budget epoch, std::int64_t step, double plateau_factor) const {
  const double done =
      static_cast<double>(epoch - 1) * static_cast<double>(steps_per_epoch_) + static_cast<double>(step);
  if (done < warmup_steps_) return {learning_rate_ * (done + 1) / (warmup_steps_ + 1), {}};
  const double progress = std::min((done - warmup_steps_) / std::max(steps_ - warmup_steps_, 1.0), 1.0);
  return {learning_rate_ * factor(epoch, progress, plateau_factor), momentum(progress)};
}

double Schedule::factor(Budget epoch, double progress, double plateau_factor) const {
  switch (kind_) {
    case Kind::step:
      return std::pow(decay_factor_, (epoch - 1) / decay_epochs_);
    case Kind::cosine:
      return half_wave(1, 0, progress);
    case Kind::one_cycle:
      return progress < kRise ? half_wave(kStart, 1, progress / kRise)
                              : half_wave(1, kEnd, (progress - kRise) / (1 - kRise));
    case Kind::plateau:
      return plateau_factor;
    case Kind::none:
      break;
  }
  return 1;
}

std::optional<double> Schedule::momentum(double progress) const {
  if (kind_ != Kind::one_cycle || momentum_ == 0) return {};
  const double low = std::max(momentum_ - kMomentumDip, 0.0);
  return progress < kRise ? half_wave(momentum_, low, progress / kRise)
                          : half_wave(low, momentum_, (progress - kRise) / (1 - kRise));
}

void Plateau::see(double loss, const Params& params) {
  if (waited < 0 || loss < best) {
    best = loss;
    waited = 0;
    return;
  }
  if (++waited <= whole_option(params, "decay_patience")) return;
  factor *= real_option(params, "decay_factor");
  waited = 0;
}

}  // namespace pegbox
