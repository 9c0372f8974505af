#include "loop_run.hpp"

#include <stdexcept>
#include <utility>

namespace pegbox {
namespace {

std::string epoch_text(Budget epoch) { return "epoch " + std::to_string(epoch); }

}  // namespace

LoopRun::LoopRun(const Trial& trial, const c10::Device& device, Budget epochs, LoopState& state,
                 const Engine::OnReport& on_report)
    : trial_(trial),
      device_(device.str()),
      epochs_(epochs),
      state_(state),
      on_report_(on_report),
      given_(state.kept()),
      told_(state.epoch),
      begun_(given_ ? told_ : 0),
      stream_(state.random().state()),
      last_(begun_) {
  state_.random().restore(TrialRandom(trial.seed, device).state());
}

void LoopRun::train(const Loop& loop) {
  try {
    loop.train(*this);
  } catch (...) {
    if (failure_ == nullptr) failure_ = std::current_exception();
  }
  if (!stopped_) state_.withdraw();
  // First what went wrong in a report, though the loop may have held it back.
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  check_ended();
  if (stopped_) {
    state_.random().restore(stopped_stream_);
  } else {
    state_.end();
  }
}

std::optional<std::string> LoopRun::restore() {
  asked_ = true;
  if (begun_ > 0) state_.random().restore(stream_);
  return given_;
}

bool LoopRun::report(Budget epoch, const Metrics& metrics) {
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  try {
    return reported(epoch, metrics);
  } catch (...) {
    failure_ = std::current_exception();
    throw;
  }
}

bool LoopRun::reported(Budget epoch, const Metrics& metrics) {
  check(epoch);
  last_ = epoch;
  if (epoch <= told_) return true;
  state_.epoch = epoch;
  state_.offer(saver_);
  const bool goes_on = on_report_({epoch, metrics});
  if (goes_on && epoch < trial_.until) {
    state_.withdraw();
    return true;
  }
  stopped_ = true;
  stopped_stream_ = state_.random().state();
  state_.keep(state_.kept());
  return false;
}

void LoopRun::check(Budget epoch) const {
  if (stopped_) {
    throw std::runtime_error("the loop reported " + epoch_text(epoch) + " after it had been told to stop at " +
                             epoch_text(last_) + ": where 'report' returns false, 'train' has to return");
  }
  if (epoch != last_ + 1) {
    throw std::runtime_error("the loop reported " + epoch_text(epoch) + " where " + epoch_text(last_ + 1) +
                             " is next: each epoch is reported once, in ascending order");
  }
  if (given_ && !asked_) {
    throw std::runtime_error(
        "the loop trained on without its state: what 'save' wrote has to be asked for by "
        "'restore' before the first report");
  }
  if (given_ && !saver_) {
    throw std::runtime_error(
        "the loop went on from a state and states no way to save its own: 'save' is called before "
        "the first report");
  }
}

void LoopRun::check_ended() const {
  if (last_ < told_) {
    throw std::runtime_error("the loop, run again from its beginning, ended at " + epoch_text(last_) +
                             " where it had reached " + epoch_text(told_) +
                             ": it has to do the same each time, or state how its state is saved");
  }
  if (last_ == 0) throw std::runtime_error("the loop returned without a report");
}

}  // namespace pegbox
