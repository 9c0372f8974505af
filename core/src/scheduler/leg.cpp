#include "leg.hpp"

#include <algorithm>
#include <stdexcept>

#include <pegbox/value.hpp>

#include "measured_values.hpp"

namespace pegbox {
namespace {

using Clock = std::chrono::steady_clock;

class Training {
 public:
  Training(Leg& leg, const LegContext& context, const std::function<void(const Report&)>& on_report)
      : leg_(leg), context_(context), on_report_(on_report) {}

  void run() {
    if (stopped()) return;
    if (recovered()) context_.runner->run(leg_.trial, [this](const Report& report) { return goes_on(report); });
    Trial& trial = leg_.trial;
    if (trial.state != State::running) return;
    if (trial.reports.empty()) throw std::runtime_error("the trial ended without a report");
    if (interrupted_) return;
    // A model's own loop may end before the budget is used up: then there is nothing to go on with.
    const bool paused = trial.epochs() >= trial.until && trial.until < context_.plan->epochs;
    trial.state = paused ? State::paused : State::complete;
  }

  double seconds() const { return Duration(Clock::now() - begin_).count(); }

 private:
  /// Takes what an earlier run trained of this leg, judged again as it was then, and says whether training goes on.
  bool recovered() {
    return std::ranges::all_of(context_.runner->recover(leg_.trial),
                               [this](const Report& report) { return goes_on(report); });
  }

  bool goes_on(const Report& report) {
    Trial& trial = leg_.trial;
    if (report.epoch <= trial.epochs()) {
      throw std::runtime_error("epoch " + std::to_string(report.epoch) + " was reported after epoch " +
                               std::to_string(trial.epochs()));
    }
    trial.values = measured_values(context_.plan->objectives, report);
    trial.reports.push_back(report);
    on_report_(report);
    if (trial.epochs() >= trial.until) return false;
    const auto& limit = context_.plan->trial_timeout;
    if (limit && trial.seconds + seconds() > limit->count()) {
      throw std::runtime_error("took longer than trial_timeout, " + to_string(Value(limit->count())) + " s");
    }
    interrupted_ = stopped();
    if (interrupted_) return false;
    if (context_.pruner == nullptr || context_.pruner->keep(trial, leg_.told)) return true;
    trial.state = State::pruned;
    return false;
  }

  bool stopped() const { return context_.stop->load() || (context_.deadline && Clock::now() >= *context_.deadline); }

  Leg& leg_;
  const LegContext& context_;
  const std::function<void(const Report&)>& on_report_;
  Clock::time_point begin_ = Clock::now();
  bool interrupted_ = false;
};

}  // namespace

void run_leg(Leg& leg, const LegContext& context, const std::function<void(const Report&)>& on_report) noexcept {
  Training training(leg, context, on_report);
  std::string error;
  bool interrupted = false;
  try {
    training.run();
  } catch (const Interrupted&) {
    interrupted = true;
  } catch (const std::exception& exception) {
    error = exception.what();
    if (error.empty()) error = "failed without a message";
  } catch (...) {
    error = "threw something that is not an exception";
  }
  Trial& trial = leg.trial;
  trial.seconds += training.seconds();
  if (!error.empty()) {
    trial.state = State::failed;
    trial.error = error;
    trial.values.clear();
  }
  if (interrupted) return;
  const bool goes_on = trial.state == State::paused || trial.state == State::running;
  (goes_on ? context.runner->save : context.runner->release)(trial);
}

}  // namespace pegbox
